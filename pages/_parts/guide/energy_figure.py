"""The figure that tells the story: how unequal columns become as tails grow heavier.

Columns are isotropic stable vectors ``sqrt(A) G`` in R^p with A positive stable, so that
``E exp(i u.x) = exp(-||u||^alpha)`` (type III noise).  Their squared norm is A times a chi-square
value with p degrees of freedom, which is all that is drawn here.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from hts.seeds import generator
from hts.studio.figures.axes import QUIET, figure, line, percent_axis, rule, short
from hts.studio.figures.card import Card, card
from hts.studio.figures.points import points
from hts.studio.figures.theme import series

ALPHAS = (2.0, 1.9, 1.75, 1.5)
UNITS, INPUTS, DRAWS = 2000, 140, 15
CRITERION = 0.1  # share of the squared norm that pruning may remove


def squared_norms(alpha: float, rng: np.random.Generator, draws: int) -> np.ndarray:
    """Squared norms (draws, UNITS) of isotropic stable columns of scale 1 in R^INPUTS."""
    size = (draws, UNITS)
    chi_square = rng.chisquare(INPUTS, size)
    if alpha == 2:
        return 2 * chi_square
    half = alpha / 2  # Kanter (1975): S positive stable of index alpha/2, A = 2 S
    angle, level = rng.uniform(0, np.pi, size), rng.exponential(size=size)
    stable = (
        np.sin(half * angle)
        / np.sin(angle) ** (1 / half)
        * (np.sin((1 - half) * angle) / level) ** ((1 - half) / half)
    )
    return 2 * stable * chi_square


@functools.cache
def removed_energy(alpha: float) -> tuple[np.ndarray, float]:
    """Median over draws: share of squared norm in the smallest columns (UNITS + 1,), and the
    pruning ratio at `CRITERION`, a fraction."""
    norms = np.sort(squared_norms(alpha, generator(1, "story", str(alpha)), DRAWS), axis=1)
    lost = np.cumsum(norms, axis=1) / norms.sum(axis=1, keepdims=True)
    ratio = float(np.median((lost <= CRITERION).sum(axis=1)) / UNITS)
    return np.concatenate([[0.0], np.median(lost, axis=0)]), ratio


@functools.cache
def removed_energy_card() -> Card:
    """Percent of squared norm lost against percent of columns removed, one line per alpha."""
    removed = np.linspace(0, 1, 101)
    at = np.round(removed * UNITS).astype(int)
    traces: list[dict[str, Any]] = []
    said = []
    for place, alpha in enumerate(ALPHAS):
        lost, ratio = removed_energy(alpha)
        name = f"α = {alpha:g}" + (" (Gaussian)" if alpha == 2 else "")
        hover = (
            f"{name}: the smallest %{{x:.0f}} % of columns<br>hold %{{y:.1f}} % of the squared norm"
            "<extra></extra>"
        )
        percents = short(100 * removed), short(100 * lost[at])
        label = f"{name}: {100 * ratio:.0f} %"
        traces.append(line(label, *percents, place, width=2.4, hovertemplate=hover))
        traces.append(points([100 * ratio], [100 * CRITERION], 9, series(place), **QUIET))
        said.append(f"at alpha {alpha:g} {100 * ratio:.0f} % of the columns can be removed")
    laid = figure(
        traces,
        "story",
        xaxis=percent_axis("columns removed, smallest first"),
        yaxis=percent_axis("squared norm lost"),
        shapes=[rule(y=100 * CRITERION, dash="dash")],
    )
    caption = (
        f"Columns of pure noise, {UNITS} of them in {INPUTS} dimensions, median of {DRAWS} draws "
        "made on this computer just now. Dashed: the pruning criterion, a tenth of the squared "
        "norm; the legend says how many columns may go before it is reached."
    )
    alt = (
        "Share of squared norm lost against share of columns removed. Before a tenth of the "
        f"squared norm is lost: {'; '.join(said)}."
    )
    title = "Heavy tails put everything into few columns"
    return card("story", title, caption, alt, laid, size="full")
