"""Context variables, one context a request: what any step of it sets, the later ones see."""

from contextvars import Context

_UNSET = object()


def adopt(context: Context) -> None:
    """Set here what was set in another context since it was copied from this one."""
    for variable, value in context.items():
        if variable.get(_UNSET) is not value:
            variable.set(value)
