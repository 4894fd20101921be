"""X-rays: each made by a process of its own, for the module that is asked runs in it.

What it wrote is kept in memory, the last few; a tape that is to be kept is saved by
`tandem xray --save`.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core import NotFound, UnprocessableContent
from lab.pages.chosen import ChosenRequest
from lab.pages.programs import end, said_in, started

MOST_KEPT = 20
DEADLINE = 40.0  # seconds; the application itself may be silent for ten


@dataclass(frozen=True)
class XRay:
    """One request, looked through."""

    title: str
    page: str  # HTML, as `tandem xray --html` writes it


class XRays:
    """The last x-rays, by number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[int, XRay] = {}
        self._last = 0

    def get(self, number: int) -> XRay:
        """One of them; raises NotFound where it is none, or not kept any more."""
        if number not in self._kept:
            raise NotFound("this x-ray is not kept any more: make it again")
        return self._kept[number]

    async def make(self, chosen: ChosenRequest) -> int:
        """Make one; its number. Raises UnprocessableContent with what the command says."""
        with tempfile.TemporaryDirectory() as name:
            page = await self._page(chosen, Path(name))
        self._last += 1
        self._kept[self._last] = XRay(chosen.title, page)
        self._kept.pop(self._last - MOST_KEPT, None)
        return self._last

    async def _page(self, chosen: ChosenRequest, place: Path) -> str:
        written, body = place / "page.html", place / "body"
        await asyncio.to_thread(body.write_bytes, chosen.body)
        arguments = chosen.arguments(written, body)
        with tempfile.TemporaryFile() as errors:
            process = await started(arguments, self._folder, errors.fileno(), errors)
            try:
                code = await asyncio.wait_for(process.wait(), DEADLINE)
            except TimeoutError:
                raise UnprocessableContent(
                    f"there was no x-ray after {DEADLINE:g} seconds"
                ) from None
            finally:
                await end(process, grace=1.0)
            if code:
                raise UnprocessableContent(said_in(errors) or f"it ended with exit code {code}")
        return await asyncio.to_thread(written.read_text, "utf-8")
