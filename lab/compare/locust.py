"""`--engine locust`: what it can send, and the locustfile that is left for other machines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.compare.results import Comparison
from lab.compare.settings import Settings
from lab.compare.words import joined
from lab.compare.workloads import Workload
from lab.errors import WrongUsageError
from lab.load.job import Job
from lab.load.locustfile import locustfile, user_classes
from lab.load.swarm import Swarm
from lab.load.tally import Tally
from lab.versions import version_of

LOCUSTFILE = "locustfile.py"  # beside the report


@dataclass(frozen=True, slots=True)
class Locust:
    """Locust with the locustfile of a comparison."""

    swarm: Swarm
    classes: dict[str, str]  # a workload's name, and that of its users

    @classmethod
    def of(cls, comparison: Comparison, logs: Path) -> "Locust":
        """Write the locustfile, into the directory that has `logs`."""
        settings, path = comparison.settings, logs.with_name(LOCUSTFILE)
        classes = user_classes([workload.name for workload in comparison.workloads])
        jobs = {
            classes[workload.name]: settings.job(1, workload, settings.duration)
            for workload in comparison.workloads
        }
        path.write_text(locustfile(jobs), encoding="utf-8")
        return cls(Swarm(path, settings.locust_workers, logs), classes)

    def run(self, job: Job, workload: Workload) -> Tally:
        """One stretch of load."""
        return self.swarm.run(job, self.classes[workload.name])


def require_locust(settings: Settings) -> None:
    """Make sure that locust is installed and can do what was asked. Raises WrongUsageError."""
    if version_of("locust") is None:
        raise WrongUsageError(
            "--engine locust needs locust; install Tandem with its extra `locust`, or: "
            "pip install locust"
        )
    if settings.rate is not None:
        raise WrongUsageError(
            "--rate is for our own engine: locust's model is a closed one, in which each user "
            "asks again when its last request is answered"
        )
    if settings.duration != int(settings.duration):
        raise WrongUsageError(
            f"locust counts its run time in whole seconds; got --duration {settings.duration:g}"
        )


def only_closed(
    workloads: Sequence[Workload], named: Sequence[str]
) -> tuple[list[Workload], list[Workload]]:
    """The workloads that a closed model can send, and the others.

    Raises WrongUsageError for another that was named.
    """
    closed = [w for w in workloads if w.rate is None and w.beside is None]
    others = [w for w in workloads if w not in closed]
    if refused := [w.name for w in others if w.name in named]:
        raise WrongUsageError(
            f"locust sends nothing on a schedule, as {joined(refused)} asks for: leave it out, "
            "or use our own engine"
        )
    return closed, others
