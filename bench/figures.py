"""What a subject hands back: figures of several rounds, and what they are held against."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure, as every round found it. `target` is words, `baseline` says what it is held against."""

    name: str
    figures: tuple[float, ...]
    unit: str
    target: str = ""
    baseline: str = ""

    @property
    def median(self) -> float:
        """The figure that counts."""
        return statistics.median(self.figures)


@dataclass
class Rounds:
    """Figures gathered by name, round after round."""

    _found: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, figure: float) -> None:
        """One round's figure."""
        self._found.setdefault(name, []).append(figure)

    def last(self, name: str) -> float:
        """This round's figure."""
        return self._found[name][-1]

    def row(self, name: str, unit: str, target: str = "", baseline: str = "") -> Row:
        """All rounds of a name."""
        return Row(name, tuple(self._found[name]), unit, target, baseline)

    def ratio(self, name: str, upper: str, lower: str, target: str = "") -> Row:
        """`upper` / `lower`, round by round: both were measured a moment apart."""
        pairs = zip(self._found[upper], self._found[lower], strict=True)
        return Row(name, tuple(a / b for a, b in pairs), "x", target, lower)


@dataclass
class Run:
    """How long, how often, where. `quick`: tiny counties and short rounds, only to see that it runs.

    `large`: the longest ledger that is promised, which takes minutes to write.
    """

    folder: Path
    seconds: float
    rounds: int
    quick: bool
    make_county: Callable[[Path, str], None]
    large: bool = False
    began: float = field(default_factory=time.monotonic)
    _county: Path | None = None

    def say(self, text: str) -> None:
        """A line of progress."""
        print(f"  {time.monotonic() - self.began:6.0f} s  {text}", flush=True)

    def place(self, name: str) -> Path:
        """A new folder."""
        path = self.folder / name
        path.mkdir(parents=True)
        return path

    def few(self, number: int, quick: int) -> int:
        """`number`, or what a quick run does with."""
        return quick if self.quick else number

    @property
    def profile(self) -> str:
        """Which synthetic county stands for a whole one."""
        return "small" if self.quick else "county"

    def adopt(self, data: Path) -> None:
        """Take a county that was just made for the one at county scale."""
        self._county = data

    @property
    def county(self) -> Path:
        """A synthetic county at county scale, made once a run."""
        if self._county is None:
            self.say(f"making the {self.profile} county")
            self._county = self.folder / "county"
            self.make_county(self._county, self.profile)
        return self._county
