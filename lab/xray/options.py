"""What the options of `tandem xray` and `tandem replay` have in common."""

import math

import click


def _seconds(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    """A time that can be waited for; raises BadParameter."""
    if not (math.isfinite(value) and value > 0):
        raise click.BadParameter(f"it is a number of seconds above 0; got {value:g}")
    return value


TIMEOUT = click.option(
    "--timeout",
    type=float,
    callback=_seconds,
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long an application may be silent; then it is ended, where that can be done.",
)
