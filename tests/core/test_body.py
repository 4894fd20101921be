"""The body: whole when the handler runs, limited, and read by those only who may have it."""

import pytest

from core import App, ClientDisconnected

pytestmark = pytest.mark.usefixtures("unwatched")  # what is received is counted


@pytest.fixture
def site():
    site = App(max_body=10)

    @site.post("/def")
    def echo(request):
        return request.body

    @site.post("/async")
    async def async_echo(request):
        return request.body

    @site.post("/twice")
    def twice(request):
        return {"same": request.body is request.body, "length": len(request.body)}

    @site.post("/large", max_body=20)
    def large(request):
        return request.body

    @site.route("/get", ["GET", "HEAD", "OPTIONS"])
    def get(request):
        return {"body": request.body.decode()}

    @site.route("/get-with-body", ["GET"], max_body=5)
    def get_with_body(request):
        return {"body": request.body.decode()}

    return site


@pytest.mark.parametrize("path", ["/def", "/async"])
@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"0123456789", [b"ab", b"cd"], [], [b""], [b"a", b"", b"b"], [b"0123456789"]],
)
def test_a_body_is_whole_however_it_came(client, site, path, body):
    answer = client(site).post(path, body=body)
    assert (answer.status, answer.body) == (200, b"".join(body) if isinstance(body, list) else body)


@pytest.mark.parametrize("body", [b"abc", b"", [b"a", b"bc"], []])
def test_a_body_may_be_read_more_than_once(client, site, body):
    length = sum(map(len, body)) if isinstance(body, list) else len(body)
    assert client(site).post("/twice", body=body).json() == {"same": True, "length": length}


def test_a_large_body_comes_in_many_reads(client):
    site = App()
    site.post("/")(lambda request: request.body)
    body = bytes(range(256)) * 1_000
    assert client(site).post("/", body=body).body == body
    assert client(site).post("/", body=[body, body]).body == body * 2


def test_many_small_chunks_are_read_in_linear_time(client, growth):
    site = App()
    site.post("/")(lambda request: str(len(request.body)))
    doors = client(site)
    assert growth(lambda count: doors.post("/", body=[b"x"] * count), 2_000, 8_000) < 10


@pytest.mark.parametrize("path", ["/def", "/async"])
def test_a_body_declared_too_large_is_refused_unread(client, site, path):
    answer = client(site).post(path, body=b"0123456789A")
    assert (answer.status, answer.taken) == (413, 0)
    assert answer.text.endswith("the body is over 10 bytes (the setting is max_body)\n")


def test_a_body_of_unknown_length_is_counted(client, site):
    answer = client(site).post("/def", body=[b"012345", b"6789A", b"never read"])
    assert (answer.status, answer.taken) == (413, 11)
    assert "max_body" in answer.text


def test_a_body_is_not_read_past_its_declared_length(client, site):
    answer = client(site).post("/def", body=b"abc", headers={"Content-Length": "3"})
    assert (answer.body, answer.taken) == (b"abc", 3)


@pytest.mark.parametrize(
    ("body", "status"), [(b"x" * 20, 200), ([b"x" * 20], 200), (b"x" * 21, 413), ([b"x" * 21], 413)]
)
def test_a_route_may_have_a_limit_of_its_own(client, site, body, status):
    answer = client(site).post("/large", body=body)
    assert answer.status == status
    assert ("over 20 bytes" in answer.text) is (status == 413)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/nope", 404), ("PUT", "/def", 405), ("GET", "/def", 405)],
)
def test_without_a_route_no_body_is_read(client, site, method, path, status):
    for body in (b"0123456789", b"0123456789A", [b"0123456789A"]):
        answer = client(site).request(method, path, body=body)
        assert (answer.status, answer.taken) == (status, 0)


@pytest.mark.parametrize(
    "length", ["-1", "+5", "5.0", "5_0", "0x5", "five", "\u0665", "²", "5,5", "9" * 19]
)
@pytest.mark.parametrize("path", ["/def", "/large"])
def test_a_malformed_content_length_is_a_400(client, site, path, length):
    if not length.isascii():
        length = length.encode("utf-8").decode("latin-1")
    answer = client(site).post(path, body=b"hello", headers={"Content-Length": length})
    assert (answer.status, answer.taken) == (400, 0)
    assert answer.text == "Bad Request: Content-Length is a number in digits\n"


@pytest.mark.parametrize("path", ["/def", "/async", "/large"])
@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_that_is_cut_off_is_never_taken_for_whole(client, site, path, chunked):
    seen = []

    @site.middleware
    def watch(request):
        try:
            return (yield)
        except ClientDisconnected as error:
            seen.append(error)
            raise

    headers = {} if chunked else {"Content-Length": "9"}
    body = [b"half"] if chunked else b"half"
    answer = client(site).post(path, body=body, headers=headers, disconnect=True)
    assert answer.status == 400
    assert b"half" not in answer.body
    assert seen == []  # an HTTPError is its response by the time a middleware sees it


def test_a_get_is_answered_without_its_body_being_read(client, site):
    for body in (b"hi", [b"hi"], b"x" * 11):
        answer = client(site).get("/get", body=body)
        assert (answer.status, answer.taken) == (400, 0)
        assert (
            answer.text == "Bad Request: the body of a GET is not read (the setting is max_body)\n"
        )


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_a_get_without_a_body_has_an_empty_one(client, site, method):
    assert client(site).request(method, "/get").json() == {"body": ""}


def test_a_get_is_not_read_where_its_handler_is_also_that_of_a_post(client):
    site = App()
    site.route("/", ["GET", "POST"])(lambda request: request.body)
    assert client(site).post("/", body=b"hi").body == b"hi"
    assert client(site).get("/").body == b""
    answer = client(site).get("/", body=b"hi")
    assert (answer.status, answer.taken) == (400, 0)


def test_a_get_of_a_route_with_a_limit_of_its_own_is_read(client, site):
    assert client(site).get("/get-with-body", body=b"hi").json() == {"body": "hi"}
    assert client(site).get("/get-with-body", body=[b"h", b"i"]).json() == {"body": "hi"}
    assert client(site).get("/get-with-body").json() == {"body": ""}
    assert client(site).get("/get-with-body", body=b"123456").status == 413


def test_a_body_is_not_there_before_the_route_is_known(client, caplog):
    site = App()

    @site.middleware
    def early(request):
        request.body  # noqa: B018
        return (yield)

    site.post("/")(lambda: "x")
    assert client(site).post("/", body=b"hi").status == 500
    assert "after a middleware's `yield`" in caplog.text


def test_a_middleware_reads_the_body_after_its_yield(client):
    site = App()
    bodies = []

    @site.middleware
    def late(request):
        response = yield
        bodies.append(request.body)
        return response

    site.post("/")(lambda: "x")
    client(site).post("/", body=b"hi")
    assert bodies == [b"hi"]
