"""The pages of the watch mode that are there to be read, by the key that opens each."""

from collections.abc import Callable

from lab.learn import screens, texts
from lab.learn.desk import Desk
from lab.learn.pager import Pager


def _text(desk: Desk) -> Pager:
    return Pager(desk.current.title, texts.rendered(desk.text(desk.current)))


def _answer(desk: Desk) -> Pager:
    desk.answer(desk.current)
    guess = desk.done(desk.current).guess
    return Pager("The answer", screens.answer(desk.current, guess))


def _hint(desk: Desk) -> Pager:
    seen = desk.hint(desk.current)
    return Pager(desk.current.title, screens.hints(desk.current, seen), passes="h")


def _why(desk: Desk) -> Pager:
    return Pager(desk.current.title, screens.why(*desk.why(desk.current)))


def _keys(desk: Desk) -> Pager:
    return Pager("Keys", screens.keys(desk))


READINGS: dict[str, Callable[[Desk], Pager]] = {
    "t": _text,
    "a": _answer,
    "h": _hint,
    "w": _why,
    "?": _keys,
}
