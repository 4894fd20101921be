"""The cookies that a client keeps and sends back (RFC 6265, 5), of one application."""

import re
import time
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from core.cookies import make_cookie, parse_cookies
from lab.testing.answer import Head
from lab.testing.asked import Asked


@dataclass
class Cookie:
    """A cookie as it is kept."""

    pair: str  # "name=value", as it is sent
    domain: str
    path: str
    is_host_only: bool
    is_secure: bool
    expires: float | None  # seconds since the epoch; None: when the client ends

    def is_for(self, asked: Asked) -> bool:
        """Whether it is sent with this request (5.4)."""
        return (
            (asked.host == self.domain or (not self.is_host_only and self.covers(asked.host)))
            and _is_within(asked.path, self.path)
            and (asked.scheme == "https" or not self.is_secure)
            and (self.expires is None or self.expires > time.time())
        )

    def covers(self, host: str) -> bool:
        """Whether its domain is the host's, or one above it (5.1.3)."""
        return host == self.domain or host.endswith("." + self.domain)


class Cookies(MutableMapping[str, str]):
    """The client's cookies by name; one that is set here is sent to every path of `host`."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._kept: dict[tuple[str, str, str], Cookie] = {}  # by name, domain and path

    def __getitem__(self, name: str) -> str:
        return {key: parse_cookies(kept.pair)[key] for (key, *_), kept in self._kept.items()}[name]

    def __setitem__(self, name: str, value: str) -> None:
        cookie = Cookie(sent_as(name, value), self._host, "/", True, False, None)
        self._kept[name, self._host, "/"] = cookie

    def __delitem__(self, name: str) -> None:
        self[name]  # raises KeyError
        self._kept = {key: kept for key, kept in self._kept.items() if key[0] != name}

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for name, *_ in self._kept})

    def __len__(self) -> int:
        return len(list(iter(self)))

    def sent_with(self, asked: Asked) -> str:
        """The value of the Cookie header, "" where there is none: the longest path first (5.4)."""
        kept = [(name, it) for (name, *_), it in self._kept.items() if it.is_for(asked)]
        kept.sort(key=lambda pair: -len(pair[1].path))
        pairs = [it.pair for name, it in kept if name not in asked.cookies]
        return "; ".join(pairs + [sent_as(*pair) for pair in asked.cookies.items()])

    def take(self, asked: Asked, answer: Head) -> None:
        """Keep what an answer sets, and drop what it expires (5.3)."""
        for header in answer.all("set-cookie"):
            pair, *attributes = header.split(";")
            name = pair.partition("=")[0].strip(" \t")
            if name not in parse_cookies(pair):
                continue
            cookie = _received(pair.strip(" \t"), attributes, asked)
            key = name, cookie.domain, cookie.path
            if cookie.expires is not None and cookie.expires <= time.time():
                self._kept.pop(key, None)
            elif cookie.covers(asked.host):  # else it is another's: ignored
                self._kept[key] = cookie


def sent_as(name: str, value: str) -> str:
    """A cookie as the Cookie header has it."""
    return make_cookie(name, value, path=None, samesite=None)


def _received(pair: str, attributes: list[str], asked: Asked) -> Cookie:
    """The cookie of a Set-Cookie header; of an attribute that comes twice the last counts (5.3)."""
    split = (attribute.partition("=") for attribute in attributes)
    given = {name.strip(" \t").lower(): value.strip(" \t") for name, _, value in split}
    domain = given.get("domain", "").removeprefix(".").lower()
    path = given.get("path", "")
    if not path.startswith("/"):  # 5.1.4: the directory of what was asked
        path = asked.path.rpartition("/")[0] or "/"
    return Cookie(pair, domain or asked.host, path, not domain, "secure" in given, _end(given))


def _end(given: dict[str, str]) -> float | None:
    """When a cookie expires, in seconds since the epoch; Max-Age comes before Expires (5.3)."""
    if re.fullmatch(r"-?[0-9]+", given.get("max-age", "")):
        return time.time() + int(given["max-age"]) if int(given["max-age"]) > 0 else 0.0
    try:
        return parsedate_to_datetime(given["expires"]).timestamp()
    except (KeyError, ValueError):
        return None


def _is_within(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix.rstrip("/") + "/")
