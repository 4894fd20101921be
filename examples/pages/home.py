"""The router of the first pages."""

from core import Router

home = Router()


@home.get("/")
def show_root() -> dict[str, str]:
    return {"page": "root"}


@home.get("/home")
def show_home() -> dict[str, str]:
    return {"page": "home"}
