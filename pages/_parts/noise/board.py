"""The boards of the Noise page: from settings to draws to figures, made once for all viewers."""

from __future__ import annotations

import functools
from typing import NamedTuple

import msgspec
import numpy as np

from hts.noise import fast_law, law, portrait
from hts.noise.types import heavy_types
from hts.studio.figures import words as spoken
from hts.studio.figures.card import Card, number_card
from hts.studio.figures.noise.clouds import cloud_card
from hts.studio.figures.noise.laws import LawCurve, density_card, law_name, tail_card
from hts.studio.figures.noise.moments import running_mean_card, running_variance_card, share_card
from hts.studio.figures.noise.path import path_card
from hts.studio.figures.theme import idea
from pages._parts.noise import words

LARGEST = 0.01  # the share of largest values the page speaks of
CLOUD = 1200  # points of a cloud
STEPS = 1200  # steps of a path
FRAMES = 24  # in which it grows


class Look(NamedTuple):
    """The settings of the page."""

    alphas: tuple[float, ...]  # the chosen one first
    count: int
    seed: int
    log_density: bool
    log_tail: bool


@functools.lru_cache(maxsize=64)
def laws_board(look: Look) -> bytes:
    """Numbers, densities and tails."""
    curves = [_curve(alpha, look) for alpha in dict.fromkeys(look.alphas)]
    density = density_card(curves, words.DENSITY, logarithmic=look.log_density)
    caption = words.tail_words(look.alphas[0], look.count, look.log_tail)
    tail = tail_card(curves, caption, logarithmic=look.log_tail)
    return _encoded(_metrics(look), [density, tail])


def path_board(look: Look, steps: int) -> bytes:
    """The chosen path and a Brownian one, up to ``steps`` of `STEPS`."""
    alphas = tuple(dict.fromkeys([look.alphas[0], 2.0]))
    paths = [_path(alpha, look.seed) for alpha in alphas]
    return _encoded([], [path_card(alphas, paths, steps, words.PATH)])


@functools.lru_cache(maxsize=64)
def cloud_boards(alpha: float, seed: int) -> list[bytes]:
    """Clouds of the heavy noise types in frames of one size, a board each."""
    kinds = heavy_types()
    clouds = [portrait.cloud(kind.name, alpha, CLOUD, seed) for kind in kinds]
    sizes = np.abs(np.concatenate(clouds)).max(axis=1)
    reach = float(f"{np.quantile(sizes, 0.99):.2g}")
    boards = []
    for kind, points in zip(kinds, clouds, strict=True):
        x, y = points.T.tolist()
        card = cloud_card(kind.name, kind.title, x, y, reach, idea(kind, alpha), kind.picture)
        boards.append(_encoded([], [card]))
    return boards


@functools.lru_cache(maxsize=64)
def moments_board(alphas: tuple[float, ...], count: int, seed: int) -> bytes:
    """Running mean and variance, and the share of the largest values."""
    alphas = tuple(dict.fromkeys(alphas))
    counts = np.unique(np.geomspace(1, count, 160).astype(int))
    samples = [portrait.draws(alpha, count, seed) for alpha in alphas]
    moments = [portrait.running_moments(values, counts) for values in samples]
    fractions = np.unique(np.append(np.geomspace(max(1 / count, 1e-4), 1, 60), LARGEST))
    shares = [portrait.share_of_largest(values, fractions) for values in samples]
    at = counts.tolist()
    cards = [
        running_mean_card(alphas, at, [m.tolist() for m, _ in moments],
                          words.mean_words(alphas[0])),
        running_variance_card(alphas, at, [v.tolist() for _, v in moments],
                              words.variance_words(alphas[0])),
        share_card(alphas, fractions.tolist(), [s.tolist() for s in shares], LARGEST,
                   words.share_words(portrait.gaussian_share(LARGEST))),
    ]  # fmt: skip
    return _encoded([], cards)


def _curve(alpha: float, look: Look) -> LawCurve:
    far = np.geomspace(0.02, 2000, 150)
    density_x = far if look.log_density else np.linspace(-6, 6, 181)
    tail_x = far if look.log_tail else np.linspace(0, 10, 101)
    sizes, shares = portrait.exceedances(portrait.draws(alpha, look.count, look.seed), 40)
    return LawCurve(
        alpha=alpha,
        density_x=density_x.tolist(),
        density=_visible(fast_law.pdf(density_x, alpha)),
        tail_x=tail_x.tolist(),
        beyond=_visible(2 * fast_law.sf(tail_x, alpha)),
        constant=law.tail_constant(alpha),
        sizes=sizes.tolist(),
        shares=shares.tolist(),
    )


def _visible(values: np.ndarray) -> list[float]:
    """A Gaussian's far tail, as good as 0, as 0."""
    shown: list[float] = np.where(values < 1e-30, 0.0, values).tolist()
    return shown


@functools.lru_cache(maxsize=64)
def _path(alpha: float, seed: int) -> list[float]:
    path: list[float] = portrait.path(alpha, STEPS, seed).tolist()
    return path


def _metrics(look: Look) -> list[dict[str, str]]:
    alpha, *others = dict.fromkeys(look.alphas)
    names = [law_name(other) for other in others]
    fraction = np.array([LARGEST])
    samples = [portrait.draws(a, look.count, look.seed) for a in (alpha, *others)]
    shares = [float(portrait.share_of_largest(values, fraction)[0]) for values in samples]
    far = [float(2 * fast_law.sf(10.0, a)) for a in (alpha, *others)]
    largest = [float(np.abs(values).max()) for values in samples]
    constant = law.tail_constant(alpha)
    power = f"the tail is C times x to the power −{alpha:g}" if constant else "no power tail"
    mean, variance = "0" if alpha > 1 else "does not exist", "2" if alpha == 2 else "infinite"
    percents, sizes = [f"{100 * s:.0f} %" for s in shares], [_size(v) for v in largest]
    chances, drawn = [words.chance(p) for p in far], spoken.count(look.count)
    return [
        number_card("largest", "Largest 1 % carry", percents[0], interval="of the sum of squares",
                    note=_beside(names, percents[1:])),
        number_card("far", "P(|X| > 10)", chances[0], note=_beside(names, chances[1:])),
        number_card("biggest", f"Largest of {drawn} values", sizes[0],
                    note=_beside(names, sizes[1:])),
        number_card("constant", "Tail constant C", f"{constant:.3f}" if constant else "none",
                    interval=power, note=f"Mean: {mean} · Variance: {variance}"),
    ]  # fmt: skip


def _beside(names: list[str], values: list[str]) -> str:
    return " · ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))


def _size(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else spoken.count(round(float(f"{value:.3g}")))


def _encoded(metrics: list[dict[str, str]], cards: list[Card]) -> bytes:
    return msgspec.json.encode({"metrics": metrics, "cards": cards})
