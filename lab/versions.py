"""Which versions are installed, asked of the packages' own metadata."""

import re
from importlib.metadata import PackageNotFoundError, version


def version_of(distribution: str) -> str | None:
    """The version of an installed distribution, else None."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def at_least(distribution: str, *numbers: int) -> bool:
    """Whether a distribution is installed in this version or a later one."""
    found = re.findall(r"\d+", version_of(distribution) or "")
    return tuple(map(int, found[: len(numbers)])) >= numbers


def tandem_version() -> str:
    """Tandem's version; in a clone that was never installed there is none."""
    return version_of("tandem-web") or "(not installed, run from its source)"
