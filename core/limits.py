"""The limits on what clients send, looked at where they are set."""


def checked_limit(limit: int, setting: str, unit: str) -> int:
    """The limit, a whole number of this unit; else raises TypeError or ValueError.

    `setting` is its name and where it is set, for the message.
    """
    wanted = f"{setting} is a whole number of {unit}, as 10_000_000"
    if not isinstance(limit, int) or isinstance(limit, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{wanted}; got {limit!r}")
    if limit < 0:
        raise ValueError(f"{wanted}, 0 or more; got {limit!r}")
    return limit
