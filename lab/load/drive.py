"""Drives the clients of one job: closed, each sends again when answered; open, on a schedule.

Both end the same way: sending stops, what is under way is waited for (the drain: no load is left
when the next job begins), and what is not answered within the timeout is an error.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import Counter, deque
from time import monotonic, process_time

from lab.load.beside import Company
from lab.load.client import Client
from lab.load.job import Job
from lab.load.record import Record, Row

SWEEP = 0.1  # seconds between two looks for requests that are over time


async def run(job: Job) -> Record:
    """The record of a job, from its first request until the last one is answered or given up."""
    drive = OpenDrive(job) if job.rate else ClosedDrive(job)
    return await drive.run()


class Drive(ABC):
    """What closed and open load have in common: clients, the record, the end."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.loop = asyncio.get_running_loop()
        self.rows: list[Row] = []
        self.numbers: list[int] = []  # of the requests in `rows`
        self.failures: Counter[str] = Counter()
        self.begun = 0  # requests handed to a client
        self.finished = asyncio.Event()
        self.clients = [Client(job, self.loop, self._over) for _ in range(job.connections)]
        self.company = Company(job)
        self.began = self.until = 0.0

    async def run(self) -> Record:
        """Send, drain, and write down."""
        await self.company.arrive()
        self.began = monotonic()
        self.until = self.began + self.job.seconds
        sweeper = self.loop.create_task(self._sweep())
        computed = process_time()
        self.start()
        await self.finished.wait()
        sweeper.cancel()
        busy = (process_time() - computed) / (monotonic() - self.began)
        for client in self.clients:
            client.close()
        await self.company.leave()
        await asyncio.sleep(0)  # lets the closed transports go
        record = Record.from_rows(self.rows, self.began, self.failures)
        record.began = self.began
        record.number = self.numbers
        record.opened = sum(client.opened for client in self.clients)
        record.busy = round(busy, 3)
        record.beside = self.company.served
        record.beside_failures = dict(self.company.failures)
        return record

    @abstractmethod
    def start(self) -> None:
        """Begin to send."""

    @abstractmethod
    def next(self, client: Client) -> None:
        """What `client`, which is free, does next."""

    def abandon(self, now: float) -> None:  # noqa: B027 - closed load has nothing to abandon
        """The last request has had its time: what was never sent is an error as well."""

    def ask(self, client: Client, due: float) -> None:
        """Hand a request to a free client."""
        self.begun += 1
        client.ask(due, self.begun)

    def done_sending(self, now: float) -> bool:
        """Whether no further request may begin: the time or the number is used up."""
        return now >= self.until or self.begun >= self.job.limit

    def _over(self, client: Client, row: Row, reason: str) -> None:
        self.rows.append(row)
        self.numbers.append(client.number)
        if reason:
            self.failures[reason] += 1
        self.next(client)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self.job.timeout / 4))
            now = monotonic()
            if now > self.until + self.job.timeout:
                self.abandon(now)
            for client in self.clients:
                if client.asked is not None and now - client.asked > self.job.timeout:
                    client.give_up("timed out")


class ClosedDrive(Drive):
    """N clients, each of which sends its next request when the last one is answered."""

    def start(self) -> None:
        """All clients ask at once."""
        self._active = len(self.clients)
        for client in self.clients:
            self.ask(client, monotonic())

    def next(self, client: Client) -> None:
        """Ask again, unless the time is up; the last one out ends the job."""
        now = monotonic()
        if not self.done_sending(now):
            self.ask(client, now)
            return
        self._active -= 1
        if self._active == 0:
            self.finished.set()


class OpenDrive(Drive):
    """Requests are due `rate` times a second; one that finds no client free waits, and is late."""

    def start(self) -> None:
        """The first request is due at once."""
        assert self.job.rate is not None
        self._interval = 1 / self.job.rate
        self._number = 0  # of the next request in the schedule
        self._idle = list(self.clients)
        self._late: deque[float] = deque()  # due times of requests that wait for a client
        self._tick()

    def next(self, client: Client) -> None:
        """Take the request that has waited longest, or rest."""
        if self._late:
            self.ask(client, self._late.popleft())
            return
        self._idle.append(client)
        if self._schedule_is_over() and len(self._idle) == len(self.clients):
            self.finished.set()

    def abandon(self, now: float) -> None:
        """Write down the requests that were due and never sent."""
        while self._late:
            due = self._late.popleft()
            self.rows.append((due, now, now, now, 0))
            self.begun += 1
            self.numbers.append(self.begun)
            self.failures["never sent"] += 1

    def _tick(self) -> None:
        now = monotonic()
        while not self._schedule_is_over() and self._due() <= now:
            due = self._due()
            self._number += 1
            if self._idle:
                self.ask(self._idle.pop(), due)
            else:
                self._late.append(due)
        if not self._schedule_is_over():
            self.loop.call_at(self._due(), self._tick)

    def _due(self) -> float:
        return self.began + self._number * self._interval

    def _schedule_is_over(self) -> bool:
        return self._due() >= self.until or self._number >= self.job.limit
