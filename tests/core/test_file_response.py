"""Files as answers, in all four cells: typed, conditional, in ranges, mapped, and closed again."""

import asyncio
import email
import errno
import logging
import os
import socket
import threading
import time
from pathlib import Path

import pytest

from asgi_adapter import ASGIAdapter
from core import App, FileResponse, Response
from core.files import opening
from core.files.file_stream import FileStream
from core.http_dates import parse_http_date
from lab.testing import Client
from wsgi_adapter import WSGIAdapter
from wsgi_adapter.file_wrapper import ServedFile

LARGE = bytes(range(256)) * 1_500  # 384,000 bytes, read in several chunks
SMALL = b"0123456789"
MODIFIED = 1_700_000_000  # seconds since 1970
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
PATHSEND = "http.response.pathsend"


@pytest.fixture(params=[LARGE, SMALL], ids=["large", "small"])
def content(request):
    return request.param


@pytest.fixture
def path(tmp_path, content):
    return written(tmp_path / "report.txt", content)


@pytest.fixture
def large(tmp_path):
    return written(tmp_path / "large.bin", LARGE)


def written(path, content):
    path.write_bytes(content)
    os.utime(path, (MODIFIED, MODIFIED))
    return path


def serving(path, **options):
    """An App that answers every GET and POST of "/" with this file."""
    site = App()
    site.route("/", methods=["GET", "POST"])(lambda: FileResponse(path, **options))
    return site


def open_descriptors(path):
    links = [os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()]
    return links.count(str(path))


# What goes out.


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_file_goes_out_whole_and_described_in_every_cell(client, path, content, kind):
    site = App()
    if kind == "def":
        site.get("/")(lambda: FileResponse(path))
    else:

        async def handler():
            return FileResponse(str(path))

        site.get("/")(handler)
    answer = client(site).get("/")
    assert (answer.status, answer.body) == (200, content)
    assert answer.header("content-type") == "text/plain; charset=utf-8"
    assert answer.header("content-length") == str(len(content))
    assert answer.header("last-modified") == DATE
    assert answer.header("accept-ranges") == "bytes"
    assert answer.header("etag").startswith('"')
    assert open_descriptors(path) == 0


def test_an_empty_file_goes_out(client, tmp_path):
    answer = client(serving(written(tmp_path / "a", b""))).get("/")
    assert (answer.status, answer.body, answer.header("content-length")) == (200, b"", "0")


def test_a_head_tells_what_a_get_would_send(client, path, content):
    doors = client(serving(path))
    answer = doors.head("/")
    assert (answer.fields, answer.body) == (doors.get("/").fields, b"")
    assert open_descriptors(path) == 0


@pytest.mark.parametrize(
    ("options", "content_type"),
    [
        ({}, "text/plain; charset=utf-8"),
        ({"content_type": "text/x-log"}, "text/x-log"),
        ({"headers": {"Content-Type": "text/x-log"}}, "text/x-log"),
        ({"filename": "a.pdf"}, "application/pdf"),  # as it is saved
    ],
)
def test_the_type_is_told_by_the_name_unless_it_is_given(client, path, options, content_type):
    assert client(serving(path, **options)).get("/").header("content-type") == content_type


def test_a_download_is_saved_by_its_name_and_not_sniffed(client, path):
    answer = client(serving(path, filename="Zeugnis é.txt")).get("/")
    assert answer.header("content-disposition") == (
        "attachment; filename=\"Zeugnis _.txt\"; filename*=UTF-8''Zeugnis%20%C3%A9.txt"
    )
    assert answer.header("x-content-type-options") == "nosniff"


def test_the_application_s_own_fields_count(client, path):
    own = {
        "etag": '"v1"',
        "last-modified": "Mon, 13 Nov 2023 22:13:20 GMT",
        "cache-control": "max-age=60",
        "content-disposition": "inline",
        "x-content-type-options": "sniff",
    }
    answer = client(serving(path, headers=own, filename="a.txt")).get("/")
    assert {name: answer.header(name) for name in own} == own
    given = {"if-none-match": '"v1"'}
    assert client(serving(path, headers=own)).get("/", headers=given).status == 304


def test_a_file_from_the_future_was_modified_now_at_the_latest(client, path):
    os.utime(path, (time.time() + 10_000,) * 2)
    modified = parse_http_date(client(serving(path)).get("/").header("last-modified"))
    assert modified <= time.time()


def test_an_error_page_from_a_file_has_no_validators_and_no_conditions(client, path, content):
    answer = client(serving(path, status=404)).get("/", headers={"range": "bytes=1-2"})
    assert (answer.status, answer.body) == (404, content)
    assert {"etag", "last-modified", "accept-ranges"}.isdisjoint(answer.headers)


def test_a_status_given_beside_it_counts(client, path, content):
    site = App()
    site.get("/")(lambda: (FileResponse(path), 203))
    assert (client(site).get("/").status, client(site).get("/").body) == (203, content)


# Conditions and ranges.


def test_a_client_that_has_it_gets_a_304(client, path):
    doors = client(serving(path, headers={"cache-control": "max-age=60"}))
    etag = doors.get("/").header("etag")
    for condition in ({"if-none-match": etag}, {"if-modified-since": DATE}):
        answer = doors.get("/", headers=condition)
        assert (answer.status, answer.body) == (304, b"")
        assert (answer.header("etag"), answer.header("cache-control")) == (etag, "max-age=60")
        assert {"content-type", "content-length"}.isdisjoint(answer.headers)
    assert open_descriptors(path) == 0


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "condition",
    [{"if-match": '"other"'}, {"if-unmodified-since": "Mon, 13 Nov 2023 22:13:20 GMT"}],
)
def test_a_client_that_wants_another_version_gets_a_412(client, path, condition, method):
    answer = client(serving(path)).request(method, "/", headers=condition)
    assert (answer.status, answer.header("content-length")) == (412, "20")
    assert answer.body == (b"Precondition Failed\n" if method == "GET" else b"")
    assert open_descriptors(path) == 0


def test_a_post_has_neither_conditions_nor_ranges(client, path, content):
    headers = {"if-modified-since": DATE, "range": "bytes=1-2"}
    answer = client(serving(path)).post("/", headers=headers)
    assert (answer.status, answer.body) == (200, content)


@pytest.mark.parametrize(
    ("asked", "start", "stop"), [("0-0", 0, 1), ("2-4", 2, 5), ("7-", 7, None), ("-3", -3, None)]
)
def test_a_range_is_a_206(client, path, content, asked, start, stop):
    answer = client(serving(path)).get("/", headers={"range": f"bytes={asked}"})
    part = content[start:stop]
    first = content.index(part, start)
    assert (answer.status, answer.body) == (206, part)
    assert answer.header("content-range") == f"bytes {first}-{first + len(part) - 1}/{len(content)}"
    assert answer.header("content-length") == str(len(part))
    assert open_descriptors(path) == 0


def test_several_ranges_are_the_parts_of_a_206(client, path, content):
    answer = client(serving(path)).get("/", headers={"range": "bytes=0-1,5-6"})
    assert (answer.status, answer.header("content-length")) == (206, str(len(answer.body)))
    head = f"Content-Type: {answer.header('content-type')}\n\n".encode()
    parts = email.message_from_bytes(head + answer.body).get_payload()
    assert [part.get_payload(decode=True) for part in parts] == [content[0:2], content[5:7]]
    assert [part["content-range"].partition("/")[0] for part in parts] == ["bytes 0-1", "bytes 5-6"]


def test_a_range_outside_is_a_416(client, path, content):
    answer = client(serving(path)).get("/", headers={"range": "bytes=9999999-"})
    assert (answer.status, answer.header("content-range")) == (416, f"bytes */{len(content)}")
    assert open_descriptors(path) == 0


def test_if_range_asks_for_the_whole_where_the_file_has_changed(client, path, content):
    doors = client(serving(path))
    etag = doors.get("/").header("etag")
    for validator, status in ((etag, 206), (DATE, 206), ('"other"', 200), (f"W/{etag}", 200)):
        answer = doors.get("/", headers={"range": "bytes=1-2", "if-range": validator})
        assert (answer.status, answer.body) == (status, content[1:3] if status == 206 else content)


def test_if_range_by_the_date_of_a_change_that_has_just_been_asks_for_the_whole(
    client, path, content
):
    later = time.time() + 60  # a file's date is never told as later than now
    os.utime(path, (later, later))
    doors = client(serving(path))
    answer = doors.get("/")
    asked = {"range": "bytes=1-2", "if-range": answer.header("last-modified")}
    assert doors.get("/", headers=asked).body == content
    asked["if-range"] = answer.header("etag")
    assert doors.get("/", headers=asked).body == content[1:3]


# What is no file, or none to be had.


def test_what_is_not_there_or_no_regular_file_is_a_404(client, tmp_path):
    os.mkfifo(tmp_path / "fifo")  # nobody writes into it: to wait for that would take for ever
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        wanted = ["none", "fifo", "loop", "socket", "", "a" * 300, "nul\0", "none/a", "\udc80"]
        answers = [client(serving(f"{tmp_path}/{name}")).get("/") for name in wanted]
    assert [answer.status for answer in answers] == [404] * len(wanted)
    assert not any(str(tmp_path) in answer.text for answer in answers)


def test_a_file_that_may_not_be_read_is_a_404_and_the_log_says_why(
    client, path, monkeypatch, caplog
):
    monkeypatch.setattr(opening, "_open", failing(errno.EACCES))
    assert client(serving(path)).get("/").status == 404
    assert f"404, for it may not be read: {str(path)!r}" in caplog.messages


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO])
def test_the_server_s_own_trouble_is_a_500(client, path, monkeypatch, number):
    monkeypatch.setattr(opening, "_open", failing(number))
    assert client(serving(path)).get("/").status == 500


def failing(number):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    return fail


def test_an_error_handler_answers_for_a_missing_file_by_another(client, path, content, tmp_path):
    site = serving(tmp_path / "none")
    site.error(404)(lambda request, error: FileResponse(path, status=404))
    answer = client(site).get("/")
    assert (answer.status, answer.body) == (404, content)
    assert answer.header("content-length") == str(len(content))


def test_the_page_of_a_crash_may_be_a_file(client, path, content):
    site = App()
    site.get("/")(lambda: 1 / 0)
    site.error(500)(lambda request, error: FileResponse(path, status=500))
    answer = client(site).get("/")
    assert (answer.status, answer.body) == (500, content)
    assert answer.header("content-length") == str(len(content))


def test_where_the_page_of_a_crash_is_missing_there_is_another(client, tmp_path):
    site = App()
    site.get("/")(lambda: 1 / 0)
    site.error(500)(lambda request, error: FileResponse(tmp_path / "none", status=500))
    answer = client(site).get("/")
    assert (answer.status, answer.text) == (500, "Internal Server Error\n")


@pytest.mark.parametrize("path", [3, None, b"a"])
def test_a_path_is_text(path):
    with pytest.raises(TypeError, match="a file's path is a str or a Path; got"):
        FileResponse(path)


def test_an_etag_that_is_none_is_refused_where_it_is_given():
    with pytest.raises(ValueError, match="an ETag is in double quotes"):
        FileResponse("a", headers={"ETag": "abc"})


# What a middleware sees, and does.


@pytest.mark.parametrize(
    ("headers", "status", "length"),
    [({}, 200, None), ({"range": "bytes=1-2"}, 206, "2"), ({"if-modified-since": DATE}, 304, None)],
)
def test_a_middleware_sees_the_final_status_and_fields(client, path, headers, status, length):
    site, seen = serving(path), []

    @site.middleware
    def look(request):
        response = yield
        seen.append((response.status, "etag" in response.headers))
        return response

    answer = client(site).get("/", headers=headers)
    assert seen == [(answer.status, True)] == [(status, True)]
    assert length in (None, answer.header("content-length"))


@pytest.fixture
def shouting(path):
    """An App whose middleware maps each chunk, and adds an end."""
    site = serving(path)

    @site.middleware
    def shout(request):
        response = yield
        response.map_chunks(lambda chunk: chunk[::-1], lambda: b"!")
        return response

    return site


def test_a_file_that_is_mapped_is_another_content(client, shouting, content):
    answer = client(shouting).get("/")
    assert answer.body[-1:] == b"!"
    assert sorted(answer.body[:-1]) == sorted(content)
    assert answer.header("etag").startswith('W/"')
    assert answer.header("accept-ranges") == "none"
    assert answer.header("content-length") in (None, str(len(content) + 1))
    again = client(shouting).get("/", headers={"if-none-match": answer.header("etag")})
    assert (again.status, again.header("etag")) == (304, answer.header("etag"))


@pytest.mark.parametrize("asked", ["bytes=1-2", "bytes=1-2,6-7"])
def test_a_range_that_is_mapped_becomes_the_whole(client, shouting, content, path, asked):
    answer = client(shouting).get("/", headers={"range": asked})
    assert (answer.status, len(answer.body)) == (200, len(content) + 1)
    assert answer.header("content-type") == "text/plain; charset=utf-8"
    assert {"content-range", "content-length"}.isdisjoint(answer.headers)
    assert open_descriptors(path) == 0


def test_a_range_without_a_type_becomes_the_whole_too(client, path, content):
    site = App()

    @site.get("/")
    def handler():
        response = FileResponse(path)
        del response.headers["content-type"]
        return response

    @site.middleware
    def shout(request):
        response = yield
        response.map_chunks(bytes)
        return response

    doors = client(site, validate=False)  # `wsgiref.validate` wants a type
    answer = doors.get("/", headers={"range": "bytes=1-2"})
    assert (answer.status, answer.body) == (200, content)


def test_a_head_of_what_is_mapped_tells_no_length(client, shouting):
    answer = client(shouting).head("/")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.header("content-length") is None


def test_a_handler_may_map_too(client, path, content):
    site = App()

    @site.get("/")
    def handler():
        response = FileResponse(path, headers={"etag": 'W/"a"'})
        response.map_chunks(bytes.upper, lambda: b"!")
        return response

    answer = client(site).get("/", headers={"range": "bytes=1-2"})
    assert (answer.status, answer.body[-1:], len(answer.body)) == (200, b"!", len(content) + 1)
    assert answer.header("etag") == 'W/"a"'


def test_what_a_handler_maps_is_known_by_a_weak_etag(client, path):
    site = App()

    @site.get("/")
    def handler():
        response = FileResponse(path)
        response.map_chunks(bytes.upper)
        return response

    answer = client(site).get("/")
    assert answer.header("etag").startswith('W/"')
    refused = client(site).get("/", headers={"if-match": '"other"'})
    assert (refused.status, refused.body) == (412, b"Precondition Failed\n")


# Every way out closes the file, once.


def replacing(site, replace):
    @site.middleware
    def middleware(request):
        return replace((yield))

    return site


def raised(response):
    raise RuntimeError("in a middleware")


def emptied(response):
    response.body = b""
    return response


@pytest.mark.parametrize(
    ("replace", "status"),
    [
        (lambda response: response, 200),
        (lambda response: Response("other", 203), 203),
        (emptied, 200),
        (raised, 500),
    ],
    ids=["sent", "replaced", "emptied", "raised"],
)
def test_a_file_is_closed_whatever_a_middleware_makes_of_it(client, large, replace, status):
    answer = client(replacing(serving(large), replace)).get("/")
    assert answer.status == status
    until = time.monotonic() + 5  # the thread that has opened it may hold it a moment longer
    while open_descriptors(large) and time.monotonic() < until:
        time.sleep(0.001)
    assert open_descriptors(large) == 0


def test_a_file_is_closed_where_the_client_leaves(client, large):
    doors = client(serving(large))
    with doors.stream("GET", "/") as answer:
        assert LARGE.startswith(next(answer.chunks()))
        assert open_descriptors(large) == 1
    assert open_descriptors(large) == 0


def test_a_file_is_closed_where_the_plan_fails(client, path):
    site = App()

    @site.get("/")
    def handler():
        response = FileResponse(path)
        response.headers["etag"] = "no quotes"
        return response

    assert client(site).get("/").status == 500
    assert open_descriptors(path) == 0


def test_a_file_that_is_opened_while_the_request_is_cancelled_is_closed(large, monkeypatch):
    is_opening, may_open = threading.Event(), threading.Event()
    really_open = opening._open

    def slow_open(path, flags):
        is_opening.set()
        may_open.wait(5)
        return really_open(path, flags)

    monkeypatch.setattr(opening, "_open", slow_open)

    async def scenario():
        application = ASGIAdapter(serving(large))
        task = asyncio.create_task(Client(application).request_async("GET", "/"))
        await asyncio.to_thread(is_opening.wait, 5)
        task.cancel()
        may_open.set()
        await asyncio.wait([task])

    asyncio.run(scenario())
    assert open_descriptors(large) == 0


def test_a_life_that_nobody_goes_on_with_is_left_without_a_complaint(large):
    steps = FileStream(str(large)).prepare(None, Response())
    next(steps)
    steps.close()
    assert open_descriptors(large) == 0


# A file that changes while it is sent.


def changing(path, change):
    """Serve a file that is changed when its length is told already."""

    def replace(response):
        change()
        return response

    return replacing(serving(path), replace)


@pytest.mark.parametrize("headers", [{}, {"range": "bytes=5-299999"}])
def test_a_file_that_becomes_shorter_is_cut_and_the_log_says_so(client, large, headers, caplog):
    site = changing(large, lambda: os.truncate(large, 200_000))
    with pytest.raises(RuntimeError, match="has become shorter, by"):
        client(site).get("/", headers=headers)
    assert "GET '/' failed halfway" in caplog.text
    assert open_descriptors(large) == 0


def test_a_small_file_that_becomes_shorter_is_a_500(client, tmp_path, monkeypatch):
    path = written(tmp_path / "a", SMALL)
    really_open = opening.open_regular

    def shrink(path):
        file, found = really_open(path)
        os.truncate(path, 4)
        return file, found

    monkeypatch.setattr("core.files.file_content.open_regular", shrink)
    assert client(serving(path)).get("/").status == 500
    assert open_descriptors(path) == 0


def test_what_a_file_gains_meanwhile_is_left_out(client, large):
    def grow():
        with large.open("ab") as file:
            file.write(b"more")

    assert client(changing(large, grow)).get("/").body == LARGE


def test_a_name_that_another_file_gets_meanwhile_changes_nothing(client, large, tmp_path):
    site = changing(large, lambda: written(tmp_path / "b", b"other").replace(large))
    assert client(site).get("/").body == LARGE


# What a server does itself: `wsgi.file_wrapper`.


class Wrapper:
    """A server's wrapper, which keeps what it is given."""

    def __init__(self, file, block):
        self.file = file
        self.block = block

    def __iter__(self):
        return iter(lambda: self.file.read(self.block), b"")

    def close(self):
        self.file.close()


def result_of(site, wrapper=Wrapper, **headers):
    """What the WSGI application returns to the server, and the headers."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        **({"wsgi.file_wrapper": wrapper} if wrapper else {}),
        **headers,
    }
    return WSGIAdapter(site)(environ, lambda status, fields: None)


def test_a_server_s_wrapper_is_given_back_as_it_is(large):
    result = result_of(serving(large))
    assert type(result) is Wrapper
    assert b"".join(result) == LARGE
    assert os.fstat(result.file.fileno()).st_size == len(LARGE)
    assert open_descriptors(large) == 1
    result.close()
    result.close()
    assert open_descriptors(large) == 0


def test_a_part_begins_and_ends_where_it_should(large):
    result = result_of(serving(large), HTTP_RANGE="bytes=10-19")
    file = result.file
    assert (file.tell(), file.read(4), file.read(), file.read(), file.read(9)) == (
        10,
        LARGE[10:14],
        LARGE[14:20],
        b"",
        b"",
    )
    assert (file.seek(0, os.SEEK_END), file.seek(15), file.read()) == (20, 15, LARGE[15:20])
    result.close()


def with_background(response):
    response.background(bool)
    return response


def mapped(response):
    response.map_chunks(bytes)
    return response


def without_length(response):
    del response.headers["content-length"]
    return response


@pytest.mark.parametrize(
    "replace", [with_background, mapped, without_length], ids=lambda function: function.__name__
)
def test_a_file_with_something_to_be_done_is_not_handed_over(large, replace):
    result = result_of(replacing(serving(large), replace))
    assert type(result) is not Wrapper
    assert b"".join(result) == LARGE
    result.close()
    assert open_descriptors(large) == 0


def test_several_parts_are_not_handed_over(large):
    result = result_of(serving(large), HTTP_RANGE="bytes=1-2,5-6")
    assert type(result) is not Wrapper
    result.close()
    assert open_descriptors(large) == 0


def test_a_server_without_a_wrapper_gets_chunks(large):
    result = result_of(serving(large), wrapper=None)
    assert b"".join(result) == LARGE
    result.close()
    assert open_descriptors(large) == 0


def test_the_end_of_a_file_that_became_shorter_is_told_in_reading_and_in_closing(large, caplog):
    caplog.set_level(logging.CRITICAL)
    result = result_of(serving(large))
    assert isinstance(result.file, ServedFile)
    os.truncate(large, 10)
    assert result.file.read(20) == LARGE[:10]
    with pytest.raises(RuntimeError, match="has become shorter, by 383990 bytes"):
        result.file.read(20)
    with pytest.raises(RuntimeError, match="has become shorter, by 383990 bytes"):
        result.close()
    assert open_descriptors(large) == 0


# What a server does itself: `http.response.pathsend`.


def sent(site, **scope):
    """The messages that an ASGI application sends to a server with this scope."""
    messages = []
    whole = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [],
        **scope,
    }

    async def send(message):
        messages.append(message)

    async def receive():
        await asyncio.Event().wait()

    asyncio.run(ASGIAdapter(site)(whole, receive, send))
    return messages


OFFERED = {"extensions": {PATHSEND: {}}}


def test_a_whole_file_goes_by_its_path_to_a_server_that_offers_it(large, monkeypatch):
    monkeypatch.chdir(large.parent)
    start, file = sent(serving(large.name), **OFFERED)
    assert (b"content-length", b"384000") in start["headers"]
    assert file == {"type": PATHSEND, "path": str(large)}
    assert open_descriptors(large) == 0


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"extensions": None},
        {"extensions": {}},
        OFFERED | {"headers": [(b"range", b"bytes=1-300000")]},
        OFFERED | {"method": "HEAD"},
    ],
)
def test_anything_else_goes_out_in_chunks(large, scope):
    kinds = {message["type"] for message in sent(serving(large), **scope)}
    assert kinds == {"http.response.start", "http.response.body"}


def test_the_client_s_pathsend_gets_the_file(large):
    doors = Client(serving(large), world="asgi", extensions=[PATHSEND])
    assert doors.get("/").body == LARGE
