"""The ways of saying who one is, Basic (RFC 7617) and Bearer (RFC 6750); each is a middleware.

What they share, and how they are used, is in `core.authentication`.
"""

import inspect
import re
from abc import ABC, abstractmethod
from base64 import b64decode, b64encode

from core.authentication import Authentication, Check
from core.functions import is_generator_function, name_of

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TOKEN68 = re.compile(r"[A-Za-z0-9\-._~+/]+=*")  # RFC 9110, 11.2; RFC 6750 calls it b64token


class Scheme(Authentication, ABC):
    """One way of saying who one is. It is a middleware by itself; `EitherAuth` takes several."""

    name: str  # in lower case
    form: str  # of credentials, for who has sent others
    takes: tuple[str, ...]  # the arguments of a check
    has_names = False  # the first of them is a user's name

    def __init__(self, check: Check, *, realm: str = "private", optional: bool = False) -> None:
        _check_check(check, self)
        self.schemes = (self,)
        self.check = check
        self.realm = realm
        self.optional = optional
        self._quoted_realm = _quoted(realm)

    @abstractmethod
    def read(self, credentials: str) -> tuple[str, ...] | None:
        """What the check is called with; None where they are malformed."""

    @abstractmethod
    def challenge(self, error: str) -> str:
        """How to ask for credentials, and in one word what was wrong with those that came."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.realm!r}, by {name_of(self.check)}>"


class BasicAuth(Scheme):
    """A name and a password with each request (RFC 7617): `check(name, password)`.

    The check returns the user; True stands for the name. A browser asks for them in a dialog, which
    shows the `realm`. A name has no ":" in it; it and the password are UTF-8. They come with each
    request, so a check by `verify_password` takes its tenths of a second each time.
    Raises TypeError for what can't be a check, ValueError for a realm that can't be sent.
    """

    name = "basic"
    form = "Basic credentials are base64 of a name, ':' and a password in UTF-8"
    takes = ("name", "password")
    has_names = True

    def read(self, credentials: str) -> tuple[str, str] | None:
        """Name and password."""
        try:
            octets = b64decode(credentials)
            text = octets.decode("utf-8")
        except ValueError:
            return None
        name, colon, password = text.partition(":")  # RFC 7617, 2: the first ends the name
        is_canonical = b64encode(octets).decode() == credentials  # b64decode skips what is none
        return (name, password) if colon and is_canonical and not _CONTROL.search(text) else None

    def challenge(self, error: str) -> str:  # noqa: ARG002  # Basic has no word for it
        """The realm, and that UTF-8 is meant (RFC 7617, 2.1)."""
        return f'Basic realm={self._quoted_realm}, charset="UTF-8"'


class BearerAuth(Scheme):
    """A token with each request (RFC 6750): `check(token)`, which returns whom it was given to.

    It is taken from the Authorization header, never from a form or the query, which end in logs.
    The check compares it by `same_secret`, or looks its hash up in a table of hashes: looking up
    the token itself takes a time that depends on it. Where a token is good, but not for this, the
    check raises Forbidden. Raises as BasicAuth does.
    """

    name = "bearer"
    form = "Bearer credentials are one token of letters, digits and -._~+/, with = at its end"
    takes = ("token",)

    def read(self, credentials: str) -> tuple[str] | None:
        """The token."""
        return (credentials,) if _TOKEN68.fullmatch(credentials) else None

    def challenge(self, error: str) -> str:
        """The realm, and the error if credentials were tried (RFC 6750, 3)."""
        told = f', error="{error}"' if error else ""
        return f"Bearer realm={self._quoted_realm}{told}"


class EitherAuth(Authentication):
    """Any of several schemes: `EitherAuth(BasicAuth(check), BearerAuth(check_token))`.

    Raises TypeError for what is no scheme, and ValueError for two of one kind, or where one of them
    is `optional`: it is all of them or none.
    """

    def __init__(self, *schemes: Scheme, optional: bool = False) -> None:
        for scheme in schemes:
            if not isinstance(scheme, Scheme):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(
                    f"EitherAuth takes BasicAuth(...) or BearerAuth(...); got {scheme!r}"
                )
            if scheme.optional:
                raise ValueError(
                    f"optional=True is said to EitherAuth itself; got it of {scheme!r}"
                )
        if not schemes or len({scheme.name for scheme in schemes}) < len(schemes):
            raise ValueError(f"EitherAuth takes one scheme of each kind; got {list(schemes)!r}")
        self.schemes = schemes
        self.optional = optional

    def __repr__(self) -> str:
        return f"<EitherAuth of {', '.join(map(repr, self.schemes))}>"


def basic_credentials(name: str, password: str) -> str:
    """The Authorization header of a client that says who it is (RFC 7617, 2).

    Raises ValueError for a name with ":" in it, and for control characters in either.
    """
    if ":" in name or _CONTROL.search(name + password):  # neither is shown: they may be swapped
        raise ValueError("a name has no ':', and neither it nor a password control characters")
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def _check_check(check: Check, scheme: Scheme) -> None:
    """Raise TypeError where this can't be the check of the scheme."""
    wanted = f"the check of {type(scheme).__name__} takes ({', '.join(scheme.takes)})"
    if not callable(check):  # pyright: ignore[reportUnnecessaryComparison]
        raise TypeError(f"{wanted}; got a {type(check).__name__}, which can't be called")
    if is_generator_function(check):  # what a call gives is always true
        raise TypeError(f"{wanted} and returns the user; got the generator {name_of(check)}")
    try:
        signature = inspect.signature(check)
    except ValueError:  # some of those that are written in C have none
        return
    try:
        signature.bind(*scheme.takes)
    except TypeError:
        raise TypeError(f"{wanted}; got {name_of(check)}{signature}") from None


def _quoted(realm: str) -> str:
    """The realm as a quoted-string (RFC 9110, 5.6.4); raises where it can't be sent."""
    if not isinstance(realm, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a realm is a str; got {realm!r}")
    if not (realm.isascii() and realm.isprintable()):
        raise ValueError(f"a realm is printable ASCII; got {realm!r}")
    return '"' + re.sub(r'(["\\])', r"\\\1", realm) + '"'
