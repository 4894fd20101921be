"""Falcon on WSGI with msgspec for its JSON, after its docs' recipe "Msgspec Integration"."""

from typing import Any

import falcon
import msgspec
from falcon.media import JSONHandler

from benchmarks.other_routes import OtherRoutes
from benchmarks.peers import falcon_wsgi


def build(others: OtherRoutes, marks: tuple[str, ...]) -> Any:
    app = falcon_wsgi.build(others, marks)
    encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder()
    handler = JSONHandler(dumps=encoder.encode, loads=decoder.decode)
    app.req_options.media_handlers[falcon.MEDIA_JSON] = handler
    app.resp_options.media_handlers[falcon.MEDIA_JSON] = handler
    return app
