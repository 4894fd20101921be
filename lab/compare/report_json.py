"""`report.json`: the results for a program to read.

`format` is "tandem-compare/2"; the number grows when a field changes its meaning or goes away.
Times are seconds, memory is bytes, `null` is "not known" or "not measured". The top level holds
`targets`, `started`, `took`, `cut_short`, `failures` (why a contender dropped out), `settings`
(with `seed`, the load in words, and the `engine` that sent it: with "locust" every time counts from
when a request was sent), `machine`, `contenders` (with their commands), `workloads` (each with its
verdict, the winner's name or "", what judges it, and notes), `cells`, and the `tapes` of the traced
pass, whose fields `trace/tape.py` explains, with the `variants` beside them (`trace/variants.py`).

A cell is one workload on one contender: `left_out` (the reason, or ""), the spread of its rates
over the rounds, its latency since requests were due and since they were sent, its latency curve as
(percent, seconds) pairs, and each round's own figures, with the latency over its time.
"""

import json
from dataclasses import asdict
from typing import Any

from lab.compare.results import Cell, Comparison, Sample
from lab.compare.spread import Spread, curve, percentile
from lab.compare.verdicts import notes, verdict, winner
from lab.compare.yardsticks import yardstick

FORMAT = "tandem-compare/2"


def report(comparison: Comparison) -> str:
    """The comparison as JSON text."""
    document = {
        "format": FORMAT,
        "targets": [asdict(target) for target in comparison.targets],
        "started": comparison.started.isoformat(timespec="seconds"),
        "took": round(comparison.took, 1),
        "cut_short": comparison.cut_short,
        "failures": comparison.failures,
        "settings": asdict(comparison.settings) | {"load": comparison.settings.load},
        "machine": asdict(comparison.machine),
        "contenders": [
            asdict(contender) | {"command": contender.shown} for contender in comparison.contenders
        ],
        "workloads": [
            asdict(workload)
            | {
                "judged_by": yardstick(comparison, workload).title,
                "verdict": verdict(comparison, workload),
                "winner": winner(comparison, workload),
                "notes": notes(comparison, workload),
            }
            for workload in comparison.workloads
        ],
        "cells": [_cell(cell) for cell in comparison.cells],
        "tapes": [asdict(tape) for tape in comparison.tapes],
        "variants": [asdict(tape) for tape in comparison.variants],
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
        "p50_since_sent": _spread(cell.latency(50, "sent")),
        "p99_since_sent": _spread(cell.latency(99, "sent")),
        "latency_curve": curve(cell.latencies),
        "requests": cell.requests,
        "errors": cell.errors,
        "beside_errors": cell.beside_errors,
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
    del figures["since_sent"]
    figures["rate"] = sample.rate
    figures["p50"] = percentile(latencies, 50) if latencies else None
    figures["p99"] = percentile(latencies, 99) if latencies else None
    return figures
