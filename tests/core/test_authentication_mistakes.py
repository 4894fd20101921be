"""What is said where authentication is set up wrong, and that no secret is ever shown."""

import pytest

from core import App, BasicAuth, BearerAuth, EitherAuth, basic_credentials

SECRET = "hunter2"


def check(name, password):
    return False


def check_token(token):
    return False


async def asynchronous_generator(token):
    yield token


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: BasicAuth("staff"), r"BasicAuth takes \(name, password\); got a str, which"),
        (lambda: BasicAuth({"ann": SECRET}), r"takes \(name, password\); got a dict, which"),
        (lambda: BasicAuth(check_token), r"takes \(name, password\); got check_token\(token\)"),
        (lambda: BearerAuth(check), r"BearerAuth takes \(token\); got check\(name, password\)"),
        (lambda: BearerAuth(asynchronous_generator), "got the generator asynchronous_generator"),
        (lambda: BearerAuth(lambda token: (yield token)), "returns the user; got the generator"),
        (lambda: BasicAuth(check, realm=None), "a realm is a str; got None"),
        (lambda: EitherAuth(BasicAuth(check), check), "EitherAuth takes BasicAuth"),
        (lambda: EitherAuth(BasicAuth), "EitherAuth takes BasicAuth"),
    ],
)
def test_what_can_be_no_check_is_a_type_error(make, complaint):
    with pytest.raises(TypeError, match=complaint) as raised:
        make()
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: BasicAuth(check, realm="a\r\nb"), "a realm is printable ASCII; got"),
        (lambda: BasicAuth(check, realm="é"), "a realm is printable ASCII; got 'é'"),
        (lambda: EitherAuth(), "one scheme of each kind; got \\[\\]"),
        (lambda: EitherAuth(BasicAuth(check), BasicAuth(check)), "one scheme of each kind"),
        (
            lambda: EitherAuth(BasicAuth(check, optional=True)),
            "optional=True is said to EitherAuth",
        ),
        (lambda: basic_credentials(f"ann:{SECRET}", ""), "a name has no ':'"),
        (lambda: basic_credentials("a\n", SECRET), "control characters"),
        (lambda: basic_credentials("ann", f"{SECRET}\x7f"), "control characters"),
    ],
)
def test_what_can_not_be_sent_is_a_value_error(make, complaint):
    with pytest.raises(ValueError, match=complaint) as raised:
        make()
    assert SECRET not in str(raised.value)


def test_a_realm_is_quoted(client):
    site = App()
    site.middleware(BearerAuth(check_token, realm='a "b" \\ c'))
    answer = client(site).get("/")
    assert answer.header("www-authenticate") == r'Bearer realm="a \"b\" \\ c"'


@pytest.mark.parametrize("function", [{"a": "ann"}.get, iter], ids=["dict.get", "no signature"])
def test_what_is_written_in_c_may_be_a_check(client, function):
    site = App()
    site.middleware(BearerAuth(function))
    site.get("/")(lambda request: str(bool(request.state.user)))
    assert client(site).get("/", headers={"Authorization": "Bearer a"}).text == "True"


def test_what_a_middleware_looks_like_says_how_it_was_made():
    made = EitherAuth(BasicAuth(check, realm="staff"), BearerAuth(check_token))
    assert repr(made) == (
        "<EitherAuth of <BasicAuth of 'staff', by check>, "
        "<BearerAuth of 'private', by check_token>>"
    )


HEADERS = [
    ("Authorization", basic_credentials("ann", SECRET)),
    ("Host", "localhost"),
    ("Accept", "text/html"),
]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("broken", ["check", "handler", "nothing"])
def test_credentials_are_on_no_page_and_in_no_log(client, caplog, debug, broken):
    def checked(_name, _password):
        return {}["database"] if broken == "check" else broken == "handler"

    site = App(debug=debug)
    site.middleware(BasicAuth(checked))
    site.get("/")(lambda: {}["handler"])
    caplog.set_level("DEBUG")
    answer = client(site).get("/", headers=HEADERS)
    assert answer.status == (401 if broken == "nothing" else 500)
    shown = f"{answer.text} {answer.headers} {caplog.text}"
    assert ("Traceback" in answer.text) == (debug and answer.status == 500)
    assert SECRET not in shown
    assert HEADERS[0][1].removeprefix("Basic ") not in shown


@pytest.mark.parametrize("credentials", [f"Basic {SECRET}", f"Bearer {SECRET} {SECRET}"])
def test_malformed_credentials_are_not_sent_back(client, credentials):
    site = App()
    site.middleware(EitherAuth(BasicAuth(check), BearerAuth(check_token)))
    answer = client(site).get("/", headers={"Authorization": credentials})
    assert answer.status == 400
    assert SECRET not in f"{answer.text} {answer.headers}"
