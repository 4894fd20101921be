"""Small whole programs, each a module with `application` for WSGI and `app` for ASGI servers."""
