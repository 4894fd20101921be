"""The lab: the command `tandem`, which measures what differs between WSGI and ASGI servers."""
