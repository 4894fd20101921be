"""What `tandem compare` was asked for: its command line, made into a comparison to be measured."""

import random
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lab.compare.contenders import choose as choose_contenders
from lab.compare.locust import only_closed, require_locust
from lab.compare.machine import this_machine
from lab.compare.results import Comparison
from lab.compare.settings import DEFAULT, LOCUST_SECONDS, QUICK, Settings
from lab.compare.target import Target
from lab.compare.workloads import WORKLOADS, Workload
from lab.compare.workloads import choose as choose_workloads
from lab.errors import WrongUsageError


@dataclass(slots=True)
class Asked:
    """The command line."""

    targets: list[Target]
    contenders: tuple[str, ...]
    workloads: tuple[str, ...]
    is_quick: bool
    out: Path
    as_json: bool
    has_events: bool
    is_listed: bool
    workers: int
    is_traced: bool
    for_perfetto: bool
    settings: Settings
    left_aside: list[Workload] = field(default_factory=list[Workload])  # locust can't send them

    @classmethod
    def of(
        cls,
        *,
        targets: tuple[str, ...],
        contender: tuple[str, ...],
        workload: tuple[str, ...],
        quick: bool,
        out: Path,
        as_json: bool,
        has_events: bool,
        listed: bool,
        workers: int,
        is_traced: bool,
        for_perfetto: bool,
        **settings: Any,
    ) -> "Asked":
        """What click hands over. Raises WrongUsageError."""
        parsed = [Target.parse(text) for text in dict.fromkeys(targets)]
        return cls(
            parsed,
            contender,
            workload,
            quick,
            out,
            as_json,
            has_events,
            listed,
            workers,
            is_traced,
            for_perfetto,
            _settings(quick, settings),
        )

    def checked(self, directory: Path) -> tuple[list[Target], list[dict[str, Any]]]:
        """The targets with their interfaces known, and the modules' own workloads, each once."""
        checked = [target.check(directory) for target in self.targets]
        own = [workload for _, found in checked for workload in found]
        own = [workload for number, workload in enumerate(own) if workload not in own[:number]]
        return [target for target, _ in checked], own

    def comparison(self, targets: list[Target], own: list[dict[str, Any]]) -> Comparison:
        """What is to be measured. Raises WrongUsageError."""
        workloads = choose_workloads(self.workloads, own, quick=self.is_quick)
        if self.settings.engine == "locust":
            workloads, self.left_aside = only_closed(workloads, self.workloads)
        contenders = choose_contenders(
            targets, self.contenders, threads=self.settings.threads, workers=self.workers
        )
        return Comparison(targets, self.settings, this_machine(), contenders, workloads)


def _settings(quick: bool, chosen: dict[str, Any]) -> Settings:
    given = {name: value for name, value in chosen.items() if value is not None}
    given.setdefault("seed", random.SystemRandom().randrange(2**32))
    if "connections" in given:
        given.setdefault("threads", given["connections"])
    if given.get("engine") == "locust":
        given.setdefault("duration", LOCUST_SECONDS[quick])
    settings = replace(QUICK if quick else DEFAULT, **given)
    if settings.engine == "locust":
        require_locust(settings)
    try:
        settings.job(1, WORKLOADS[0], settings.duration)  # wrong now rather than midway
    except ValueError as error:
        raise WrongUsageError(str(error)) from error
    return settings
