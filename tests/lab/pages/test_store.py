"""Past runs in their file."""

import sqlite3
from dataclasses import replace

import pytest

from core import NotFound
from lab.errors import LabError
from lab.pages.store import VERSION, Past, Store
from tests.lab.pages.kept import ENDED, FAILED


def test_a_run_is_kept_as_it_was(store):
    number = store.add(ENDED)
    assert store.get(number) == Past(number, ENDED.began, "shop", "3 servers", "finished", "", 1)
    assert store.report(number) == ENDED.report
    assert store.page(number) == ENDED.page


def test_the_last_run_comes_first(store):
    numbers = [store.add(ENDED), store.add(FAILED)]
    assert [past.number for past in store.all()] == numbers[::-1]
    assert [past.has_report for past in store.all()] == [0, 1]


def test_runs_are_there_for_the_next_lab(store, folder):
    number = store.add(ENDED)
    assert Store(folder / ".tandem" / "lab.sqlite3").get(number).title == "shop"


def test_a_run_without_a_report_has_none(store):
    number = store.add(FAILED)
    assert store.get(number).log == "no <b>server</b>"
    with pytest.raises(NotFound):
        store.report(number)
    with pytest.raises(NotFound):
        store.page(number)


def test_a_deleted_run_is_gone_and_its_number_is_not_used_again(store):
    number = store.add(ENDED)
    store.delete(number)
    for act in (store.get, store.report, store.page, store.delete):
        with pytest.raises(NotFound):
            act(number)
    assert store.add(ENDED) == number + 1


def test_text_of_any_kind_is_kept(store):
    odd = replace(ENDED, title="'; DROP TABLE runs; --", log="\N{SNOWMAN}\n")
    assert store.get(store.add(odd)).title == odd.title
    assert len(store.all()) == 1


def test_git_is_told_to_leave_the_folder_alone(store, folder):
    assert (folder / ".tandem" / ".gitignore").read_text() == "*\n"


def test_a_folder_that_is_there_is_left_as_it_is(folder):
    Store(folder / "lab.sqlite3")
    assert not (folder / ".gitignore").exists()


def test_the_file_tells_its_version(store, folder):
    opened = sqlite3.connect(folder / ".tandem" / "lab.sqlite3")
    assert opened.execute("PRAGMA user_version").fetchone() == (VERSION,)
    opened.close()


def test_a_file_of_a_later_version_is_left_alone(store, folder):
    file = folder / ".tandem" / "lab.sqlite3"
    opened = sqlite3.connect(file)
    opened.execute(f"PRAGMA user_version = {VERSION + 1}")
    opened.close()
    with pytest.raises(LabError, match="of a later Tandem"):
        Store(file)


def test_what_is_no_such_file_is_refused(folder):
    (folder / "notes.txt").write_text("not a database, but a text of some length\n" * 50)
    with pytest.raises(LabError, match=r"can't be kept in .*notes\.txt"):
        Store(folder / "notes.txt")


def test_a_place_that_can_not_be_made_is_refused(folder):
    with pytest.raises(LabError, match="can't be kept"):
        Store(folder / "shop.py" / "lab.sqlite3")
