"""The figure of each claim: from a result's comparisons and runs to a board."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hts.noise.types import heavy_types
from hts.studio.figures.card import Card
from hts.studio.figures.reproduce.forest import Difference, differences_card
from hts.studio.figures.reproduce.trade import Trade, trade_card
from hts.studio.figures.reproduce.trend import TrendLine, trend_card
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
    cards = make[claim.key](result, claim)
    return msgspec.json.encode({"cards": [card.payload() for card in cards]})


def _alpha(result: Reproduction, claim: Claim) -> list[Card]:
    asked, cards = result.protocol, []
    for width in asked.widths:
        lines = [
            _line(result, f"type {kind}", kind, 0, asked.alphas,
                  [[asked.cell(width, kind, alpha)] for alpha in asked.alphas])
            for kind in asked.sigmas
        ]  # fmt: skip
        cards.append(
            trend_card(
                lines,
                name=f"alpha-{width}",
                title=f"Pruning ratio against α, n = {width}",
                caption="Means over seeds, bands their 95 % intervals, dots single seeds. "
                + _at(result),
                across="alpha",
                quiet=_mean(result, [asked.cell(width, "none", None)]),
                size="" if len(asked.widths) > 1 else "full",
            )
        )
    return cards


def _width(result: Reproduction, claim: Claim) -> list[Card]:
    asked = result.protocol
    lines = []
    for place, (alphas, said) in enumerate(((asked.heavy, "α below 2"), ((2.0,), "α = 2"))):
        for kind in asked.sigmas:
            cells = [[asked.cell(n, kind, a) for a in alphas] for n in asked.widths]
            lines.append(
                _line(result, f"type {kind}, {said}", kind, 2 * place, asked.widths, cells)
            )
    return [
        trend_card(
            lines,
            name="width",
            title="Pruning ratio against n",
            caption="Means over seeds and over the alphas below 2, bands their 95 % intervals, "
            f"dots single seeds; dotted, Gaussian noise of the same type. {_at(result)}",
            across="n",
        )
    ]


def _cost(result: Reproduction, claim: Claim) -> list[Card]:
    return [
        differences_card(
            _rows(claim, 0),
            name="cost",
            title="What noise costs before anything is pruned",
            caption="Test accuracy without noise minus with noise, of one seed; points and 95 % "
            f"intervals of the mean. {_at(result)}",
            across="points of test accuracy",
            margin=SLIGHT,
            above=False,
        )
    ]


def _after(result: Reproduction, claim: Claim) -> list[Card]:
    trades = []
    for part in claim.parts:
        more, lost = part.comparisons
        if more.mean is None or lost.mean is None or part.sigma is None:
            continue
        trades.append(
            Trade(
                kind=part.kind, colour=_colour(part.kind), sigma=part.sigma, gain=more.mean,
                gain_ends=_ends(more), cost=lost.mean, cost_ends=_ends(lost), ruling=part.ruling,
            )
        )  # fmt: skip
    return [
        trade_card(
            trades,
            name="after",
            title="More that can go, against what that costs",
            caption="Means over seeds, widths and the alphas below 2; bars are intervals, widened "
            "for the number of sigmas tried, and may run out of the picture. Filled: supported; "
            "hollow: undecided; crosses: not supported.",
            worth=WORTH,
            holds=HOLDS,
        )
    ]


def _gaussian(result: Reproduction, claim: Claim) -> list[Card]:
    return [
        differences_card(
            _rows(claim, 0),
            name="gaussian",
            title="What Gaussian noise adds",
            caption="Pruning ratio at α = 2 minus that without noise, of one seed; points and 95 % "
            f"intervals of the mean. {_at(result)}",
            across="points of pruning ratio",
            margin=WORTH,
            above=False,
        )
    ]


def _beyond(result: Reproduction, claim: Claim) -> list[Card]:
    gains = differences_card(
        _rows(claim, 0), name="beyond-gain", title="What heavy tails add", size="",
        caption="Pruning ratio at α = 1.75 minus that at α = 2, of one seed, with 95 % intervals "
        "of the mean.",
        across="points of pruning ratio", margin=0.0, above=True,
    )  # fmt: skip
    costs = differences_card(
        _rows(claim, 1), name="beyond-cost", title="What pruning costs then", size="",
        caption="Test accuracy at α = 1.75 before minus after pruning, with 95 % intervals of the "
        "mean.",
        across="points of test accuracy", margin=HOLDS, above=False,
    )  # fmt: skip
    return [gains, costs]


def _rows(claim: Claim, which: int) -> list[Difference]:
    rows = []
    for part in claim.parts:
        if len(part.comparisons) <= which:
            continue
        found = part.comparisons[which]
        if found.mean is not None:
            rows.append(
                Difference(
                    name=part.name, mean=found.mean, low=found.low, high=found.high,
                    ruling=found.ruling,
                )
            )  # fmt: skip
    return rows


def _line(
    result: Reproduction, name: str, kind: str, dash: int, at: Sequence[float],
    cells: Sequence[Sequence[Cell]],
) -> TrendLine:  # fmt: skip
    """At every place the mean over cells of each seed."""
    runs = Runs(result.runs)
    values = [pairs.means(runs, here, pairs.ratio, result.protocol.seeds).values for here in cells]
    found = [more_than(here) for here in values]
    return TrendLine(
        name=name, colour=_colour(kind), dash=dash, x=list(at),
        mean=[f.mean for f in found],
        low=[None if f.low is None else max(0.0, f.low) for f in found],
        high=[None if f.high is None else min(100.0, f.high) for f in found],
        runs=values,
    )  # fmt: skip


def _mean(result: Reproduction, cells: Sequence[Cell]) -> float | None:
    runs = Runs(result.runs)
    return more_than(pairs.means(runs, cells, pairs.ratio, result.protocol.seeds).values).mean


def _colour(kind: str) -> int:
    return [heavy.name for heavy in heavy_types()].index(kind)


def _ends(found: Comparison) -> tuple[float, float] | None:
    return None if found.low is None or found.high is None else (found.low, found.high)


def _at(result: Reproduction) -> str:
    """At which sigmas."""
    told = ", ".join(
        f"{sigma:g} for type {kind}" for kind, sigma in result.protocol.headline.items()
    )
    return f"Sigma {told}."
