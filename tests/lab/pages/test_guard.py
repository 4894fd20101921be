"""Who is let in to pages that start programs, and who is not."""

import re

import pytest

from lab.pages.guard import Guard
from lab.pages.runs import Runs
from lab.pages.site import make_app
from lab.testing import Client
from tests.lab.pages.conftest import FORM, HOME, PORT, TOKEN
from tests.lab.pages.kept import ENDED

CHANGES = [("POST", "/live"), ("POST", "/live/stop"), ("POST", "/xray"), ("DELETE", "/runs/1")]
LOOKS = ["/", "/runs", "/runs/1", "/runs/1/report.html", "/runs/1/report.json", "/xray", "/xray/1"]
LOOKS += ["/side-by-side?run=1&run=2", "/live/events", "/static/start.js", "/lessons", "/nothing"]
FOREIGN_HOSTS = [
    "evil.example",  # made to resolve to 127.0.0.1: DNS rebinding
    f"evil.example:{PORT}",
    "127.0.0.1",  # another server's port
    f"127.0.0.1:{PORT + 1}",
    f"127.0.0.1.evil.example:{PORT}",
    f"127.0.0.1:{PORT}.evil.example",
    f"localhost:{PORT}@evil.example",
    f"localhost.:{PORT}",
    f"0.0.0.0:{PORT}",
    f"[::]:{PORT}",
    "",
]
FOREIGN_ORIGINS = [
    "http://evil.example",
    f"http://evil.example:{PORT}",
    f"https://127.0.0.1:{PORT}",
    "http://127.0.0.1",
    f"http://127.0.0.1:{PORT + 1}",  # another server on this machine: the same site, not the same
    "null",
]


@pytest.mark.parametrize("path", LOOKS)
def test_nobody_looks_at_anything_without_the_token(stranger, path):
    answer = stranger.get(path)
    assert answer.status == 403
    assert "open the address that `tandem lab` printed" in answer.text


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_nobody_changes_anything_without_the_token(stranger, method, path):
    fields = {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}
    assert stranger.request(method, path, headers=fields).status == 403


@pytest.mark.parametrize("token", ["", "?token=", "?token=wrong", f"?token={TOKEN}x"])
def test_a_wrong_token_lets_nobody_in(stranger, token):
    answer = stranger.get(f"/enter{token}")
    assert answer.status == 403
    assert answer.all("set-cookie") == []


def test_the_token_becomes_a_cookie_that_no_script_and_no_other_site_has(stranger):
    answer = stranger.get(f"/enter?token={TOKEN}")
    assert answer.status == 200
    (cookie,) = answer.all("set-cookie")
    assert cookie == f"tandem-lab-{PORT}={TOKEN}; Path=/; SameSite=Strict; HttpOnly"
    assert TOKEN not in answer.text
    assert stranger.get("/").status == 200


def test_a_ticket_is_good_once(folder, store):
    guard = Guard(PORT, TOKEN, "ticket")
    with Client(make_app(folder, store, Runs(folder, store), guard), base_url=HOME) as client:
        assert client.get("/enter?token=").status == 403
        assert client.get("/enter?token=ticket").status == 200
        assert client.get("/runs").status == 200
        assert client.get("/enter?token=ticket").status == 403
        assert client.get(f"/enter?token={TOKEN}").status == 200


def test_the_entrance_is_open_to_a_link_from_elsewhere(stranger):
    fields = {"Sec-Fetch-Site": "cross-site"}
    assert stranger.get(f"/enter?token={TOKEN}", headers=fields).status == 200


def test_a_wrong_cookie_is_none(lab):
    assert lab.get("/", headers={"Cookie": f"tandem-lab-{PORT}=wrong"}).status == 403
    assert lab.get("/", headers={"Cookie": f"tandem-lab-{PORT + 1}={TOKEN}"}).status == 403


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
@pytest.mark.parametrize("path", ["/", f"/enter?token={TOKEN}"])
def test_another_name_is_not_answered(lab, host, path):
    answer = lab.get(path, headers={"Host": host})
    assert answer.status == 403
    assert answer.all("set-cookie") == []


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_each_name_of_loopback_is_answered(lab, name):
    cookie = {"Cookie": f"tandem-lab-{PORT}={TOKEN}"}
    assert lab.get("/runs", headers={"Host": f"{name}:{PORT}", **cookie}).status == 200


def test_at_port_80_a_browser_leaves_the_port_out():
    guard = Guard(80, TOKEN)
    assert {"localhost", "localhost:80", "[::1]"} <= guard.hosts
    assert "http://localhost" in guard.origins


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@pytest.mark.parametrize(("method", "path"), [*CHANGES, ("GET", "/live/events"), ("GET", "/")])
def test_pages_from_elsewhere_are_refused_by_their_origin(lab, method, path, origin):
    answer = lab.request(method, path, headers={"Origin": origin})
    assert answer.status == 403
    assert "(Origin)" in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
@pytest.mark.parametrize(("method", "path"), [*CHANGES, ("GET", "/live/events"), ("GET", "/")])
def test_pages_from_elsewhere_are_refused_by_fetch_metadata(lab, method, path, site):
    answer = lab.request(method, path, headers={"Sec-Fetch-Site": site})
    assert answer.status == 403
    assert "(Sec-Fetch-Site)" in answer.text


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_what_changes_something_says_where_it_comes_from(lab, method, path):
    assert lab.request(method, path, headers={"Origin": ""}).status == 403
    assert lab.request(method, path, headers={"Sec-Fetch-Site": "none"}).status == 403


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(lab):
    assert lab.delete("/runs/1", headers={"Sec-Fetch-Site": ""}).status == 404


def test_who_types_the_address_is_let_in(lab):
    assert lab.get("/runs", headers={"Origin": "", "Sec-Fetch-Site": "none"}).status == 200


def test_a_refused_comparison_is_not_begun(lab, folder):
    lab.post("/live", form=FORM, headers={"Origin": "http://evil.example"})
    assert not (folder / "arguments").exists()


@pytest.mark.parametrize("path", ["/", "/runs", "/xray", "/nothing", "/static/start.js"])
def test_every_answer_has_the_policy(lab, path):
    answer = lab.get(path)
    policy = answer.header("content-security-policy")
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "same-origin"
    assert answer.header("cache-control") is not None


def test_a_refusal_has_it_too(stranger):
    assert "frame-ancestors 'none'" in stranger.get("/").header("content-security-policy")


@pytest.mark.parametrize("path", ["/", "/runs", "/xray", "/enter"])
def test_no_page_holds_a_script_a_style_or_an_address_elsewhere(lab, store, path):
    store.add(ENDED)
    text = lab.get(f"{path}?token={TOKEN}").text
    assert "<script>" not in text
    assert "style=" not in text
    assert not re.search(r"<[^>]* on\w+=", text)
    assert "http:" not in text
    assert "https:" not in text
