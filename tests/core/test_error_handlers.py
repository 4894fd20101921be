"""Error handlers, by status and by class; what they answer, and what happens when they fail."""

import pytest

from core import App, Conflict, HTTPError, InternalServerError, NotFound, Response


class Base(Exception):
    pass


class Derived(Base):
    pass


@pytest.fixture
def site():
    site = App()

    def register(path, error):
        @site.get(path)
        def handler():
            raise error

        @site.get("/async" + path)
        async def async_handler():
            raise error

    register("/base", Base("base"))
    register("/derived", Derived("derived"))
    register("/conflict", Conflict("twice", {"x-a": "1"}))
    register("/bug", ZeroDivisionError("secret"))
    register("/500", InternalServerError("told"))
    register("/key", KeyError("k"))
    return site


def handler_of(site, kind, name, *, is_async):
    """Register an error handler that answers with this name and what it was given."""

    def answer(request, error):
        return f"{name}: {request.path} {error}"

    async def answer_async(request, error):
        return answer(request, error)

    site.error(kind)(answer_async if is_async else answer)


@pytest.fixture(params=[False, True], ids=["def", "async def"])
def register(request, site):
    return lambda kind, name: handler_of(site, kind, name, is_async=request.param)


@pytest.mark.parametrize("prefix", ["", "/async"])
def test_a_class_has_its_handler_and_its_subclasses_too(client, site, register, prefix):
    register(Base, "B")
    answers = [client(site).get(prefix + path) for path in ("/base", "/derived")]
    assert [answer.text for answer in answers] == [
        f"B: {prefix}/base base",
        f"B: {prefix}/derived derived",
    ]
    assert {answer.status for answer in answers} == {500}


@pytest.mark.parametrize("base_first", [True, False])
def test_the_most_derived_class_counts(client, site, register, base_first):
    for kind in (Base, Derived) if base_first else (Derived, Base):
        register(kind, kind.__name__)
    assert client(site).get("/derived").text.startswith("Derived: ")
    assert client(site).get("/base").text.startswith("Base: ")


def test_a_status_counts_before_a_class(client, site, register):
    register(NotFound, "class")
    register(404, "status")
    assert client(site).get("/nope").text.startswith("status: ")


def test_an_http_errors_class_has_a_handler(client, site, register):
    register(HTTPError, "H")
    answer = client(site).get("/conflict")
    assert (answer.status, answer.text) == (409, "H: /conflict 409 twice")
    answer = client(site).post("/conflict")
    assert (answer.status, answer.text) == (
        405,
        "H: /conflict 405 allowed here: GET, HEAD, OPTIONS",
    )


def test_a_405_keeps_its_allow_whatever_its_handler_answers(client, site, register):
    register(405, "mine")  # RFC 9110, 15.5.6: a 405 carries Allow
    assert client(site).post("/conflict").header("allow") == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("kind", [500, Exception])
def test_a_bug_has_the_handler_of_500_and_is_logged_all_the_same(
    client, site, register, kind, caplog
):
    register(kind, "sorry")
    answer = client(site).get("/bug")
    assert (answer.status, answer.text) == (500, "sorry: /bug secret")
    assert len(caplog.records) == 1
    assert "ZeroDivisionError('secret')" in caplog.text


def test_the_handler_of_500_also_has_an_http_error_of_500(client, site, register):
    register(500, "sorry")
    assert client(site).get("/500").text == "sorry: /500 500 told"


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        ("text", 409, "text"),
        ({"a": 1}, 409, '{"a":1}'),
        (("text", 200), 200, "text"),
        (Response("text", 202), 202, "text"),
    ],
    ids=repr,
)
def test_an_answer_has_the_errors_status_unless_it_names_another(
    client, site, answer, status, text
):
    site.error(Conflict)(lambda request, error: answer)
    found = client(site).get("/conflict")
    assert (found.status, found.text) == (status, text)


def failing(request, error):
    raise LookupError("the handler's own")


async def failing_async(request, error):
    raise LookupError("the handler's own")


def returns_none(request, error):
    return None


@pytest.mark.parametrize("handler", [failing, failing_async, returns_none])
@pytest.mark.parametrize("kind", [404, NotFound])
def test_an_error_handler_that_fails_is_a_logged_500(client, site, handler, kind, caplog):
    site.error(kind)(handler)
    answer = client(site).get("/nope")
    assert (answer.status, answer.text) == (500, "Internal Server Error\n")
    assert "LookupError" in caplog.text or "got None from returns_none" in caplog.text


@pytest.mark.parametrize("handler", [failing, failing_async, returns_none])
@pytest.mark.parametrize("kind", [500, Exception])
def test_a_failing_handler_of_500_leaves_both_errors_in_the_log(
    client, site, handler, kind, caplog
):
    site.error(kind)(handler)
    answer = client(site).get("/bug")
    assert (answer.status, answer.text) == (500, "Internal Server Error\n")
    first, second = caplog.records
    assert "ZeroDivisionError('secret')" in first.getMessage()
    assert f"the error handler {handler.__name__} failed" in second.getMessage()


@pytest.mark.parametrize("layers", [0, 1, 2])
def test_an_http_error_raised_by_an_error_handler_is_answered(client, site, layers):
    """However many middlewares are around it."""

    @site.error(Base)
    def translate(request, error):
        raise NotFound("translated")

    for _ in range(layers):

        @site.middleware
        def through(request):
            return (yield)

    answer = client(site).get("/base")
    assert (answer.status, answer.text) == (404, "Not Found: translated\n")


def test_a_middleware_sees_what_an_error_handler_answered(client, site, register):
    seen = []

    @site.middleware
    def watch(request):
        response = yield
        seen.append(response.status)
        return response

    register(404, "mine")
    client(site).get("/nope")
    assert seen == [404]


def test_a_middlewares_own_exception_has_its_handler(client, site, register):
    register(Base, "B")

    @site.middleware
    def broken(request):
        yield
        raise Derived("late")

    assert client(site).get("/nope").text == "B: /nope late"


@pytest.mark.parametrize("kind", [BaseException, KeyboardInterrupt, "404", None, object])
def test_an_error_handler_is_for_a_status_or_an_exception(kind):
    with pytest.raises(TypeError, match="a status or an exception class"):
        App().error(kind)


@pytest.mark.parametrize("kind", [200, 0, 399, 600])
def test_a_status_that_no_error_has_is_refused(kind):
    with pytest.raises(ValueError, match=f"from 400 to 599; got {kind}"):
        App().error(kind)


def test_an_error_handler_takes_the_request_and_the_error():
    with pytest.raises(
        TypeError, match=r"takes the request and the error; got only_one\(request\)"
    ):

        @App().error(404)
        def only_one(request):
            pass


@pytest.mark.parametrize("kind", [404, NotFound])
def test_a_second_handler_of_an_error_is_refused(site, kind):
    site.error(kind)(failing)
    with pytest.raises(ValueError, match="has the error handler failing already"):
        site.error(kind)(returns_none)


@pytest.mark.parametrize("status", [200, 399, 600])
def test_an_http_error_is_an_error(status):
    with pytest.raises(ValueError, match="from 400 to 599"):
        HTTPError(status)
