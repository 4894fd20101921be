"""Which modules of a folder may be chosen."""

import sys

import pytest

from lab.pages import modules
from lab.pages.modules import targets_in


@pytest.fixture
def made(tmp_path):
    """What is found in a folder with these files."""

    def make(**files):
        for name, source in files.items():
            file = tmp_path / f"{name.replace('__in__', '/')}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source)
        return targets_in(tmp_path)

    return make


BOTH = "application = 1\napp = 2\n"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (BOTH, ["shop"]),
        ("app = Flask(__name__)", ["shop:app"]),
        ("def application(environ, start_response): ...", ["shop:application"]),
        ("async def app(scope, receive, send): ...", ["shop:app"]),
        ("app: Any = 1", ["shop:app"]),
        ("from web import app", ["shop:app"]),
        ("from web import site, app  # it", ["shop:app"]),
        ("from app import run", []),
        ("from web import app as other", []),
        ("import application", []),
        ("if True:\n    app = 1", []),
        ("application_server = 1\napp.run()\n", []),
        ("class app: ...", []),
        ("", []),
    ],
)
def test_a_module_binds_one_of_the_two_names_at_its_top(made, source, found):
    assert made(shop=source) == found


def test_modules_in_packages_are_found_and_named_with_dots(made):
    found = made(shop__in__web=BOTH, shop__in____init__=BOTH, a__in__b__in__c="app = 1")
    assert found == ["shop", "shop.web", "a.b.c:app"]


def test_what_answers_most_that_is_measured_comes_first(made):
    assert made(a=BOTH, b=BOTH + '"/hello", "/wait"', c=BOTH + '"/hello"') == ["b", "c", "a"]


def test_nothing_is_run_to_find_out(made):
    assert made(shop="raise SystemExit('run')\n" + BOTH) == ["shop"]
    assert "shop" not in sys.modules


def test_what_can_not_be_imported_by_its_name_is_left_out(made, tmp_path):
    (tmp_path / "not a name.py").write_text(BOTH)
    (tmp_path / "class.py").write_text(BOTH)
    (tmp_path / "notes.txt").write_text(BOTH)
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "__init__.py").write_text(BOTH)
    (tmp_path / "my-shop").mkdir()
    (tmp_path / "my-shop" / "web.py").write_text(BOTH)
    assert made(__main__=BOTH) == []


def test_what_is_not_the_users_own_is_left_out(made, tmp_path):
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert made(env__in__a=BOTH, node_modules__in__a=BOTH, __pycache____in__a=BOTH) == []


def test_a_link_leads_nowhere(made, tmp_path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "web.py").write_text(BOTH)
    (tmp_path / "linked.py").symlink_to(elsewhere / "web.py")
    (tmp_path / "package").symlink_to(elsewhere, target_is_directory=True)
    assert made() == []


def test_a_file_that_is_no_text_is_read_all_the_same(made, tmp_path):
    (tmp_path / "odd.py").write_bytes(b"\xff\x00\napp = 1\n")
    assert made() == ["odd:app"]


def test_a_file_that_can_not_be_read_is_left_out(tmp_path):
    assert modules._source_of(tmp_path / "gone.py") == ""


def test_a_huge_folder_is_not_read_to_its_end(made, monkeypatch):
    monkeypatch.setattr(modules, "MOST_FILES", 2)
    assert made(a=BOTH, b=BOTH, c=BOTH) == ["a", "b"]


def test_a_deep_folder_is_not_read_to_its_end(made, monkeypatch):
    monkeypatch.setattr(modules, "DEEPEST", 1)
    assert made(a__in__b=BOTH, a__in__c__in__d=BOTH) == ["a.b"]
