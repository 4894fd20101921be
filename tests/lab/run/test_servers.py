import sys

import pytest

from lab.errors import WrongUsageError
from lab.run import servers
from lab.run.servers import KINDS, Command, typed, usable


@pytest.mark.parametrize(
    ("server", "face", "workers", "host", "expected"),
    [
        ("gunicorn", "wsgi", 1, "127.0.0.1", ["--workers 1", "--bind 127.0.0.1:81", "m:app"]),
        ("gunicorn", "asgi", 3, "::1", ["--workers 3", "--worker-class asgi", "--bind [::1]:81"]),
        ("uvicorn", "asgi", 2, "::1", ["uvicorn --workers 2 --host ::1 --port 81 m:app"]),
    ],
)
def test_a_server_that_binds_is_told_where(server, face, workers, host, expected):
    command = Command(KINDS[server], "m:app", face, workers).on_address(host, 81)
    shown = typed(command).replace("'", "")
    assert shown.startswith(f"python -m {server} ")
    assert all(part in shown for part in expected)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("own", "lab.server --face wsgi --fd 5 --ready-fd 6 m:app"),
        ("gunicorn", "--bind fd://5 m:app"),
        ("uvicorn", "lab.run.uvicorn_served m:app 5"),
    ],
)
def test_a_server_that_is_given_a_socket_is_told_its_number(server, expected):
    assert typed(Command(KINDS[server], "m:app", "wsgi").on_socket(5, 6)).endswith(expected)


@pytest.mark.parametrize(("version", "has_it"), [((25, 0), False), ((25, 1), True)])
def test_gunicorn_is_told_to_leave_the_user_s_home_alone_where_it_would_not(
    monkeypatch, version, has_it
):
    monkeypatch.setattr(servers, "at_least", lambda name, *numbers: version >= numbers)
    command = Command(KINDS["gunicorn"], "m:app", "wsgi").on_address("127.0.0.1", 81)
    assert ("--no-control-socket" in command) is has_it


def test_an_old_gunicorn_has_no_asgi(monkeypatch):
    monkeypatch.setattr(servers, "at_least", lambda name, *numbers: False)
    with pytest.raises(WrongUsageError, match=r'pip install "gunicorn>=25", or choose --server uv'):
        Command(KINDS["gunicorn"], "m:app", "asgi").on_address("127.0.0.1", 81)


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("own", "needs h11 and wsproto: pip install h11 wsproto, or install Tandem with its extra"),
        ("gunicorn", "--server gunicorn needs gunicorn: pip install gunicorn"),
        ("uvicorn", "--server uvicorn needs uvicorn: pip install uvicorn"),
    ],
)
def test_a_server_that_is_not_installed_is_answered_with_what_to_install(monkeypatch, server, said):
    monkeypatch.setattr(servers, "version_of", lambda name: None)
    with pytest.raises(WrongUsageError, match=said):
        usable(server, None)


def test_uvicorn_has_no_wsgi():
    with pytest.raises(WrongUsageError, match="uvicorn serves ASGI only: for WSGI choose --server"):
        usable("uvicorn", "wsgi")
    assert usable("gunicorn", "wsgi") is KINDS["gunicorn"]


@pytest.mark.parametrize("has_started", [True, False])
def test_uvicorn_that_does_not_start_says_so_by_its_exit_code(monkeypatch, has_started):
    from lab.run import uvicorn_served

    served = []

    class Server:
        started = has_started

        def __init__(self, config):
            served.append(config)

        def run(self, sockets):
            served.append(sockets)

    monkeypatch.setattr(uvicorn_served.uvicorn, "Server", Server)
    monkeypatch.setattr(uvicorn_served, "inherited", lambda descriptor: f"socket {descriptor}")
    monkeypatch.setattr(sys, "argv", ["uvicorn_served", "m:app", "5"])
    if has_started:
        uvicorn_served.main()
    else:
        with pytest.raises(SystemExit, match="3"):
            uvicorn_served.main()
    assert (served[0].app, served[1]) == ("m:app", ["socket 5"])
