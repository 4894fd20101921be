"""The bare callables by name, for servers that call no factory."""

from benchmarks.other_routes import other_routes
from benchmarks.peers import bare_asgi, bare_wsgi

app = bare_asgi.build(other_routes(), ())
application = bare_wsgi.build(other_routes(), ())
