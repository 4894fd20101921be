"""`python -m benchmarks.budget`: the instructions that a request costs, counted by valgrind.

A count is the same whatever else the machine does, to a third of a percent, so that it shows what
no clock would. `--check` compares with `budget.json`.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.cases import CASES
from benchmarks.contenders import BARE, TANDEM
from benchmarks.counted import BLOCKS, CALLS, MARK

PROJECT = Path(__file__).parent.parent
BUDGET = Path(__file__).with_name("budget.json")
TOLERANCE = 0.03

Counts = dict[str, dict[str, int]]  # world -> case -> instructions a call, over the bare callable


def main() -> int:
    """Count, print, and do what the command line asks for; the exit code."""
    asked = _parser().parse_args()
    console = Console(width=None if Console().is_terminal else 130)
    if shutil.which("valgrind") is None:
        console.print("skipped: this needs valgrind; on Debian: apt install valgrind")
        return 1 if os.environ.get("CI") == "true" else 0  # where what is skipped has failed
    try:
        counts = counted()
    except CountError as error:
        console.print(str(error), markup=False)
        return 1
    budget = json.loads(BUDGET.read_text()) if BUDGET.exists() else {}
    fits = budget.get("counted with") == counted_with()
    console.print(budget_table(counts, budget["instructions"] if fits else {}))
    if asked.write:
        kept = {"counted with": counted_with(), "instructions": counts}
        BUDGET.write_text(json.dumps(kept, indent=2) + "\n")
        console.print(f"the budget is in {BUDGET.parent.name}/{BUDGET.name}")
    elif not fits:
        was = ", ".join(budget.get("counted with", {}).values()) or "nothing yet"
        console.print(f"not compared: the budget is of {was}; this is {_here()}")
    elif asked.check:
        return _judge(over_budget(counts, budget["instructions"]), console)
    return 0


class CountError(Exception):
    """The counted program failed, or its counts are not as many as they should be."""


def counted() -> Counts:
    """The instructions of one call in each world and case, less those of the bare callable."""
    blocks = blocks_of("benchmarks.counted", len(BLOCKS))
    each = {
        (world.name, case.name, name): round(count / CALLS)
        for (world, case, name), count in zip(BLOCKS, blocks, strict=True)
    }
    counts: Counts = {}
    for world, case, name in each:
        if name == TANDEM:
            over = each[world, case, TANDEM] - each[world, case, BARE]
            counts.setdefault(world, {})[case] = over
    return counts


def counted_with() -> dict[str, str]:
    """What a count depends on beside our code: another Python has other instructions."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "compiler": platform.python_compiler(),
        "machine": f"{platform.system()} {platform.machine()}",
        "msgspec": version("msgspec"),
    }


def over_budget(counts: Counts, budget: Counts) -> list[str]:
    """One line for each count that is beyond its budget and the tolerance."""
    return [
        f"{world} {case}: {count:,} instructions are more than {budget[world][case]:,} "
        f"by {count / budget[world][case] - 1:.1%}"
        for world, row in counts.items()
        for case, count in row.items()
        if count > budget[world][case] * (1 + TOLERANCE)
    ]


def budget_table(counts: Counts, budget: Counts) -> Table:
    """The instructions, each with what it is more or less than its budget."""
    title = "Tandem: instructions a call, over the bare callable (beside the budget)"
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("")
    for case in CASES:
        table.add_column(case.title, justify="right", no_wrap=True)
    for world, row in counts.items():
        cells = [
            f"{count:,}" + (f" ({count / budget[world][case] - 1:+.1%})" if budget else "")
            for case, count in row.items()
        ]
        table.add_row(world, *cells)
    return table


def _here() -> str:
    return ", ".join(counted_with().values())


def blocks_of(module: str, number: int, *arguments: str) -> list[int]:
    """The instructions of each of the blocks that a module counts; raises CountError."""
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory, "out")
        command = [*_steady(), "valgrind", "--tool=callgrind", f"--dump-before={MARK}"]
        command += [f"--callgrind-out-file={out}", sys.executable, "-m", module]
        fixed = {"PYTHONHASHSEED": "0", "PYTHONPATH": str(PROJECT)}
        finished = subprocess.run(
            [*command, *arguments],
            cwd=PROJECT,
            env={"PATH": os.environ.get("PATH", ""), **fixed},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        dumps = sorted(out.parent.glob("out.*"), key=lambda path: int(path.suffix[1:]))
        if finished.returncode or len(dumps) != 2 * number:
            raise CountError(f"wanted {2 * number} counts; got {len(dumps)}: {_end(finished)}")
        return [_total(path) for path in dumps[1::2]]  # the others are what lies between the blocks


def _steady() -> list[str]:
    """What keeps addresses the same in each run, where the system has it and allows it.

    Without it two runs differ by up to 0.7 %: much is hashed, or aligned, by where it lies.
    """
    command = ["setarch", "-R"]
    if shutil.which(command[0]) is None:
        return []
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if tried.returncode == 0 else []


def _total(path: Path) -> int:
    """The instructions of one dump (Callgrind's manual, "Callgrind Format Specification")."""
    found = re.search(r"^(?:totals|summary): (\d+)", path.read_text(), re.MULTILINE)
    if not found:
        raise CountError(f"wanted a line with totals in {path.name}; got none")
    return int(found.group(1))


def _end(finished: Any) -> str:
    return (finished.stderr or finished.stdout)[-1_000:]


def _judge(lines: list[str], console: Console) -> int:
    """Print what is over the budget, and what to do; the exit code."""
    for line in lines:
        console.print(line, markup=False)
    if lines:
        console.print(
            "make it cost less, or, where it is worth it, python -m benchmarks.budget --write"
        )
    return 1 if lines else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.budget", description=(__doc__ or "").partition("\n")[0]
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="exit with 1 where 3 %% are exceeded")
    what.add_argument("--write", action="store_true", help="make these counts the budget")
    return parser


if __name__ == "__main__":
    sys.exit(main())
