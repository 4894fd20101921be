"""Context variables, one context a request: what any step of it sets, the later ones see.

The adapters have all steps share one Context object, so that a token of `ContextVar.set` is good in
any of them. Where a coroutine is run for code that is inside a context already, which can't be
entered twice, it runs in a copy, and what it has set there is adopted afterwards.
"""

from contextvars import Context

_UNSET = object()


def adopt(context: Context) -> None:
    """Set here what was set in another context since it was copied from this one."""
    for variable, value in context.items():
        if variable.get(_UNSET) is not value:
            variable.set(value)
