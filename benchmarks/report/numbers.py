"""Numbers as they are shown."""


def three(value: float) -> str:
    """Three digits: more would be noise."""
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:#.3g}".rstrip(".")
