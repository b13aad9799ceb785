"""The figures of a claim in one regime: courses beside their controls, effects and margins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from hts.paired.median import medians_of
from hts.reproduce.claim import Family, Part, Trend, View
from hts.reproduce.curves import curves
from hts.reproduce.records import Cell
from hts.reproduce.regimes import REGIMES
from hts.reproduce.setup import NONE
from hts.runs.measured import LEVELS
from hts.studio.figures.card import Card
from hts.studio.figures.reproduce.courses import Course, curves_card, trend_card
from hts.studio.figures.reproduce.forest import Difference, differences_card
from hts.studio.figures.words import greek

MEDIANS = "Medians over seeds with their 95 % intervals between order statistics."
ALONE = "Medians over seeds, each with its own 95 % interval; verdicts are corrected for all parts."


def family_board(family: Family, parts: Sequence[Part], view: View, cell: Cell | None) -> bytes:
    """The figures of ``parts``, as the live board takes them; ``cell``: whose curves are shown."""
    cards = [*_trends(family, parts)]
    if cell is not None:
        cards.append(_curves(family, view, cell))
    return msgspec.json.encode({"cards": [*cards, *_forests(family, parts)]})


def _trends(family: Family, parts: Sequence[Part]) -> Iterator[Card]:
    panels: dict[tuple[str, tuple[float, ...]], list[Trend]] = {}
    for trend in (part.draft.trend for part in parts):
        if trend is not None:
            panels.setdefault((trend.panel, trend.at), []).append(trend)
    for number, ((panel, at), trends) in enumerate(panels.items()):
        controls = {name: rows for trend in trends for name, rows in trend.controls.items()}
        lines = [
            *((trend.line, trend.values, 1.0) for trend in trends),
            *((name, rows, None if name == NONE else 2.0) for name, rows in controls.items()),
        ]
        yield trend_card(
            [Course(name=greek(n), medians=medians_of(rows), stability=s) for n, rows, s in lines],
            over=trends[0].over,
            at=at,
            up="norm-compressible share",
            name=f"trend-{number}",
            title=greek(f"{_title(family)}, {panel}"),
            caption=f"Units that hold a tenth of the squared norm, percent. {MEDIANS}",
            size="full" if len(panels) == 1 else "half",
        )


def _curves(family: Family, view: View, cell: Cell) -> Card:
    found = curves(view, cell)
    return curves_card(
        [
            Course(name=greek(one.name), medians=one.medians, stability=one.cell.alpha,
                   again=one.side == "equal steps")
            for one in found
        ],
        at=[100 * level for level in LEVELS],
        name="curves",
        title=f"Accuracy after pruning, n = {cell.width}: {_title(family)}",
        caption="Each where its regime ends it; thin lines: controls after as many steps. "
        f"{MEDIANS}",
    )  # fmt: skip


def _forests(family: Family, parts: Sequence[Part]) -> Iterator[Card]:
    """Effects against their margin; parts that are compared in one way are a panel."""
    panels: dict[tuple[object, ...], list[Part]] = {}
    for part in parts:
        key = (*part.draft.where, part.draft.effect, part.test.margin, part.test.below)
        panels.setdefault(key, []).append(part)
    for number, same in enumerate(panels.values()):
        names, common = shorter([greek(part.draft.of) for part in same])
        first = same[0]
        what = "Effect" if first.draft.trend is None else "Growth over the whole range"
        yield differences_card(
            [
                Difference(
                    name=name,
                    median=part.test.effect.median,
                    low=part.test.effect.low,
                    high=part.test.effect.high,
                    ruling=part.ruling,
                )
                for name, part in zip(names, same, strict=True)
            ],
            name=f"effects-{number}",
            title=greek(", ".join((what, *first.draft.where))),
            caption=" ".join(filter(None, [common and f"Every row: {common}.", ALONE])),
            across=first.draft.effect,
            margin=first.test.margin,
            above=not first.test.below,
            size="full" if len(panels) == 1 else "half",
        )


def shorter(names: Sequence[str]) -> tuple[list[str], str]:
    """``names`` without the words that all of them have, and these words."""
    rows = [name.split(", ") for name in names]
    common = [word for word in rows[0] if all(word in row for row in rows)]
    if len(rows) < 2 or any(len(row) == len(common) for row in rows):
        return list(names), ""
    short = [", ".join(word for word in row if word not in common) for row in rows]
    return short, ", ".join(common)


def _title(family: Family) -> str:
    return greek(f"{family.setup.title}, {REGIMES[family.regime].title}")
