"""Numbers and units as a person reads them, the same in the terminal and on the page."""

from collections.abc import Callable

from lab.compare.spread import Spread


def rate(value: float) -> str:
    """Requests a second: "9,812", "19.6"."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def rate_range(spread: Spread) -> str:
    """A median with its range: "9,812 (9,500 to 10,100)"; "9,812" where there is but one round."""
    return with_range(spread, rate)


def with_range(spread: Spread, said: Callable[[float], str]) -> str:
    """A median with its range, each as `said` has it; without where nothing lies between."""
    if spread.low == spread.high:
        return said(spread.median)
    return f"{said(spread.median)} ({said(spread.low)} to {said(spread.high)})"


def seconds(value: float | None) -> str:
    """A time with its unit: "52.6 ms", "3.28 s"; "n/a" for None."""
    if value is None:
        return "n/a"
    if value >= 1:
        return f"{value:.3g} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.3g} µs"


def megabytes(value: float | None) -> str:
    """Memory in megabytes: "23.5 MB"; "n/a" for None."""
    return "n/a" if value is None else f"{value / 1e6:.1f} MB"


def counts(errors: dict[str, int]) -> str:
    """Errors by reason, the most frequent first: "timed out 12, answered 500 3"; "none"."""
    ordered = sorted(errors.items(), key=lambda item: -item[1])
    return ", ".join(f"{reason}: {count:,}" for reason, count in ordered) or "none"


def number(count: int) -> str:
    """A small number in letters: "three"; from ten on in digits."""
    letters = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return letters[count] if count < len(letters) else str(count)


def joined(names: list[str]) -> str:
    """A list in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
