from collections import Counter

from lab.load.record import Record

ROWS = [
    (10.0, 10.1, 10.2, 10.5, 200),
    (10.0, 10.0, 10.9, 11.0, 500),
    (10.2, 10.3, 12.0, 12.0, 0),
]


def record():
    return Record.from_rows(ROWS, 10.0, Counter({"timed out": 1}))


def test_times_count_in_microseconds_from_the_jobs_beginning():
    assert record().due == [0, 0, 200_000]
    assert record().sent == [100_000, 0, 300_000]
    assert record().done == [500_000, 1_000_000, 2_000_000]


def test_latency_counts_from_due_or_from_sent_for_good_answers_only():
    assert record().latencies() == [0.5]
    assert record().latencies(since="sent") == [0.4]


def test_the_time_of_a_record_ends_with_its_last_good_answer():
    assert record().seconds == 0.5
    assert Record().seconds == 0


def test_every_request_without_a_good_answer_is_counted_by_reason():
    assert record().answered == 1
    assert record().errors == {"answered 500": 1, "timed out": 1}


def test_a_record_survives_json():
    assert Record.from_json(record().to_json()) == record()
