"""What can go wrong in the lab, each error told to the user in a sentence and an exit code."""


class LabError(Exception):
    """A server or a measurement failed; the message says what happened and what to do."""

    exit_code = 1


class WrongUsageError(LabError):
    """What was asked for can't be done; the message says what to write instead."""

    exit_code = 2
