"""What locust is given: a file with one kind of user for each thing that is asked for.

It stands on its own, so that it can be taken to other machines:

    locust -f locustfile.py Hello --master --host http://SERVER:PORT
    locust -f - --worker --master-host MASTER          # as often as wanted, wherever wanted

Three things in it are ours, for without them the figures would be wrong. A request that goes wrong
is counted under its reason, or the time it took would be among those of the answers. The time runs
from when the users begin, not from the first answer. And the master waits for its workers' last
report: by itself it gives them half a second, less than a slow server takes for what is under way.
"""

import re
from collections.abc import Mapping

from lab.load.job import Job

HEAD = '''\
"""The load of a `tandem compare`, for locust; see https://docs.locust.io for how to run it.

Its model is a closed one: each user asks again when its last request is answered.
"""

import logging
import time

import gevent
from locust import FastHttpUser, events, task
from locust.runners import MasterRunner

BEGAN = {}  # the moment when the users of this process began, by two clocks


class Asks(FastHttpUser):
    """Asks for the same thing again and again; only an answer of 2xx is a good one."""

    abstract = True
    method = "GET"
    path = "/"
    headers = {}
    body = ""

    @task
    def ask(self):
        with self.client.request(
            self.method,
            self.path,
            data=self.body.encode() or None,
            headers={"accept": "*/*", "accept-encoding": "identity", **self.headers},
            allow_redirects=False,
            catch_response=True,
        ) as response:
            error = response.request_meta["exception"]
            if response.status_code and not 200 <= response.status_code < 300:
                response.request_meta["name"] = f"answered {response.status_code}"
                response.failure(f"answered {response.status_code}")
            elif error:
                cause = getattr(error, "original", error)
                response.request_meta["name"] = f"no answer ({type(cause).__name__})"


@events.test_start.add_listener
def begin(environment, **_):
    BEGAN.update(computed=time.process_time(), at=time.monotonic())
    for user in environment.user_classes:
        environment.stats.get(user.path, user.method)  # its time runs from here


@events.test_stop.add_listener
def end(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        environment.runner.send_message("quit")
        while environment.runner.worker_count:  # each leaves when its last request is answered
            gevent.sleep(0.02)
    else:
        computed = time.process_time() - BEGAN["computed"]
        share = computed / (time.monotonic() - BEGAN["at"])
        logging.info("this process was computing %.3f of the time", share)
'''
BUSY = re.compile(r"this process was computing ([\d.]+) of the time")


def locustfile(jobs: Mapping[str, Job]) -> str:
    """The text of the file: a class for each job, under its name in `jobs` (see `user_classes`)."""
    return HEAD + "".join(_user(name, job) for name, job in jobs.items())


def user_classes(names: list[str]) -> dict[str, str]:
    """A name for the class of each workload: "fan-out" is `FanOut`, "/" is `Load`."""
    classes: dict[str, str] = {}
    for name in names:
        found = "".join(part.capitalize() for part in re.findall("[A-Za-z0-9]+", name))
        found = found if found[:1].isalpha() and found != "Asks" else f"Load{found}"
        while found in classes.values():
            found += "_"
        classes[name] = found
    return classes


def _user(name: str, job: Job) -> str:
    fields = {
        "method": job.method,
        "path": job.path,
        "headers": dict(job.headers),
        "body": job.body,
        "connection_timeout": job.timeout,
        "network_timeout": job.timeout,
    }
    lines = "".join(f"    {field} = {value!r}\n" for field, value in fields.items())
    return f"\n\nclass {name}(Asks):\n{lines}"
