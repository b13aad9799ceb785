"""One look at a watched training: all layers side by side, and one of them closely."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

from hts.studio.figures import words
from hts.studio.figures.axes import (
    axis,
    figure,
    line,
    log_axis,
    names_axis,
    note,
    percent_axis,
    positive,
    rule,
    short,
)
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.points import points, whiskers
from hts.studio.figures.tails.sample import sizes_card, tail_card
from hts.studio.figures.theme import named
from hts.studio.figures.watched.course import CHOSEN, SOON
from hts.watching.records import REMOVED, LayerSeen, Look

_ROW = 26  # pixels of a layer


def layers_card(look: Look | None, layer: str) -> Card:
    """The tail index of every layer at the look, with its interval."""
    title = "Layer by layer"
    caption = f"Tail index of each layer with its interval, first layer on top. {words.OPEN_MARKS}"
    known = [(one, one.tail) for one in look.layers if one.tail] if look else []
    if look is None or not known:
        return waiting("watched_layers", title, caption, SOON)
    names = [one.name for one in look.layers]
    colours = [
        named(CHOSEN if one.name == layer else "text") if tail.fits else named("muted")
        for one, tail in known
    ]
    drawn = points(
        short(tail.alpha for _, tail in known),
        [one.name for one, _ in known],
        8,
        colours,
        symbol=["circle" if tail.fits else "circle-open" for _, tail in known],
        error_x=whiskers(
            [tail.alpha for _, tail in known],
            [tail.low if tail.fits else None for _, tail in known],
            [tail.high if tail.fits else None for _, tail in known],
            named("muted"), 1.4, 4,
        ),
        customdata=[one.verdict or "no verdict" for one, _ in known],
        hovertemplate="%{y}: α %{x:.2f}, %{customdata}<extra></extra>",
    )  # fmt: skip
    lowest = min(tail.low for _, tail in known)
    laid = figure(
        [drawn],
        "watched",
        xaxis=axis("tail index α, tails heavier →", range=[2.06, max(0.0, lowest - 0.1)]),
        yaxis=names_axis(names),
        showlegend=False,
    )
    said = [f"{one.name} {words.tail_index(tail)}" for one, tail in known]
    height = max(300, 90 + _ROW * len(names))
    return card("watched_layers", title, caption, said, laid, height=height)


def layer_cards(seen: LayerSeen) -> list[Card]:
    """Sizes, tail, norms and compression error of one layer."""
    keep = f"watched-{seen.name}"
    sizes = sizes_card(seen.weights, of="weights", symbol="w", keep=keep)
    tail = tail_card(seen.ccdf, of="weights", symbol="w", keep=keep)
    drawn = [sizes, tail, _norms(seen), _error(seen)]
    return [replace(one, title=f"{one.title}: {seen.name}") for one in drawn]


def _norms(seen: LayerSeen) -> Card:
    title, caption = "Norms of the units", "Norm of each unit's incoming weights, largest first."
    sizes = [norm for norm in seen.sorted_norms if norm > 0]
    if not sizes:
        return waiting("watched_norms", title, caption, "All norms are zero.")
    drawn = line(
        "norm", short(100 * rank for rank in seen.rank), positive(seen.sorted_norms), CHOSEN,
        hover="%{x:.1f} % of units have a norm of at least %{y:.3g}",
    )  # fmt: skip
    laid = figure(
        [drawn],
        "watched",
        xaxis=percent_axis("units, largest norm first"),
        yaxis=log_axis("norm", min(sizes), max(sizes)),
        showlegend=False,
    )
    said = f"{words.count(seen.units)} units, largest norm {max(sizes):.3g}"
    return card("watched_norms", title, caption, said, laid)


def _error(seen: LayerSeen) -> Card:
    caption = (
        "Relative error ‖pruned − full‖ / ‖full‖ when only the units of largest norm are kept. "
        f"The norm-compressible share is {words.percent(seen.share)}."
    )
    kept = short(100 * (1 - removed) for removed in REMOVED)
    hover = "%{x:.1f} % kept: relative error %{y:.3f}"
    at = sqrt(0.1)
    laid = figure(
        [line("error", kept, short(seen.relative_error), CHOSEN, hover=hover)],
        "watched",
        xaxis=percent_axis("units kept"),
        yaxis=axis("relative error", range=[-0.02, 1.02], dtick=0.2),
        shapes=[rule(y=at)],
        annotations=[note("squared error 0.1", x=0, xanchor="left", y=at, yanchor="top")],
        showlegend=False,
    )
    said = f"norm-compressible share {words.percent(seen.share)}"
    return card("watched_error", "Compression error", caption, said, laid)
