"""The pages: what they show of a folder, past runs, x-rays and lessons."""

import pytest

from lab.compare.kinds import Kind
from lab.pages import site, xrays
from tests.lab.made import five
from tests.lab.pages.kept import ENDED, FAILED, ended

ASKED = {
    "module": "shop",
    "method": "GET",
    "path": "/<b>",
    "headers": "",
    "body": "",
    "kind": "text",
}


def test_the_first_page_has_what_can_be_chosen(lab):
    page = lab.get("/").text
    assert '<option value="shop" selected>shop</option>' in page
    assert 'name="contender" value="gunicorn-sync" checked' in page
    assert 'name="contender" value="hypercorn">' in page
    assert 'name="workload" value="hello" checked' in page
    assert '<a href="/" aria-current="page">Compare</a>' in page


def test_a_server_that_is_not_installed_can_not_be_chosen(lab, monkeypatch):
    monkeypatch.setattr(Kind, "missing", property(lambda kind: "gunicorn"))
    page = lab.get("/").text
    assert "pip install gunicorn" in page
    assert 'value="gunicorn-sync"' not in page


@pytest.mark.parametrize("path", ["/", "/xray"])
def test_an_empty_folder_is_told_how_to_begin(lab, folder, path):
    (folder / "shop.py").unlink()
    assert "Nothing to serve in <code>shop</code>" in lab.get(path).text


@pytest.mark.parametrize("name", sorted(site.FILES))
def test_each_file_is_served_with_its_type(lab, name):
    answer = lab.get(f"/static/{name}")
    assert answer.status == 200
    kinds = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    assert answer.header("content-type").startswith(kinds[name.rpartition(".")[2]])


@pytest.mark.parametrize("name", ["site.py", "..%2Fsite.py", "../site.py", "%2e%2e/site.py", ""])
def test_no_other_file_is(lab, name):
    assert lab.get(f"/static/{name}").status == 404


def test_past_runs_are_listed(lab, store):
    assert "There are none yet" in lab.get("/runs").text
    store.add(ENDED)
    store.add(FAILED)
    page = lab.get("/runs").text
    assert '<a href="/runs/1">1: shop</a>' in page
    assert "2026-01-02 03:04 UTC" in page
    assert 'aria-label="Choose run 2" disabled' in page


def test_a_run_is_opened_as_the_report_that_compare_writes(lab, store):
    store.add(ENDED)
    assert '<iframe title="Report of run 1" src="/runs/1/report.html">' in lab.get("/runs/1").text
    answer = lab.get("/runs/1/report.html")
    assert answer.text == ENDED.page
    assert answer.header("x-frame-options") == "SAMEORIGIN"
    policy = answer.header("content-security-policy")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")
    assert "form-action 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert policy.endswith("sandbox allow-scripts allow-forms")


def test_its_figures_are_saved_as_json(lab, store):
    store.add(ENDED)
    answer = lab.get("/runs/1/report.json")
    assert answer.text == ENDED.report
    assert answer.header("content-disposition") == 'attachment; filename="run-1.json"'


def test_a_run_is_deleted(lab, store):
    store.add(ENDED)
    assert lab.delete("/runs/1").status == 204
    assert lab.get("/runs/1").status == 404
    assert lab.delete("/runs/1").status == 404


def test_two_runs_are_set_side_by_side(lab, store):
    store.add(ENDED)
    store.add(ended(five(400, 440), five(190, 210), five(104, 118)))
    page = lab.get("/side-by-side?run=2&run=1").text
    assert "2.00 (1.73 to 2.33)" in page
    assert "the second is better" in page
    assert "no verdict: the ranges overlap" in page
    assert "Nothing else: the same settings" in page


def test_runs_without_anything_in_common_say_so(lab, store):
    store.add(ended([], [], []))
    store.add(ENDED)
    page = lab.get("/side-by-side?run=1&run=2").text
    assert "no server and workload in common" in page


@pytest.mark.parametrize("query", ["", "?run=1", "?run=1&run=2&run=3", "?run=1&run=x"])
def test_side_by_side_takes_two(lab, query):
    assert lab.get(f"/side-by-side{query}").status == 400


def test_what_is_not_kept_can_not_be_set_side_by_side(lab, store):
    store.add(ENDED)
    store.add(FAILED)
    assert lab.get("/side-by-side?run=1&run=2").status == 404


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/runs/7", 404, "there is no run 7"),
        ("/side-by-side", 400, "two runs are set side by side"),
        ("/xray/7", 404, "this x-ray is not kept any more"),
        ("/nowhere", 404, "There is nothing to show here"),
    ],
)
def test_a_dead_end_is_a_page_with_a_way_on_and_a_script_is_told_as_ever(lab, path, status, said):
    page = lab.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.status == status
    assert said in page.text
    assert '<a href="/runs">' in page.text
    told = lab.get(path, headers={"Accept": "application/json"})
    assert (told.status, told.json()["status"]) == (status, status)


def test_an_xray_is_made_and_shown_in_a_frame(lab, folder):
    (folder / "page").write_text("<p>Seen</p>")
    answer = lab.post("/xray", form=ASKED)
    assert (answer.status, answer.header("location")) == (303, "/xray/1")
    page = lab.get("/xray/1").text
    assert "GET /&lt;b&gt; of shop" in page
    assert 'src="/xray/1/view.html"' in page
    view = lab.get("/xray/1/view.html")
    assert view.text == "<p>Seen</p>"
    assert view.header("content-security-policy").startswith("default-src 'none'; form-action")


def test_an_xray_that_fails_gives_the_form_back_and_the_reason(lab, folder):
    (folder / "code").write_text("2")
    (folder / "said").write_text("Error: a method is in <capitals>")
    answer = lab.post("/xray", form=ASKED | {"headers": "A: </textarea>"})
    assert answer.status == 422
    assert "Error: a method is in &lt;capitals&gt;" in answer.text
    assert "A: &lt;/textarea&gt;</textarea>" in answer.text


def test_an_xray_that_fails_without_a_word_says_its_exit_code(lab, folder):
    (folder / "code").write_text("3")
    assert "it ended with exit code 3" in lab.post("/xray", form=ASKED).text


def test_an_xray_of_what_is_not_here_is_refused(lab):
    answer = lab.post("/xray", form=ASKED | {"module": "os"})
    assert answer.status == 422
    assert "&#x27;os&#x27; is not a module here" in answer.text


def test_an_xray_that_takes_too_long_is_ended(lab, folder, monkeypatch):
    monkeypatch.setattr(xrays, "DEADLINE", 1.0)
    (folder / "hangs").touch()
    answer = lab.post("/xray", form=ASKED)
    assert "there was no x-ray after 1 seconds" in answer.text
    (folder / "hangs").unlink()
    assert lab.post("/xray", form=ASKED).status == 303


def test_only_the_last_xrays_are_kept(lab, monkeypatch):
    monkeypatch.setattr(xrays, "MOST_KEPT", 1)
    lab.post("/xray", form=ASKED)
    lab.post("/xray", form=ASKED)
    assert lab.get("/xray/1").status == 404
    assert lab.get("/xray/2").status == 200


def test_a_body_that_begins_with_an_at_is_no_file_name(lab, folder):
    lab.post("/xray", form=ASKED | {"method": "POST", "body": "@/etc/passwd"})
    arguments = (folder / "arguments").read_text()
    assert "/etc/passwd" not in arguments
    assert "--data=@" in arguments
