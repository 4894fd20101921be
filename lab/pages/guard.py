"""Who may use the pages: the browser that was given the token, on this machine, from these pages.

The pages start programs, and any web page that is open in the same browser can send requests to a
port of this machine. What stands between:

- **Host.** A foreign name that was made to resolve to 127.0.0.1 (DNS rebinding) comes with its own
  name in Host, so only the names of loopback, with our port, are answered.
- **A token.** It is in the address that the command prints, and nowhere else; who brings it gets a
  cookie that no script can read, and that no other site's request carries. The browser that the
  command opens is given a ticket instead, which is good once: other users of this machine can see
  the arguments of a program that is started.
- **Origin and Sec-Fetch-Site.** What changes something must say that it comes from our own pages
  (Fetch Standard, "`Origin` header"; Fetch Metadata Request Headers). A cookie is shared by all
  ports of a host, so a page of another local server would count as the same site.
- **Policy.** Whatever a page is made to hold, it runs no script but our files and reaches no host.
"""

from collections.abc import Generator

from core import Forbidden, HTMLResponse, Request, Response, same_secret
from core.request import authority
from lab.pages.filling import fill

Layer = Generator[None, Response, Response]

ENTRANCE = "/enter"  # where the token is brought
NAMES = ("127.0.0.1", "localhost", "::1")
SAFE_METHODS = ("GET", "HEAD")  # RFC 9110, 9.2.1

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # no-referrer would make a form's Origin `null`
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def protect(_: Request) -> Layer:
    """A middleware, the outermost: every answer carries the policy, unless it has its own."""
    response = yield
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


class Guard:
    """A middleware that lets nobody else in, and the entrance."""

    def __init__(self, port: int, token: str, ticket: str = "") -> None:
        self.hosts = {authority(name, port) for name in NAMES}
        if port == 80:  # browsers leave out the scheme's own port
            self.hosts |= {authority(name, port).removesuffix(":80") for name in NAMES}
        self.origins = {f"http://{host}" for host in self.hosts}
        self.cookie = f"tandem-lab-{port}"  # of two labs on one machine each has its own
        self._token = token
        self._ticket = ticket  # "" once it is used

    def __call__(self, request: Request) -> Layer:
        """Raise Forbidden for what must not go on."""
        self._check_host(request)
        if request.path != ENTRANCE:
            self._check_source(request)
            if not same_secret(request.cookies.get(self.cookie, ""), self._token):
                raise Forbidden("open the address that `tandem lab` printed: it lets you in")
        return (yield)

    def enter(self, request: Request) -> Response:
        """The entrance's answer: the cookie for the token, and on to the first page.

        It is a page that goes on, and no redirect: where a link elsewhere led here, the redirected
        request would not carry a SameSite=Strict cookie, but that of our own page does.
        """
        given = request.query.get("token", "")
        if self._ticket and same_secret(given, self._ticket):
            self._ticket = ""
        elif not same_secret(given, self._token):
            raise Forbidden("this is not the token of this lab; it has a new one at each start")
        response = HTMLResponse(fill("enter"))
        response.set_cookie(self.cookie, self._token, httponly=True, samesite="Strict")
        return response

    def _check_host(self, request: Request) -> None:
        hosts = request.headers.get_all("host")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            raise Forbidden(f"the lab answers to {', '.join(sorted(self.hosts))} alone")

    def _check_source(self, request: Request) -> None:
        """Refuse what another site has a browser send; also a look at what is there."""
        is_safe = request.method in SAFE_METHODS
        origin = request.header("origin")
        if origin.lower() not in self.origins and (origin or not is_safe):
            raise Forbidden("only the lab's own pages may ask for this (Origin)")
        site = request.header("sec-fetch-site")
        if site not in (("", "same-origin", "none") if is_safe else ("", "same-origin")):
            raise Forbidden("only the lab's own pages may ask for this (Sec-Fetch-Site)")
