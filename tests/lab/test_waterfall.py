import re
from dataclasses import replace

import pytest

from lab.compare.in_short import in_short
from lab.compare.markup import prose
from lab.compare.page import page
from lab.compare.predict import cards, predict
from lab.compare.trace.tape import MOST_ROWS, tape_of
from lab.compare.waterfall import about, in_words, waterfall
from lab.load.record import Record
from tests.lab.made import SAMPLE, comparison
from tests.lab.test_reports import Outline, shown

BEGAN = 100.0  # when the job began, on the machine's clock


def life(number, began, ended, *segments, lane="7", loop=False, pid=1, path="/wait"):
    """What a server has written down; times in milliseconds since the job began."""
    return {
        "number": number,
        "path": path,
        "pid": pid,
        "lane": lane,
        "loop": loop,
        "began": BEGAN + began / 1000,
        "ended": BEGAN + ended / 1000,
        "computed": 0.001,
        "segments": [
            [BEGAN + start / 1000, BEGAN + end / 1000, kind, where, line]
            for start, end, kind, where, line in segments
        ],
    }


def record(*done):
    """Clients that all ask at once, and have their answers after so many milliseconds."""
    times = [1000 * time for time in done]
    numbers = list(range(1, len(done) + 1))
    return Record([0] * len(done), [0] * len(done), times, times, began=BEGAN, number=numbers)


def waiting(number, start, end, line="shop.py:7 wait"):
    return life(number, start, end, (start, end, "wait", "7", line))


def sync():
    """A sync worker: one after another, 50 ms each."""
    lives = [waiting(1, 0, 50), waiting(2, 50, 100), waiting(3, 100, 150)]
    return tape_of("gunicorn sync", "WSGI", "wait", record(50, 100, 150), lives)


def blocked():
    """A loop that another holds for 80 ms, and then 30 ms more."""
    lives = [
        life(0, 0, 110, (0, 80, "hold", "9", "shop.py:9 nap"), (80, 110, "hold", "9", ""),
             lane="9", loop=True, path="/nap"),
        life(1, 80, 112, (111, 112, "run", "9", ""), lane="9", loop=True),
    ]  # fmt: skip
    return tape_of("uvicorn", "ASGI", "blocked", record(112), lives)


def test_a_request_waits_for_those_who_have_its_thread():
    tape = sync()
    assert tape.lanes == ["thread 1"]
    assert tape.blockers(0) == []
    assert [(one.row, round(one.seconds, 3), one.line) for one in tape.blockers(2)] == [
        (0, 0.05, "shop.py:7 wait"),
        (1, 0.05, "shop.py:7 wait"),
    ]
    assert tape.end == 0.15


def test_on_a_loop_a_request_also_waits_after_it_has_begun():
    tape = blocked()
    assert tape.lanes == ["loop"]
    (one,) = tape.blockers(1)
    assert (tape.rows[one.row].name, round(one.seconds, 3)) == ("b1", 0.11)


def test_processes_are_told_apart_where_there_are_several():
    lives = [waiting(1, 0, 50), {**waiting(2, 0, 50), "pid": 2}]
    tape = tape_of("sync, 2 workers", "WSGI", "wait", record(50, 50), lives)
    assert tape.lanes == ["process 1, thread 1", "process 2, thread 1"]
    assert tape.blockers(1) == []


def test_of_many_beside_only_so_many_are_kept_and_all_that_are_measured():
    lives = [life(0, time, time + 1) for time in range(40)] + [waiting(1, 0, 50)]
    tape = tape_of("sync", "WSGI", "wait", record(50), lives)
    assert len(tape.rows) == MOST_ROWS
    assert sum(row.name == "1" for row in tape.rows) == 1


def test_a_row_is_said_in_words():
    assert in_words(sync(), 2) == (
        "#3 (/wait) had its answer after 150 ms. It waited 50 ms for #1 in thread 1 at "
        "shop.py:7 wait and 50 ms for #2 in thread 1 at shop.py:7 wait. It kept its thread for "
        "50 ms while it only waited at shop.py:7 wait."
    )
    assert in_words(blocked(), 0) == (
        "#b1 (/nap) had its answer after 110 ms. It held the loop for 80 ms at shop.py:9 nap. "
        "It held the loop for 30 ms."
    )
    assert "It waited 110 ms for #b1 on the loop at shop.py:9 nap." in in_words(blocked(), 1)


def test_a_long_list_of_blockers_is_cut_short():
    lives = [waiting(n, 50 * n - 50, 50 * n, line="") for n in range(1, 7)]
    tape = tape_of("sync", "WSGI", "wait", record(*range(50, 350, 50)), lives)
    said = in_words(tape, 5)
    assert said.count(" ms for #") == 3
    assert "50 ms for #2 in thread 1, 50 ms for #3 in thread 1 and 2 more." in said
    assert "and 2 more. It kept its thread for 50 ms while it only waited." in said


def test_a_waterfall_has_a_row_for_each_request_and_a_lane_for_each_thread():
    figure = waterfall(sync(), 0.15, "w0-0")
    Outline(figure)
    assert figure.count('role="button" aria-pressed="false"') == 3
    assert figure.count('tabindex="0"') == 3
    assert 'data-row="2" data-by="0 1">' in figure
    assert "<li>#3 (/wait) had its answer" in figure
    assert figure.count('class="queued"') == 2
    assert figure.count('class="kept"') == 6  # in rows, and in the lane
    assert "<title>thread 1</title>" in figure
    assert figure.count("<li>") == 3


def test_a_loop_that_is_held_is_shown():
    figure = waterfall(blocked(), 0.15, "w0-0")
    assert figure.count('class="held"') == 4
    assert 'class="row beside"' in figure
    assert figure.count('class="awaited"') == 2


def test_widths_are_shares_of_the_span():
    widths = re.findall(r'class="kept" x="([\d.]+)" y="\d+" width="([\d.]+)"', waterfall(
        sync(), 0.3, "w"
    ))  # fmt: skip
    assert [round((float(x) - 44) / 316 * 300) for x, _ in widths] == [0, 50, 100]
    assert {round(float(width) / 316 * 300) for _, width in widths} == {50}


@pytest.fixture
def made():
    found = comparison([100] * 5, [100] * 5, [100] * 5)
    found.tapes = [sync(), blocked()]
    found.cell("uvicorn", "blocked").samples = [SAMPLE] * 5
    return found


def test_the_page_has_waterfalls_side_by_side_on_one_axis(made):
    asgi = tape_of("uvicorn", "ASGI", "wait", record(50), [waiting(1, 0, 50)])
    made.tapes.insert(1, asgi)
    text = page(made)
    Outline(text)
    assert text.count('<div class="side">') == 3
    assert text.count('<text class="tick end" x="360.0" y="10">150 ms</text>') == 2
    assert len(set(re.findall(r'<figure class="waterfall" id="([^"]+)"', text))) == 3


def test_a_caption_says_how_many_of_its_workers_took_requests():
    lives = [waiting(1, 0, 50), {**waiting(2, 0, 50), "pid": 2}]
    tape = tape_of("sync", "WSGI", "wait", record(50, 50), lives)
    assert about(replace(tape, workers=2)) == "WSGI, 2 workers; the last answer after 50 ms"
    assert "4 workers, of which two took requests" in about(replace(tape, workers=4))


def test_the_legend_tells_of_clients_beside_those_measured_where_there_are_some(made):
    assert "<li>b1, b2: the clients beside" in page(made)
    made.tapes = [sync()]
    assert "b1, b2" not in page(made)


def with_variants(made, *ways):
    made.tapes.append(tape_of("uvicorn", "ASGI", "wait", record(50), [waiting(1, 0, 50)]))
    made.variants = [replace(sync(), sleeps=sleeps, workers=workers) for sleeps, workers in ways]
    return page(made)


def test_a_pair_has_switches_to_what_else_was_recorded(made):
    text = with_variants(made, (True, 0), (False, 4), (True, 4))
    Outline(text)
    assert re.findall(r'type="radio" name="w1-\w+" value="(\w+)"( checked|)', text) == [
        ("await", " checked"), ("sleep", ""), ("few", " checked"), ("many", ""),
    ]  # fmt: skip
    for handler in ("await", "sleep"):
        for workers in ("few", "many"):
            assert text.count(f'class="way way-{handler} way-{workers}"') == 2
    assert text.count("uvicorn was not recorded like this.") == 3
    assert text.count('<p class="shortly">gunicorn sync stands still') == 3
    assert len(set(re.findall(r'<figure class="waterfall" id="([^"]+)"', text))) == 6


def test_a_switch_that_would_lead_nowhere_is_not_there(made):
    text = with_variants(made, (False, 4))
    assert 'name="w1-workers" value="many"' in text
    assert 'name="w1-handler"' not in text
    assert text.count("uvicorn was not recorded like this.") == 1
    assert 'type="radio" name="w1' not in with_variants(made)


def test_without_a_traced_pass_there_are_no_waterfalls():
    assert "What a worker does while" not in page(comparison([100] * 5))


def test_the_cards_ask_what_the_run_can_answer(made):
    in_all, beside = cards(made)
    assert in_all.question.startswith("Three clients ask gunicorn sync (one process, one request")
    assert "Each answer needs 50 ms" in in_all.question
    assert in_all.answer == 0.15
    assert in_all.why == (
        "gunicorn sync stands still: while one request waits, its only thread waits with it, and "
        "the other requests queue."
    )
    assert predict(made).count('<a href="#waterfalls">Its waterfall</a>') == 1
    assert beside.question.startswith("Four clients ask uvicorn for an `async def` that calls")
    assert "time.sleep, for 55 ms each. Others ask for /hello" in beside.question
    assert beside.answer == 0.05
    assert 'data-answer="150.000"' in predict(made)


def test_nothing_is_asked_where_nothing_was_measured():
    assert predict(comparison()) == ""
    empty = comparison()
    empty.cell("uvicorn", "blocked").samples = []
    assert cards(empty) == []


def test_backquotes_become_code_and_all_else_is_escaped():
    assert prose("an `async def` < 2") == "an <code>async def</code> &lt; 2"


def test_what_a_worker_does_while_it_waits_is_said_in_short():
    assert in_short(sync()) == (
        "stands still: while one request waits, its only thread waits with it, and the other "
        "requests queue. The thread was kept for 150 ms in all while nothing was computed, and the "
        "last of three answers came after 150 ms."
    )
    lives = [life(n, 0, 50, (49, 50, "run", "9", ""), lane="9", loop=True) for n in (1, 2)]
    free = tape_of("uvicorn", "ASGI", "wait", record(50, 51), lives)
    assert in_short(free) == (
        "goes on with other requests: one that waits keeps nothing. Its loop ran for 2 ms in all, "
        "the requests waited side by side, and the last of two answers came after 51 ms."
    )
    lives = [life(1, 0, 50, (0, 50, "hold", "9", ""), lane="9", loop=True)]
    held = tape_of("uvicorn", "ASGI", "wait", record(50), lives)
    assert "keeps its loop, and no other can run there. That was so for 50 ms" in in_short(held)


def test_a_pause_of_the_machine_is_not_said_to_be_what_waiting_does():
    waits = [life(n, 0, 50, (49, 50, "run", "9", ""), lane="9", loop=True) for n in (1, 2)]
    held = life(3, 0, 80, (50, 80, "hold", "9", ""), lane="9", loop=True)
    said = in_short(tape_of("uvicorn", "ASGI", "wait", record(50, 51, 80), [*waits, held]))
    assert said == (
        "goes on with other requests: one that waits keeps nothing. Its loop ran for 32 ms in all, "
        "the requests waited side by side, and the last of three answers came after 80 ms. For "
        "30 ms of that one held it, and no other could run."
    )


def test_processes_with_a_thread_each_are_said_to_stand_still_in_each():
    lives = [{**waiting(n, start, start + 50), "pid": n % 2}
             for n, start in ((1, 0), (2, 0), (3, 50))]  # fmt: skip
    tape = tape_of("gunicorn sync", "WSGI", "wait", record(50, 50, 100), lives)
    assert in_short(tape).startswith("stands still in each of two processes: while one request")


@pytest.mark.parametrize(("requests", "said"), [(2, "meanwhile. Two"), (3, "and the rest queue.")])
def test_threads_that_are_too_few_for_all_are_said_to_be(requests, said):
    lives = [
        {**life(n, 0, 50, (0, 50, "wait", str(n % 2), "")), "lane": str(n % 2)}
        for n in range(1, requests + 1)
    ]
    assert said in in_short(tape_of("gthread", "WSGI", "wait", record(*[50] * requests), lives))


def test_the_terminal_says_it_too_where_it_was_recorded(made):
    assert "gunicorn sync stands still" in " ".join(shown(made).split())
    made.tapes = [blocked()]
    assert "What a worker does while it waits" not in shown(made)


def test_the_page_begins_its_waterfalls_with_that(made):
    made.tapes = []
    assert 'href="#waterfalls"' not in page(made)
    made.tapes = [blocked()]
    assert '<ul class="short">' not in page(made)
    made.tapes = [sync(), blocked()]
    text = page(made)
    assert text.count("<li><strong>gunicorn sync</strong> stands still") == 1
    assert 'href="#waterfalls"' in text
