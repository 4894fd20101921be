"""What an error page says of the request it answers: nothing that a browser takes for markup."""

import pytest

from core import App, HTTPError

SCRIPT = "<script>alert(1)</script>"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT, JSON = "text/plain; charset=utf-8", "application/problem+json"

FAULTS = [
    (404, "GET", f"/{SCRIPT}", {}),
    (400, "GET", f"/one?{SCRIPT}", {}),
    (405, "<SCRIPT>", f"/one?{SCRIPT}", {}),
    (400, "GET", f"/one%ff{SCRIPT}", {}),
    (400, "POST", "/json", {"body": SCRIPT, "headers": {"Content-Type": SCRIPT}}),
    (413, "POST", "/json", {"body": SCRIPT * 9}),
    (415, "POST", "/form", {"body": SCRIPT, "headers": {"Content-Type": SCRIPT}}),
    (413, "POST", "/form", {"body": f"a&b&c&{SCRIPT}", "headers": FORM}),
    (415, "POST", "/text", {"body": SCRIPT, "headers": {"Content-Encoding": SCRIPT}}),
    (500, "GET", f"/bug/{SCRIPT}", {}),
    (410, "GET", f"/gone/{SCRIPT}", {}),
]


def faulty_site(*, debug=False):
    """An App in which each of them fails."""
    site = App(max_body=100, max_fields=3, debug=debug)
    site.get("/one")(lambda request: request.query["name"])
    site.post("/json")(lambda request: request.json())
    site.post("/form")(lambda request: request.form().items())
    site.post("/text")(lambda request: request.text())

    @site.get("/bug/{text:path}")
    def bug(text):
        raise RuntimeError(text)

    @site.get("/gone/{text:path}")
    def gone(text):
        raise HTTPError(410, f"no {text} here")

    return site


def ask(client, fault, accept, *, debug=False):
    """The answer to one of them, for a client that accepts this."""
    status, method, target, options = fault
    headers = {**options.get("headers", {}), "Accept": accept}
    site = faulty_site(debug=debug)
    answer = client(site).request(method, target, **{**options, "headers": headers})
    assert answer.status == status
    return answer


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0]} {fault[2]}")
def test_an_error_page_is_never_html(client, fault):
    """Not even for a browser: plain text and JSON need no escaping, and run no script."""
    for accept in ("", "*/*", "text/html", "text/html,*/*;q=0.8", "image/png", "application/json"):
        answer = ask(client, fault, accept)
        assert answer.header("content-type") == (JSON if accept == "application/json" else TEXT)


@pytest.mark.parametrize("accept", ["", "*/*", "text/*", "text/html;q=0", "image/png,*/*", "html"])
def test_in_debug_a_page_is_html_only_for_who_asks_for_it(client, accept):
    for fault in FAULTS:
        assert ask(client, fault, accept, debug=True).header("content-type") == TEXT


def test_in_debug_what_a_page_shows_of_a_request_is_escaped(client):
    [bug] = [fault for fault in FAULTS if fault[0] == 500]
    answer = ask(client, bug, "text/html", debug=True)
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert "GET /bug/&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<script" not in answer.text


def test_only_a_bug_has_a_page_in_debug(client):
    """What a client does wrong is told as it always is."""
    for fault in FAULTS:
        if fault[0] != 500:
            assert ask(client, fault, "text/html", debug=True).header("content-type") == TEXT


def test_an_error_tells_nothing_of_the_path_that_was_asked(client):
    for fault in FAULTS[:4]:
        for accept in ("text/html", "application/json"):
            answer = ask(client, fault, accept)
            assert "script" not in (answer.text + str(answer.headers)).lower()


def test_a_field_of_a_request_can_not_break_out_of_an_answers_header(client):
    """What of a request comes back in a header field does so encoded, or not at all."""
    site = App(redirect_slashes=True)
    site.get("/items/{name}")(lambda name: name)
    for name in ("a%0D%0Ax-b: 1", "a%0Ax-b: 1", "a%00", "é", "%C3%A9", "<script>"):
        answer = client(site).get(f"/items/{name}/?{SCRIPT}")
        location = answer.header("location") or ""
        assert answer.status == (404 if "%00" in name else 308)
        assert answer.header("x-b") is None
        assert location.isascii()
        assert not set('\r\n<>" ').intersection(location)
