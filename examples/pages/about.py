"""The router of the pages about us.

Its extractors are plain functions of the request: one for the query, one for the body.
"""

import msgspec

from core import BadRequest, Request, Router

about = Router("/about")


class Search(msgspec.Struct):
    """What a visitor looks for, from the query."""

    role: str
    places: list[str]


class Candidate(msgspec.Struct):
    """Who applies, from the body."""

    name: str
    years: int = 0


def search_in(request: Request) -> Search:
    """`?role=teacher&place=Oslo&place=Turku`: all of it may be left out."""
    return Search(request.query.get("role", "any"), request.query.get_all("place"))


def candidate_in(request: Request) -> Candidate:
    """`{"name": "Ada", "years": 3}`; all else is answered 400, with the field that is wrong."""
    try:
        return msgspec.convert(request.json(), Candidate)
    except msgspec.ValidationError as error:
        raise BadRequest(str(error)) from None


@about.get("")
def show_about() -> None:
    """Nothing, by mistake: the client gets a 500, and the log says which handler it was."""


@about.route("/careers", ["GET", "POST"])
def careers(request: Request) -> dict[str, object]:
    candidate = candidate_in(request) if request.method == "POST" else None
    return {"search": search_in(request), "candidate": candidate}
