"""HTTP authentication: a middleware finds out who asks before anything else runs (RFC 9110, 11).

    def check(name, password):  # or an `async def`
        return verify_password(password, hashes.get(name)) and name

    site.middleware(BasicAuth(check, realm="staff"))

What the check returns is `request.state.user`; None, False, or whatever else is false, refuses. The
answer is then 401 with a challenge, and 400 where the credentials are malformed; the body of the
request is not read. To guard some paths alone, put the middleware on an App of their own and mount
that. Or say `optional=True`: who gives no credentials comes in as the user None, and a handler asks
`require_user(request)`.

A middleware sees no WebSockets, and nothing that is mounted in an adapter: they are not guarded.
Credentials are as readable as the rest of a request, so it has to be https. Apache's mod_wsgi hands
them over only where it is told to (`WSGIPassAuthorization On`).
"""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.errors import BadRequest, HTTPError, Unauthorized
from core.functions import name_of
from core.middleware import Layer, call
from core.request import Request
from core.response import Response

if TYPE_CHECKING:
    from core.authentication_schemes import Scheme

Check = Callable[..., Any]  # of what the credentials say: who that is; `def` or `async def`


def require_user(request: Request) -> Any:
    """Who asks; for a handler behind a middleware with `optional=True`.

    Raises Unauthorized where that is nobody, and RuntimeError where no middleware has looked.
    """
    try:
        user = request.state.user
    except AttributeError:
        raise RuntimeError(
            "require_user needs a middleware that finds out who asks, as BasicAuth; "
            f"none was around {request.method} {request.path!r}"
        ) from None
    if user is None:
        raise Unauthorized()
    return user


class Authentication:
    """The middleware: who asks is `request.state.user`, or is sent a challenge."""

    schemes: "tuple[Scheme, ...]"  # any of which will do
    optional: bool  # who gives no credentials comes in too, as the user None

    def __call__(self, request: Request) -> Layer:
        """The layer around one request."""
        request.state.user = None  # whatever was there before is no proof
        # Several header fields are one with commas, as WSGI has them; no scheme here has a comma.
        # RFC 9110, 5.5: the space around a value is not part of it, but not all servers strip it.
        name, _, credentials = request.header("authorization").strip(" \t").partition(" ")
        scheme = next((found for found in self.schemes if found.name == name.lower()), None)
        if scheme is not None:
            request.state.user = yield from self._user(scheme, credentials.lstrip(" "))
        elif not self.optional:
            raise Unauthorized(headers=self._challenge())
        response: Response = yield None
        if response.status == 401:  # RFC 9110, 15.5.2: it has to say how to do better
            for name, value in self._challenge().items():
                response.headers.setdefault(name, value)
        return response

    def _user(self, scheme: "Scheme", credentials: str) -> Layer:
        """Who these credentials are for; raises BadRequest or Unauthorized."""
        arguments = scheme.read(credentials)
        if arguments is None:
            raise BadRequest(scheme.form, self._challenge(scheme, "invalid_request"))
        refused = self._challenge(scheme, "invalid_token")
        try:
            user = yield call(scheme.check, *arguments)
        except HTTPError as error:
            if error.status == 401:
                own = {name.lower(): value for name, value in error.headers.items()}
                error.headers = refused | own
            raise
        _refuse_misleading(user, scheme.check)
        if not user:
            raise Unauthorized(headers=refused)
        return arguments[0] if user is True and scheme.has_names else user

    def _challenge(self, tried: "Scheme | None" = None, error: str = "") -> dict[str, str]:
        """The header that says what would do (RFC 9110, 11.6.1), and of what was tried the error.

        `error` is one of the words of RFC 6750, 3.1.
        """
        challenges = [each.challenge(error if each is tried else "") for each in self.schemes]
        return {"www-authenticate": ", ".join(challenges)}


def _refuse_misleading(user: Any, check: Check) -> None:
    """Raise TypeError for what is true, and meant as a refusal or not known yet."""
    hint = ""
    if inspect.isawaitable(user):
        if inspect.iscoroutine(user):
            user.close()
        hint = "a check that returns a coroutine is declared `async def`"
    elif isinstance(user, (Response, BaseException)):
        hint = "an error is raised"
    if hint:
        raise TypeError(
            f"a check returns the user, or None to refuse; got a {type(user).__name__} "
            f"from {name_of(check)} ({hint})"
        )
