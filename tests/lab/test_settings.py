from lab.compare.settings import DEFAULT, QUICK, Settings, shuffled_rounds
from lab.compare.workloads import WORKLOADS


def test_every_round_holds_everything_once():
    rounds = shuffled_rounds("abc", 5, seed=1)
    assert [number for number, _ in rounds] == [n for n in range(1, 6) for _ in "abc"]
    for number in range(1, 6):
        assert {thing for at, thing in rounds if at == number} == set("abc")


def test_the_order_is_random_and_can_be_repeated():
    things = list(range(50))
    assert shuffled_rounds(things, 2, seed=1) == shuffled_rounds(things, 2, seed=1)
    assert shuffled_rounds(things, 2, seed=1) != shuffled_rounds(things, 2, seed=2)
    assert [t for n, t in shuffled_rounds(things, 2, seed=1) if n == 1] != things


def test_quick_is_shorter_and_has_as_many_rounds():
    assert QUICK.duration < DEFAULT.duration
    assert QUICK.rounds == DEFAULT.rounds == 5


def test_the_load_is_said_in_words():
    assert Settings(connections=8).load.startswith("8 clients")
    assert Settings(connections=8, rate=50.0).load.startswith("50 requests a second")


def test_a_job_has_the_settings_load():
    job = Settings(connections=8, rate=50.0).job(8000, WORKLOADS[0], 0.5)
    assert (job.port, job.path, job.connections, job.seconds, job.rate) == (
        8000,
        "/hello",
        8,
        0.5,
        50,
    )
