"""The check of exercise 10: how many are in flight, counted, and what still runs at the end."""

import asyncio
from types import ModuleType

from lab.learn.checks import Unmet, expect, expect_that
from lab.learn.checks.calling import run_to_its_end, told

SHOPS = ("north", "east", "south", "west", "centre")
LONG = 60.0  # seconds; nothing here waits so long
PATIENCE = 3.0  # seconds
LOOK = "`all_of` in exercise.py"


class Services:
    """Five services, and what is known of the calls to them."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.running: set[str] = set()
        self.cancelled: set[str] = set()
        self.most = 0  # at the same time
        self.all_are_there = asyncio.Event()

    async def fetch(self, shop: str) -> int:
        """Wait until all five are asked, then answer, the last shop first."""
        with Running(self, shop):
            await self.meet()
            await asyncio.sleep(0.002 * (len(SHOPS) - SHOPS.index(shop)))
            return SHOPS.index(shop)

    async def fetch_one_fails(self, shop: str) -> int:
        """Raise ConnectionError for the second shop once all are asked; the others never end."""
        with Running(self, shop):
            await self.meet()
            if shop == SHOPS[1]:
                raise ConnectionError("east does not answer")
            return await self.for_ever(shop)

    async def fetch_one_is_silent(self, shop: str) -> int:
        """Never end for the third shop."""
        with Running(self, shop):
            return SHOPS.index(shop) if shop != SHOPS[2] else await self.for_ever(shop)

    async def meet(self) -> None:
        """Wait until all have come; whoever comes alone is let go after some time."""
        if self.most == len(SHOPS):
            self.all_are_there.set()
        try:
            async with asyncio.timeout(PATIENCE / 10):
                await self.all_are_there.wait()
        except TimeoutError:
            self.all_are_there.set()

    async def for_ever(self, shop: str) -> int:
        """Wait until it is cancelled, and then a moment more, as who has to tidy up."""
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            self.cancelled.add(shop)
            await asyncio.sleep(0.005)
            raise
        return 0


class Running:
    """Counts a call for as long as its block lasts."""

    def __init__(self, services: Services, shop: str) -> None:
        self.services, self.shop = services, shop

    def __enter__(self) -> None:
        self.services.asked.append(self.shop)
        self.services.running.add(self.shop)
        self.services.most = max(self.services.most, len(self.services.running))

    def __exit__(self, *_: object) -> None:
        self.services.running.discard(self.shop)


def check_all_are_asked_at_once(exercise: ModuleType) -> None:
    """At least four of five calls are in flight at the same time."""

    async def ask() -> None:
        services = Services()
        await exercise.all_of(services.fetch, SHOPS, LONG)
        expect_that(
            services.most >= 4,
            what="the most calls in flight at once, of five",
            wanted="at least 4",
            came=str(services.most),
            look=f"{LOOK}: `await fetch(shop)` waits for one before the next is asked",
        )
        expect(sorted(services.asked), sorted(SHOPS), what="the shops that were asked", look=LOOK)

    run_to_its_end(exercise, "all_of(fetch, five shops, 60)", ask, LOOK)


def check_the_results_keep_their_order(exercise: ModuleType) -> None:
    """The results are in the order of the shops, though the last answers first."""

    async def ask() -> None:
        services = Services()
        results = await exercise.all_of(services.fetch, SHOPS, LONG)
        look = f"{LOOK}: the tasks are in the order of `shops`, whichever ends first"
        expect(results, [0, 1, 2, 3, 4], what="the results", look=look)

    run_to_its_end(exercise, "all_of(fetch, five shops, 60)", ask, LOOK)


def check_a_failure_cancels_the_others(exercise: ModuleType) -> None:
    """Where one fails Unavailable is raised, and the other four are cancelled and have ended."""

    async def ask() -> None:
        services = Services()
        what = "all_of(...) where one of five calls raises ConnectionError"
        await _unavailable(exercise, services, services.fetch_one_fails, LONG, what)
        others = sorted(set(SHOPS) - {SHOPS[1]})
        look = f"{LOOK}: a TaskGroup cancels the others; `gather` does not"
        expect(sorted(services.cancelled), others, what="the calls that were cancelled", look=look)

    run_to_its_end(exercise, "all_of(...) where one call fails", ask, LOOK, PATIENCE)


def check_a_silent_service_is_not_waited_for(exercise: ModuleType) -> None:
    """Where one never answers Unavailable is raised in time, and nothing is left running."""

    async def ask() -> None:
        services = Services()
        what = "all_of(...) where one of five calls never ends, with seconds=0.05"
        await _unavailable(exercise, services, services.fetch_one_is_silent, 0.05, what)
        look = f"{LOOK}: what is cancelled by the timeout?"
        expect(sorted(services.cancelled), [SHOPS[2]], what="the calls that were cancelled",
               look=look)  # fmt: skip

    run_to_its_end(exercise, "all_of(...) where one call never ends", ask, LOOK, PATIENCE)


async def _unavailable(
    exercise: ModuleType, services: Services, fetch: object, seconds: float, what: str
) -> None:
    """Unmet, unless Unavailable is raised and no call is running any more."""
    try:
        came = repr(await exercise.all_of(fetch, SHOPS, seconds))
    except exercise.Unavailable:
        left = sorted(services.running)
        expect_that(
            not left,
            what=f"the calls that still run when {what} has ended",
            wanted="none",
            came=", ".join(left),
            look=f"{LOOK}: a TaskGroup cancels the others and awaits their end; `gather` does not",
        )
        return
    except Exception as error:
        came = told(error, exercise)
    look = f"{LOOK}: what fails or takes too long becomes Unavailable, in an `except`"
    raise Unmet(what, "Unavailable", came, look)
