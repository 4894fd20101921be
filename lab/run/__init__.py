"""`tandem run`: an application on the project's own server, on gunicorn or on uvicorn.

`finding` tells which of a module's names is served, and by which interface; `servers` has the
command of each server; `serving` runs one until it is told to end, and with `reloading` there is
another one after each change. What runs is a `child`, ended on every way out. `door` is imported by
a server that can't be given the application as it is. Start at `command`.
"""
