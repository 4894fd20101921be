"""What gunicorn.conf.py may hold, so that a worker starts before its first request."""

from typing import Any


def post_worker_init(worker: Any) -> None:
    worker.wsgi.startup()


def worker_exit(server: Any, worker: Any) -> None:
    if worker.wsgi is not None:
        worker.wsgi.shutdown()
