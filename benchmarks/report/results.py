"""`results.json`: everything that was measured, for other programs."""

import json
from pathlib import Path
from typing import Any

FORM = 2  # of the file; another number is another form


def write_results(path: Path, results: dict[str, Any]) -> None:
    """Write them, whole or not at all."""
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps({"form": FORM, **results}, indent=2) + "\n")
    draft.replace(path)


def read_results(path: Path) -> dict[str, Any]:
    """Those of the last run. Raises ValueError for a file of another form."""
    results: dict[str, Any] = json.loads(path.read_text())
    if results.get("form") != FORM:
        raise ValueError(f"{path} is of form {FORM}; got {results.get('form')}")
    return results
