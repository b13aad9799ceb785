"""`SweepView`: the runs of a sweep on a grid of two settings, as the figures see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hts.paired.words import levels_said
from hts.studio.figures import words
from hts.studio.figures.theme import Idea


@dataclass(frozen=True, kw_only=True)
class SweepAxis:
    """One setting and the values it takes, in order.

    ``name`` is the word before a value (``width 500``), ``title`` the axis title.  ``numbers`` are
    the values where they are numbers, else None.  An axis without a name has one place.  ``ideas``:
    what the values stand for where they are noises; ``falling``: the largest value is on the left.
    """

    name: str
    title: str
    labels: Sequence[str]
    numbers: Sequence[float] | None = None
    ideas: Sequence[Idea] | None = None
    falling: bool = False

    def at(self, place: int) -> str:
        """``width 500``; nothing for an axis without a name."""
        return f"{self.name} {self.labels[place]}" if self.name else ""


@dataclass(frozen=True, kw_only=True)
class SweepCell:
    """The runs at one place.

    ``values``: the measure of the runs that have it.  ``middle`` is their median or share, ``low``
    to ``high`` its interval over them, None with fewer than two, and ``level`` what that holds.
    ``pending``: runs that wait or go on,
    ``running`` of them at this moment.  The others ended without the measure: they ``diverged``,
    ``failed``, came to nothing (``useless``), or have no such number (``absent``).
    """

    values: Sequence[float] = ()
    middle: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    pending: int = 0
    running: int = 0
    diverged: int = 0
    failed: int = 0
    useless: int = 0
    absent: int = 0

    @property
    def runs(self) -> int:
        """All runs of the cell."""
        return len(self.values) + self.pending + self.lost + self.absent

    @property
    def lost(self) -> int:
        """Runs that do not count: they diverged, failed or came to nothing."""
        return self.diverged + self.failed + self.useless

    @property
    def state(self) -> str:
        """One word for a cell without a middle: what its runs are at; empty without any."""
        if self.running:
            return "running"
        if self.pending:
            return "waiting"
        if self.diverged or self.useless:
            return "diverged" if self.diverged else "useless"
        return "failed" if self.failed else "no value" if self.absent else ""


@dataclass(frozen=True, kw_only=True)
class SweepView:
    """A measure over two axes; ``cells[row][column]`` belongs to ``y`` at row, ``x`` at column.

    ``id`` keeps zoom and legend while the sweep goes on.  ``unit`` stands behind a value (`` %``),
    ``fixed`` names what is the same everywhere, ``chosen`` (column, row) is outlined.
    """

    id: str
    measure: str
    says: str  # what the measure is, one sentence
    unit: str
    digits: int
    x: SweepAxis
    y: SweepAxis
    cells: Sequence[Sequence[SweepCell]]
    fixed: str = ""
    share: bool = False  # the middle of a cell is a share of its runs, not their median
    signed: bool = False  # a difference: gains above 0, losses below
    index: bool = False  # an estimate whose search has an end
    without: str = ""  # why ended runs may have no value, one sentence
    chosen: tuple[int, int] | None = None

    def each(self) -> Iterator[tuple[int, int, SweepCell]]:
        """Column, row and cell, row by row."""
        for row, cells in enumerate(self.cells):
            for column, cell in enumerate(cells):
                yield column, row, cell

    def place(self, column: int, row: int) -> str:
        """``alpha 1.75, width 500``."""
        return ", ".join(part for part in (self.x.at(column), self.y.at(row)) if part)

    def number(self, value: float | None) -> str:
        """A value without its unit; a difference with its sign."""
        return self._written(value, self.digits)

    @property
    def averages(self) -> str:
        """What the middles are."""
        return "shares" if self.share else "medians"

    @property
    def intervals(self) -> str:
        """``95 % intervals``; where too few seeds for that, the levels that they have."""
        return f"{levels_said(c.level for _, _, c in self.each() if c.low is not None)} intervals"

    def spoken(self, cell: SweepCell) -> str:
        """``43.9 % (38 to 50)``, or what the runs are at."""
        if cell.middle is None:
            return cell.state or "no runs"
        interval = self.interval(cell)
        if interval:
            interval = f"({interval.replace('–', ' to ')})"
        return " ".join(part for part in (self.number(cell.middle) + self.unit, interval) if part)

    def interval(self, cell: SweepCell) -> str:
        """``38–50``; of a difference ``−3 to +5``."""
        if cell.low is None or cell.high is None:
            return ""
        digits = max(0, self.digits - 1)
        low, high = (self._written(end, digits) for end in (cell.low, cell.high))
        return f"{low} to {high}" if self.signed else f"{low}–{high}"

    def verdict(self, cell: SweepCell) -> str:
        """``gains 12 points``; nothing for what is no difference."""
        if not self.signed or cell.middle is None:
            return ""
        size = f"{self.number(abs(cell.middle)).lstrip('+')}{self.unit}"
        if cell.low is not None and cell.high is not None and cell.low <= 0 <= cell.high:
            return "no clear difference"
        return f"noise gains {size}" if cell.middle > 0 else f"noise costs {size}"

    def _written(self, value: float | None, digits: int) -> str:
        text = _plain((words.alpha if self.index else words.number)(value, digits))
        gains = value is not None and round(value, digits) > 0
        return f"+{text}" if self.signed and gains else text

    def troubles(self) -> list[str]:
        """What is missing, in words: ``2 runs diverged``."""
        said = []
        did_what = {"pending": "still to come", "diverged": "diverged", "failed": "failed",
                    "useless": "came to nothing"}  # fmt: skip
        for word, did in did_what.items():
            count = sum(getattr(cell, word) for _, _, cell in self.each())
            if count:
                said.append(f"{words.count(count)} {'run' if count == 1 else 'runs'} {did}")
        return said


def _plain(text: str) -> str:
    """With a true minus sign, and none before a zero."""
    return text[1:] if text.startswith("-") and not float(text) else text.replace("-", "−")
