"""A Levy path beside a Brownian one, grown up to a given time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hts.studio.figures.axes import axis, figure, line, short, thin
from hts.studio.figures.card import Card, card
from hts.studio.figures.noise.laws import law_name
from hts.studio.figures.theme import idea_at

POINTS = 600


def path_card(
    alphas: Sequence[float], paths: Sequence[Sequence[float]], steps: int, caption: str
) -> Card:
    """Paths on [0, 1], of one length each, drawn for their first ``steps`` steps.

    The axes are those of the whole paths from the beginning, so that nothing jumps while they grow.
    """
    total = len(paths[0]) - 1
    places = list(thin(range(total + 1), POINTS))
    shown = [place for place in places if place <= steps]
    traces = []
    for index in reversed(range(len(paths))):
        values = paths[index]
        name = law_name(alphas[index]) if alphas[index] != 2 else "Brownian motion (α = 2)"
        trace = line(
            name,
            short(place / total for place in shown),
            short(values[place] for place in shown),
            idea_at(alphas[index]).colour,
            width=2.0 if index == 0 else 1.6,
            hover="time %{x:.2f}: %{y:.3g}",
            legendrank=index,
        )
        trace["line"]["shape"] = "hv"
        traces.append(trace)
    low, high = min(map(min, paths)), max(map(max, paths))
    room = 0.06 * (high - low)
    said = []
    for alpha, values in zip(alphas, paths, strict=True):
        jumps = [abs(b - a) for a, b in pairwise(values)]
        said.append(
            f"{law_name(alpha)}: from 0 to {values[steps]:.2g}, the largest step {max(jumps):.2g}"
        )
    return card(
        "path",
        "A path of many small steps",
        caption,
        said,
        figure(
            traces,
            "path",
            xaxis=axis("time", range=[0, 1]),
            yaxis=axis("position", range=[low - room, high + room]),
        ),
        size="full",
    )
