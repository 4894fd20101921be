"""`served`, recorded behind whatever server runs it; /tape gives the last recording as a tape."""

from lab.xray import ASGIRecorder, Tape, WSGIRecorder
from tests.lab.xray import served

recordings = []
recorded_wsgi = WSGIRecorder(served.application, recordings.append)
recorded_asgi = ASGIRecorder(served.app, recordings.append)


def tape():
    return Tape.of(recordings[-1], "served").json().encode()


def application(environ, start_response):
    if environ["PATH_INFO"] != "/tape":
        return recorded_wsgi(environ, start_response)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [tape()]


async def app(scope, receive, send):
    if scope["type"] != "http" or scope["path"] != "/tape":
        await recorded_asgi(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": tape()})
