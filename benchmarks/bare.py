"""The bare callables by name, for servers that call no factory."""

from benchmarks.served import bare_app, bare_application

app = bare_app()
application = bare_application()
