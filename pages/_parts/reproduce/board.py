"""The figures of a claim in one regime: its parts with their intervals against the margin."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hts.reproduce.claim import Family, Judged, Part
from hts.reproduce.regimes import REGIMES
from hts.studio.figures.reproduce.forest import Difference, differences_card

MOST_ROWS = 24


def family_board(one: Judged, family: Family) -> bytes:
    """The figures as the live board takes them; parts of one margin are a figure."""
    groups: dict[tuple[str, float, bool], list[Part]] = {}
    for part in family.parts:
        key = (part.draft.unit, part.test.margin, part.test.below)
        groups.setdefault(key, []).append(part)
    cards = []
    for number, ((unit, margin, below), parts) in enumerate(groups.items()):
        cards.append(
            differences_card(
                _rows(parts),
                name=f"{one.claim.key}-{number}",
                title=f"{family.setup.title}, {REGIMES[family.regime].title}",
                caption="Medians over seeds with their 95 % intervals between order statistics."
                + (f" The first {MOST_ROWS} of {len(parts)}." if len(parts) > MOST_ROWS else ""),
                across=unit,
                margin=margin,
                above=not below,
                size="full" if len(groups) == 1 else "",
            )
        )
    return msgspec.json.encode({"cards": cards})


def _rows(parts: Sequence[Part]) -> list[Difference]:
    return [
        Difference(
            name=part.name,
            median=part.test.effect.median,
            low=part.test.effect.low,
            high=part.test.effect.high,
            ruling=part.ruling,
        )
        for part in parts[:MOST_ROWS]
    ]
