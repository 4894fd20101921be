"""`report.json`: the results for a program to read.

`format` is "tandem-compare/1"; the number grows when a field changes its meaning or goes away.
Times are seconds, memory is bytes, `null` is "not known" or "not measured". The top level holds
`target`, `started`, `took`, `cut_short`, `settings` (with `seed` and the load in words), `machine`,
`contenders` (with their commands), `workloads` (each with its verdict and notes) and `cells`: one
for each workload and contender, with `left_out` (the reason, or ""), the spread of its rates over
the rounds, its latency curve as (percent, seconds) pairs, and each round's own figures.
"""

import json
from dataclasses import asdict
from typing import Any

from lab.compare.results import Cell, Comparison, Sample
from lab.compare.spread import Spread, curve, percentile
from lab.compare.verdicts import notes, verdict

FORMAT = "tandem-compare/1"


def report(comparison: Comparison) -> str:
    """The comparison as JSON text."""
    document = {
        "format": FORMAT,
        "target": asdict(comparison.target),
        "started": comparison.started.isoformat(timespec="seconds"),
        "took": round(comparison.took, 1),
        "cut_short": comparison.cut_short,
        "settings": asdict(comparison.settings) | {"load": comparison.settings.load},
        "machine": asdict(comparison.machine),
        "contenders": [
            asdict(contender) | {"command": contender.shown} for contender in comparison.contenders
        ],
        "workloads": [
            asdict(workload)
            | {"verdict": verdict(comparison, workload), "notes": notes(comparison, workload)}
            for workload in comparison.workloads
        ],
        "cells": [_cell(cell) for cell in comparison.cells],
    }
    return json.dumps(document, indent=2) + "\n"


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "contender": cell.contender.name,
        "workload": cell.workload.name,
        "left_out": cell.left_out,
        "rate": _spread(cell.rate),
        "p50": _spread(cell.latency(50)),
        "p99": _spread(cell.latency(99)),
        "latency_curve": curve(cell.latencies),
        "requests": cell.requests,
        "errors": cell.errors,
        "cpu_seconds_per_request": cell.cpu_per_request,
        "memory_bytes": _spread(cell.memory),
        "generator_busy": cell.generator_busy,
        "rounds": [_round(sample) for sample in cell.samples],
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    return asdict(spread) if spread else None


def _round(sample: Sample) -> dict[str, Any]:
    figures = asdict(sample)
    latencies: list[float] = figures.pop("latencies")
    figures["rate"] = sample.rate
    figures["p50"] = percentile(latencies, 50) if latencies else None
    figures["p99"] = percentile(latencies, 99) if latencies else None
    return figures
