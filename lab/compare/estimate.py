"""How much longer a run will take, learnt from the steps that are over."""

from collections.abc import Sequence

from lab.compare.results import Cell
from lab.compare.settings import Settings

Step = tuple[int, Cell]  # round (0: the warm-up), and what is measured


class Estimate:
    """The seconds that the steps to come will take."""

    def __init__(self, settings: Settings, steps: Sequence[Step]) -> None:
        self._settings = settings
        self._left = list(steps)
        self._took: dict[int, float] = {}  # seconds beyond its load of each cell's last step

    def left(self) -> float:
        """Seconds until the last step is over."""
        guess = sum(self._took.values()) / len(self._took) if self._took else 0.0
        return sum(
            self._load(round_) + self._took.get(id(cell), guess) for round_, cell in self._left
        )

    def done(self, seconds: float) -> None:
        """The next step is over, and took so long."""
        round_, cell = self._left.pop(0)
        self._took[id(cell)] = max(0.0, seconds - self._load(round_))

    def _load(self, round_: int) -> float:
        return self._settings.duration if round_ else self._settings.warm_up
