"""A file as an answer: typed, conditional, in ranges, and never whole in memory."""

from collections.abc import Callable, Iterable, Mapping
from os import PathLike, fspath

from core.conditional import check_etag
from core.files.content_disposition import content_disposition
from core.files.file_stream import FileStream
from core.files.media_types import media_type
from core.headers import Headers
from core.response import Response


class FileResponse(Response):
    """The file at `path`, which is yours to choose: what clients may name is for `static_paths`.

    Its type is told by its name (`media_types`) unless `content_type` or a header does. With a
    `filename` it is a download that is saved by that name. A 200 has an ETag and a Last-Modified,
    and is answered as the client's conditions and ranges ask: it may become a 206, 304, 412 or 416.
    Header fields that are given count before those made here.

    The file is opened when the handler has returned; where it is missing, no regular file or not
    readable that is a 404 (NotFound). So a middleware sees the final status and header fields,
    and as body the bytes of a small file (up to 64 KiB) or a stream.

    Its length is told, and kept to: what is appended meanwhile is left out, and where the file is
    cut off the answer is, with an error in the log. A file that is written in place while it is
    sent is sent torn; have what writes it rename a new one onto it.
    """

    __slots__ = ()

    def __init__(
        self,
        path: str | PathLike[str],
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        content_type: str | None = None,
        filename: str | None = None,
    ) -> None:
        if not isinstance(path, (str, PathLike)) or not isinstance(fspath(path), str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"a file's path is a str or a Path; got {path!r}")
        path = fspath(path)
        fields = Headers(headers)
        if content_type is None and "content-type" not in fields:
            content_type = media_type(path if filename is None else filename)
        if filename is not None:
            fields.setdefault("content-disposition", content_disposition(filename))
            fields.setdefault("x-content-type-options", "nosniff")  # a saved page runs nothing
        check_etag(fields.get("etag"))
        super().__init__(FileStream(path), status, fields.items(), content_type)

    def map_chunks(
        self, function: Callable[[bytes], bytes], end: Callable[[], bytes] | None = None
    ) -> None:
        """As for every response; what goes out is another content than the file then.

        So its ETag becomes a weak one (RFC 9110, 8.8.1), ranges are no longer offered, and a 206
        becomes the whole, a 200: a mapped part would be no part of what is mapped. A compressor
        that leaves each 206 alone lets clients go on with a download.
        """
        if isinstance(self.body, FileStream):
            self.body.send_whole(self)
        self.headers["accept-ranges"] = "none"
        etag = self.headers.get("etag", "W/")
        if not etag.startswith("W/"):
            self.headers["etag"] = f"W/{etag}"
        super().map_chunks(function, end)
