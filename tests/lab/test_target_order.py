"""The two callables of `tandem compare` in the wrong order: which is which is said."""

import pytest

from lab.compare.target import Target
from lab.errors import WrongUsageError

MODULE = """
def application(environ, start_response): ...
async def app(scope, receive, send): ...
def unknown(*arguments): ...
"""


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "shop.py").write_text(MODULE)
    return tmp_path


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("app,application", "'app' is ASGI and 'application' is WSGI: write shop:application,app"),
        ("app,app", "'app' is ASGI and 'app' is ASGI"),
        ("app,unknown", "'app' is ASGI"),
        ("unknown,application", "'application' is WSGI"),
    ],
)
def test_callables_in_the_wrong_places_are_refused(directory, names, told):
    with pytest.raises(WrongUsageError) as refusal:
        Target.parse(f"shop:{names}").check(directory)
    assert str(refusal.value) == (
        f"the WSGI callable comes first, then the ASGI callable; got shop:{names}, and {told}"
    )


@pytest.mark.parametrize("names", ["application,app", "unknown,app", "application,unknown"])
def test_what_is_right_or_not_known_is_taken(directory, names):
    target = Target.parse(f"shop:{names}")
    assert target.check(directory)[0] == target
