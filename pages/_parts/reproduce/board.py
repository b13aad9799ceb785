"""The figure of each claim: from a result's comparisons and runs to a board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from hts.noise.types import heavy_types
from hts.studio.figures.card import Card, Size
from hts.studio.figures.reproduce.forest import Difference, differences_card
from hts.studio.figures.reproduce.trade import Trade, trade_card
from hts.studio.figures.reproduce.trend import TrendLine, trend_card
from hts.studio.figures.theme import GAUSSIAN, Idea, ideas
from hts.studio.reproduce import pairs
from hts.studio.reproduce.claims import HOLDS, SLIGHT, WORTH, Claim
from hts.studio.reproduce.records import Cell, Runs
from hts.studio.reproduce.result import Reproduction
from hts.studio.reproduce.rules import Comparison, more_than


def claim_board(result: Reproduction, claim: Claim) -> bytes:
    """The figures of one claim as the live board takes them."""
    make = {
        "alpha": _alpha, "width": _width, "cost": _cost, "after": _after, "gaussian": _gaussian,
        "beyond": _beyond,
    }  # fmt: skip
    return msgspec.json.encode({"cards": make[claim.key](result, claim)})


def _alpha(result: Reproduction, claim: Claim) -> list[Card]:
    asked, told = result.protocol, _at(result)
    cards = []
    for width in asked.widths:
        lines = [
            _line(result, f"type {kind}", _drawn(kind), asked.alphas,
                  [[asked.cell(width, kind, alpha)] for alpha in asked.alphas])
            for kind in asked.sigmas
        ]  # fmt: skip
        drawn = trend_card(
            lines,
            name=f"alpha-{width}",
            title=f"Pruning ratio against α, n = {width}",
            caption=f"Means over seeds, bands their 95 % intervals, dots single seeds. {told}",
            across="alpha",
            quiet=_mean(result, [asked.cell(width, "none", None)]),
            size="" if len(asked.widths) > 1 else "full",
        )
        cards.append(drawn)
    return cards


def _width(result: Reproduction, claim: Claim) -> list[Card]:
    asked = result.protocol
    lines = []
    for alphas, said in ((asked.heavy, "α below 2"), ((2.0,), "α = 2")):
        for kind in asked.sigmas:
            cells = [[asked.cell(n, kind, a) for a in alphas] for n in asked.widths]
            name = f"type {kind}, {said}"
            drawn = GAUSSIAN if alphas == (2.0,) else _drawn(kind)
            lines.append(_line(result, name, replace(drawn, dash=_drawn(kind).dash),
                               asked.widths, cells))  # fmt: skip
    caption = (
        "Means over seeds and over the alphas below 2, bands their 95 % intervals, dots single "
        f"seeds; orange, Gaussian noise of the same type. {_at(result)}"
    )
    title = "Pruning ratio against n"
    return [trend_card(lines, name="width", title=title, caption=caption, across="n")]


def _cost(result: Reproduction, claim: Claim) -> list[Card]:
    caption = (
        "Test accuracy without noise minus with noise, of one seed; points and 95 % intervals of "
        f"the mean. {_at(result)}"
    )
    title = "What noise costs before anything is pruned"
    return [_differences(claim, "cost", title, caption, "test accuracy", SLIGHT)]


def _after(result: Reproduction, claim: Claim) -> list[Card]:
    trades = []
    for part in claim.parts:
        more, lost = part.comparisons
        if more.mean is None or lost.mean is None or part.sigma is None:
            continue
        trades.append(Trade(
            kind=part.kind, colour=_drawn(part.kind).colour, sigma=part.sigma, gain=more.mean,
            gain_ends=_ends(more), cost=lost.mean, cost_ends=_ends(lost), ruling=part.ruling,
        ))  # fmt: skip
    drawn = trade_card(
        trades,
        name="after",
        title="More that can go, against what that costs",
        caption="Means over seeds, widths and the alphas below 2; bars are intervals, widened for "
        "the number of sigmas tried, and may run out of the picture. Filled: supported; hollow: "
        "undecided; crosses: not supported.",
        worth=WORTH,
        holds=HOLDS,
    )
    return [drawn]


def _gaussian(result: Reproduction, claim: Claim) -> list[Card]:
    caption = (
        "Pruning ratio at α = 2 minus that without noise, of one seed; points and 95 % intervals "
        f"of the mean. {_at(result)}"
    )
    title = "What Gaussian noise adds"
    return [_differences(claim, "gaussian", title, caption, "pruning ratio", WORTH)]


def _beyond(result: Reproduction, claim: Claim) -> list[Card]:
    added = "Pruning ratio at α = 1.75 minus that at α = 2, of one seed"
    lost = "Test accuracy at α = 1.75 before minus after pruning"
    mean = ", with 95 % intervals of the mean."
    gain = _differences(claim, "beyond-gain", "What heavy tails add", added + mean,
                        "pruning ratio", 0.0, above=True, size="")  # fmt: skip
    cost = _differences(claim, "beyond-cost", "What pruning costs then", lost + mean,
                        "test accuracy", HOLDS, which=1, size="")  # fmt: skip
    return [gain, cost]


def _differences(
    claim: Claim, name: str, title: str, caption: str, of: str, margin: float, *,
    which: int = 0, above: bool = False, size: Size = "full",
) -> Card:  # fmt: skip
    """The comparisons at ``which`` of a claim's parts, in points."""
    return differences_card(
        _rows(claim, which), name=name, title=title, caption=caption, across=f"points of {of}",
        margin=margin, above=above, size=size,
    )  # fmt: skip


def _rows(claim: Claim, which: int) -> list[Difference]:
    pairs = [(part.name, c) for part in claim.parts for c in part.comparisons[which : which + 1]]
    return [
        Difference(name=name, mean=c.mean, low=c.low, high=c.high, ruling=c.ruling)
        for name, c in pairs
        if c.mean is not None
    ]


def _line(
    result: Reproduction, name: str, looks: Idea, at: Sequence[float],
    cells: Sequence[Sequence[Cell]],
) -> TrendLine:  # fmt: skip
    """At every place the mean over cells of each seed."""
    runs = Runs(result.runs)
    values = [pairs.means(runs, here, pairs.ratio, result.protocol.seeds).values for here in cells]
    found = [more_than(here) for here in values]
    return TrendLine(
        name=name, looks=looks, x=list(at),
        mean=[f.mean for f in found],
        low=[None if f.low is None else max(0.0, f.low) for f in found],
        high=[None if f.high is None else min(100.0, f.high) for f in found],
        runs=values,
    )  # fmt: skip


def _mean(result: Reproduction, cells: Sequence[Cell]) -> float | None:
    runs = Runs(result.runs)
    return more_than(pairs.means(runs, cells, pairs.ratio, result.protocol.seeds).values).mean


def _drawn(kind: str) -> Idea:
    """Types of heavy-tailed noise, told apart."""
    names = [heavy.name for heavy in heavy_types()]
    return ideas([1.0] * len(names))[names.index(kind)]


def _ends(found: Comparison) -> tuple[float, float] | None:
    return None if found.low is None or found.high is None else (found.low, found.high)


def _at(result: Reproduction) -> str:
    """At which sigmas."""
    told = ", ".join(
        f"{sigma:g} for type {kind}" for kind, sigma in result.protocol.headline.items()
    )
    return f"Sigma {told}."
