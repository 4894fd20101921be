import pytest

from lab.load.job import Job, is_loopback


def test_a_job_survives_json():
    job = Job(8000, "/hello?a=1", connections=3, rate=50.0)
    assert Job.from_json(job.to_json()) == job


def test_the_request_asks_for_the_path_on_a_connection_that_stays():
    request = Job(8000, "/hello").request()
    assert request.startswith(b"GET /hello HTTP/1.1\r\nhost: 127.0.0.1:8000\r\n")
    assert request.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
        ("localhost", False),  # a name is never looked up
        ("", False),
    ],
)
def test_only_addresses_of_loopback_are_loopback(host, expected):
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"host": "192.0.2.1"}, "this machine only"),
        ({"path": "hello"}, 'starts with "/"'),
        ({"path": "/a b"}, "without spaces"),
        ({"path": "/a\r\nx: y"}, "without spaces"),
        ({"path": "/a\r\n"}, "without spaces"),
        ({"connections": 0}, "connections is a number over 0"),
        ({"seconds": -1}, "seconds is a number over 0"),
        ({"seconds": float("nan")}, "seconds is a number over 0"),
        ({"rate": float("inf")}, "rate is a number over 0"),
        ({"timeout": 0}, "timeout is a number over 0"),
        ({"limit": 0}, "limit is a number over 0"),
        ({"rate": 0}, "rate is a number over 0"),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Job(**{"port": 8000, "path": "/", **wrong})
