"""Who asks: what comes in, what is refused, with which status and which challenge."""

import asyncio
import functools
from base64 import b64encode

import pytest

from core import (
    App,
    BasicAuth,
    BearerAuth,
    EitherAuth,
    Forbidden,
    HTTPError,
    Response,
    Unauthorized,
    basic_credentials,
    call,
    require_user,
    same_secret,
)

PASSWORDS = {"ann": "open sesame", "zoë": "pässwörd: with colons", "": "token"}
TOKEN = "abc-._~+/123=="
BASIC = 'Basic realm="staff", charset="UTF-8"'
BEARER = 'Bearer realm="staff"'


def check(name, password):
    return name in PASSWORDS and same_secret(password, PASSWORDS[name])


async def check_async(name, password):
    await asyncio.sleep(0)
    return check(name, password)


def check_token(token):
    return {"id": 7} if same_secret(token, TOKEN) else None


async def check_token_async(token):
    await asyncio.sleep(0)
    return check_token(token)


class Checks:
    def check(self, name, password):
        return check(name, password)

    async def __call__(self, name, password):
        return await check_async(name, password)


def guarded(middleware):
    """A site that says who asks, behind this middleware."""
    site = App()
    site.middleware(middleware)
    site.get("/")(lambda request: {"user": request.state.user})
    site.post("/")(lambda request: request.text())
    return site


def basic(*arguments, **options):
    return guarded(BasicAuth(*arguments, realm="staff", **options))


def bearer(*arguments, **options):
    return guarded(BearerAuth(*arguments, realm="staff", **options))


def sending(credentials):
    return {} if credentials is None else {"Authorization": credentials}


def encoded(octets):
    return "Basic " + b64encode(octets).decode()


@pytest.mark.parametrize(
    "checked",
    [check, check_async, Checks().check, Checks(), functools.partial(check)],
    ids=["def", "async def", "method", "callable object", "partial"],
)
def test_who_gives_the_right_password_comes_in(client, checked):
    asking = client(basic(checked))
    right = asking.get("/", headers=sending(basic_credentials("ann", "open sesame")))
    wrong = asking.get("/", headers=sending(basic_credentials("ann", "open simsim")))
    assert (right.status, right.json()) == (200, {"user": "ann"})
    assert right.header("www-authenticate") is None
    assert (wrong.status, wrong.text) == (401, "Unauthorized\n")
    assert wrong.header("www-authenticate") == BASIC


@pytest.mark.parametrize("checked", [check_token, check_token_async])
def test_who_gives_the_right_token_comes_in(client, checked):
    asking = client(bearer(checked))
    right = asking.get("/", headers=sending(f"Bearer {TOKEN}"))
    wrong = asking.get("/", headers=sending("Bearer abc"))
    assert (right.status, right.json()) == (200, {"user": {"id": 7}})
    assert (wrong.status, wrong.text) == (401, "Unauthorized\n")
    assert wrong.header("www-authenticate") == f'{BEARER}, error="invalid_token"'


@pytest.mark.parametrize(
    "credentials",
    [
        "Basic YW5uOm9wZW4gc2VzYW1l",
        "basic YW5uOm9wZW4gc2VzYW1l",  # RFC 9110, 11.1: a scheme is case-insensitive
        "BASIC    YW5uOm9wZW4gc2VzYW1l",  # RFC 9110, 11.4: one space or more
    ],
)
def test_basic_credentials_are_read_as_the_rfc_has_them(client, credentials):
    assert client(basic(check)).get("/", headers=sending(credentials)).json() == {"user": "ann"}


@pytest.mark.parametrize("name", PASSWORDS)
def test_names_and_passwords_are_utf_8_and_may_be_odd(client, name):
    credentials = basic_credentials(name, PASSWORDS[name])
    site = basic(lambda name, password: check(name, password) and f"<{name}>")
    answer = client(site).get("/", headers=sending(credentials))
    assert (answer.status, answer.json()) == (200, {"user": f"<{name}>"})


@pytest.mark.parametrize(
    "credentials", [f"bearer {TOKEN}", f"Bearer   {TOKEN}", f" Bearer {TOKEN}\t"]
)
def test_bearer_credentials_are_read_as_the_rfc_has_them(client, credentials):
    assert client(bearer(check_token)).get("/", headers=sending(credentials)).status == 200


@pytest.mark.parametrize("credentials", [None, "", "Digest username=ann", "Basic2 x", "YW5u"])
@pytest.mark.parametrize(
    ("site", "challenge"), [(basic(check), BASIC), (bearer(check_token), BEARER)]
)
def test_who_gives_none_that_are_known_is_asked_for_them(client, site, challenge, credentials):
    answer = client(site).get("/", headers=sending(credentials))
    assert (answer.status, answer.text) == (401, "Unauthorized\n")
    assert answer.header("www-authenticate") == challenge  # RFC 6750, 3.1: without an error


MALFORMED_BASIC = [
    "Basic",
    "Basic ",
    "Basic *",
    "Basic YW5uOm9wZW4gc2VzYW1",  # not padded
    "Basic YW5uOm9wZW4gc2VzYW1l=",  # padded too much
    "Basic YW5uOm9wZW4gc2VzYW1l YQ==",
    "Basic YW5u Om9wZW4gc2VzYW1l",
    "Basic YW5uOm9wZW4gc2VzYW1l, Basic YW5uOm9wZW4gc2VzYW1l",
    "Basic YW5uOg-_",  # the alphabet of URLs
    "Basic YTpiZB==",  # bits that belong to no byte
    "Basic YW5uOm9wZW4gc2VzYW1l\xe9",
    encoded(b"ann"),  # no colon
    encoded(b"ann:open\0sesame"),
    encoded(b"a\nnn:open sesame"),
    encoded(b"ann:open sesame\x7f"),
    encoded(b"ann:\xff"),  # not UTF-8
]
MALFORMED_BEARER = ["Bearer", "Bearer ", "Bearer a b", "Bearer a=b", "Bearer ==", "Bearer a,b"]
MALFORMED_BEARER += ['Bearer "a"', "Bearer é", "Bearer a\xa0"]


@pytest.mark.parametrize("credentials", MALFORMED_BASIC)
@pytest.mark.parametrize("optional", [False, True])
def test_malformed_basic_credentials_are_a_400_and_not_checked(client, credentials, optional):
    site = basic(never_called, optional=optional)
    answer = client(site).get("/", headers=sending(credentials))
    assert (answer.status, answer.header("www-authenticate")) == (400, BASIC)
    assert answer.text.startswith("Bad Request: Basic credentials are base64 of")


@pytest.mark.parametrize("credentials", MALFORMED_BEARER)
@pytest.mark.parametrize("optional", [False, True])
def test_malformed_bearer_credentials_are_a_400_and_not_checked(client, credentials, optional):
    site = bearer(never_called, optional=optional)
    answer = client(site).get("/", headers=sending(credentials))
    assert answer.status == 400
    assert answer.header("www-authenticate") == f'{BEARER}, error="invalid_request"'
    assert answer.text.startswith("Bad Request: Bearer credentials are one token")


def never_called(*_):
    raise AssertionError("the check was called")


RIGHT = basic_credentials("ann", "open sesame")


@pytest.mark.parametrize(
    ("site", "credentials"),
    [(basic(check), RIGHT), (bearer(check_token), f"Bearer {TOKEN}")],
    ids=["basic", "bearer"],
)
def test_several_authorization_headers_are_a_400(client, site, credentials):
    headers = [("Authorization", credentials)] * 2
    assert client(site).get("/", headers=headers).status == 400


def test_a_token_counts_in_the_header_alone(client):
    asking = client(bearer(check_token))
    form = {"access_token": TOKEN}
    assert asking.get("/", query=form).status == 401
    assert asking.post("/", form=form).status == 401
    assert asking.get("/", cookies=form).status == 401


def test_reading_credentials_is_linear(client, growth):
    for site, scheme, piece in (
        (basic(check), "Basic", "YW5u"),
        (bearer(check_token), "Bearer", "a="),
    ):
        asking = client(site)

        def ask(text, asking=asking, scheme=scheme):
            return asking.get("/", headers=sending(f"{scheme} {text}"))

        assert growth(ask, piece * 5_000, piece * 20_000) < 8


# What a check may return and raise.


@pytest.mark.parametrize("refusal", [None, False, "", 0, [], {}], ids=repr)
def test_whatever_is_false_is_a_refusal(client, refusal):
    site = basic(lambda _name, _password: refusal)
    assert client(site).get("/", headers=sending(RIGHT)).status == 401


def test_true_is_the_name_or_where_there_is_none_true(client):
    site = bearer(lambda token: same_secret(token, TOKEN))
    assert client(site).get("/", headers=sending(f"Bearer {TOKEN}")).json() == {"user": True}


async def nobody(*_):
    return None


@pytest.mark.parametrize(
    ("checked", "hint"),
    [
        (lambda _: nobody(), "a coroutine from <lambda> (a check that returns a coroutine is"),
        (lambda _: Awaitable(), "an Awaitable from <lambda> (a check that"),
        (lambda _: Response("no", 403), "a Response from <lambda> (an error is raised)"),
        (lambda _: Forbidden("no"), "a Forbidden from <lambda> (an error is raised)"),
    ],
    ids=["coroutine", "awaitable", "response", "error"],
)
def test_what_is_no_user_lets_nobody_in(client, checked, hint, caplog):
    answer = client(bearer(checked)).get("/", headers=sending("Bearer a"))
    assert answer.status == 500
    assert hint.replace("an Aw", "a Aw") in caplog.text


class Awaitable:
    def __await__(self):
        return nobody().__await__()


def raising(error):
    def checked(_):
        raise error

    return checked


@pytest.mark.parametrize(
    ("error", "status", "challenge"),
    [
        (Unauthorized("expired"), 401, f'{BEARER}, error="invalid_token"'),
        (HTTPError(401, "expired"), 401, f'{BEARER}, error="invalid_token"'),
        (Unauthorized("expired", {"WWW-Authenticate": "Mine"}), 401, "Mine"),
        (Unauthorized("expired", {"X-A": "1"}), 401, f'{BEARER}, error="invalid_token"'),
        (Forbidden("expired"), 403, None),
        (HTTPError(429, "expired", {"WWW-Authenticate": "Mine"}), 429, "Mine"),
    ],
)
def test_a_check_may_raise_the_answer(client, error, status, challenge):
    answer = client(bearer(raising(error))).get("/", headers=sending("Bearer a"))
    assert (answer.status, answer.header("www-authenticate")) == (status, challenge)
    assert answer.text.endswith(": expired\n")


def test_a_challenge_of_the_checks_own_stays_on_the_apps_page(client):
    site = bearer(raising(Unauthorized("expired", {"WWW-Authenticate": "Mine"})))
    site.error(401)(lambda _request, error: {"please": error.detail})
    answer = client(site).get("/", headers=sending("Bearer a"))
    assert answer.json() == {"please": "expired"}
    assert answer.headers.get_all("www-authenticate") == ["Mine"]


def test_a_check_that_fails_lets_nobody_in(client, caplog):
    answer = client(bearer(raising(LookupError("no database")))).get(
        "/", headers=sending("Bearer a")
    )
    assert (answer.status, answer.text) == (500, "Internal Server Error\n")
    assert "no database" in caplog.text


# What is guarded.


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nope"), ("PUT", "/"), ("HEAD", "/"), ("OPTIONS", "/"), ("GET", "/%ff")],
)
def test_who_is_not_known_learns_nothing_of_what_is_there(client, method, path):
    answer = client(basic(check)).request(method, path)
    assert (answer.status, answer.header("www-authenticate")) == (401, BASIC)


def test_the_body_of_who_is_refused_is_not_read(client):
    site = basic(check)
    site.max_body = 3
    asking = client(site)
    assert asking.post("/", body=b"too large").status == 401
    assert asking.post("/", body=b"too large", headers=sending(RIGHT)).status == 413
    assert asking.post("/", body=b"ok", headers=sending(RIGHT)).text == "ok"


def test_an_app_of_its_own_is_guarded_by_its_own_middleware(client):
    site, staff = App(), basic(check)
    site.get("/")(lambda request: (hasattr(request.state, "user") and "guarded") or "open")
    site.mount("/staff", staff)
    asking = client(site)
    assert asking.get("/").text == "open"
    assert asking.get("/staff/").status == 401
    assert asking.get("/staff/nope").status == 401
    assert asking.get("/staff/", headers=sending(RIGHT)).json() == {"user": "ann"}


def test_a_user_that_was_there_before_is_no_proof(client):
    site = App()

    @site.middleware
    def pretend(request):
        request.state.user = "root"
        yield

    site.middleware(BasicAuth(check, optional=True))
    site.get("/")(lambda request: {"user": request.state.user})
    assert client(site).get("/").json() == {"user": None}


def test_a_middleware_inside_knows_the_user(client):
    site = basic(check)
    seen = []

    @site.middleware
    def audit(request):
        seen.append((yield call(str.upper, request.state.user)))
        return (yield)

    asking = client(site)
    asking.get("/")
    asking.get("/", headers=sending(RIGHT))
    assert seen == ["ANN"]


@pytest.fixture
def open_site():
    """A site that all may enter, with one page for those who are known."""
    site = App()
    site.middleware(BasicAuth(check, realm="staff", optional=True))
    site.get("/")(lambda request: {"user": request.state.user})
    site.get("/def")(lambda request: {"user": require_user(request)})

    @site.get("/async")
    async def asynchronous(request):
        return {"user": require_user(request)}

    return site


def test_where_it_is_optional_nobody_is_the_user_none(client, open_site):
    asking = client(open_site)
    assert asking.get("/").json() == {"user": None}
    assert asking.get("/", headers=sending("Digest a=b")).json() == {"user": None}
    assert asking.get("/", headers=sending(RIGHT)).json() == {"user": "ann"}


def test_where_it_is_optional_a_wrong_password_is_refused(client, open_site):
    wrong = basic_credentials("ann", "open simsim")
    answer = client(open_site).get("/", headers=sending(wrong))
    assert (answer.status, answer.header("www-authenticate")) == (401, BASIC)


@pytest.mark.parametrize("path", ["/def", "/async"])
def test_a_handler_may_require_a_user(client, open_site, path):
    asking = client(open_site)
    refused = asking.get(path)
    assert (refused.status, refused.header("www-authenticate")) == (401, BASIC)
    assert asking.get(path, headers=sending(RIGHT)).json() == {"user": "ann"}


def test_the_page_of_a_401_is_the_apps_and_its_challenge_stays(client, open_site):
    open_site.error(401)(lambda _request, _error: {"please": "log in"})
    answer = client(open_site).get("/def")
    assert (answer.status, answer.json()) == (401, {"please": "log in"})
    assert answer.header("www-authenticate") == BASIC


def test_a_handler_may_name_a_challenge_of_its_own(client, open_site):
    @open_site.get("/own")
    def own():
        return Response("no", 401, {"WWW-Authenticate": "Mine"})

    assert client(open_site).get("/own").headers.get_all("www-authenticate") == ["Mine"]


def test_a_bug_of_a_handler_passes_through(client, open_site, caplog):
    open_site.get("/bug")(lambda: 1 / 0)
    assert client(open_site).get("/bug").status == 500
    assert "ZeroDivisionError" in caplog.text


def test_requiring_a_user_where_nobody_looks_is_a_bug(client, caplog):
    site = App()
    site.get("/")(lambda request: require_user(request))
    assert client(site).get("/").status == 500
    assert "require_user needs a middleware that finds out who asks" in caplog.text
    assert "none was around GET '/'" in caplog.text


# Several schemes.


@pytest.fixture
def either():
    return guarded(
        EitherAuth(BasicAuth(check, realm="staff"), BearerAuth(check_token, realm="staff"))
    )


@pytest.mark.parametrize(
    ("credentials", "user"), [(RIGHT, "ann"), (f"Bearer {TOKEN}", {"id": 7})], ids=["ann", "7"]
)
def test_either_scheme_will_do(client, either, credentials, user):
    assert client(either).get("/", headers=sending(credentials)).json() == {"user": user}


@pytest.mark.parametrize(
    ("credentials", "status", "challenge"),
    [
        (None, 401, f"{BASIC}, {BEARER}"),
        ("Digest a=b", 401, f"{BASIC}, {BEARER}"),
        (basic_credentials("ann", "x"), 401, f"{BASIC}, {BEARER}"),
        ("Basic x", 400, f"{BASIC}, {BEARER}"),
        ("Bearer x", 401, f'{BASIC}, {BEARER}, error="invalid_token"'),
        ("Bearer x y", 400, f'{BASIC}, {BEARER}, error="invalid_request"'),
    ],
)
def test_either_scheme_is_asked_for_in_one_challenge(
    client, either, credentials, status, challenge
):
    answer = client(either).get("/", headers=sending(credentials))
    assert (answer.status, answer.header("www-authenticate")) == (status, challenge)
    assert answer.headers.get_all("www-authenticate") == [challenge]


def test_either_scheme_may_be_optional(client):
    site = guarded(EitherAuth(BasicAuth(check), BearerAuth(check_token), optional=True))
    assert client(site).get("/").json() == {"user": None}
    assert client(site).get("/", headers=sending("Bearer x")).status == 401
