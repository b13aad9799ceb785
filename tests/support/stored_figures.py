"""What the stored results say: figures by the names that sentences have for them, and a relation.

`found` is asked with the table of one thing that a sentence rests on (`tests/claims/claims.toml`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from hts.paired.effect import at_shares
from hts.paired.median import Median
from hts.price import files as price_files
from hts.price.choose import Choice
from hts.price.front import Point, front
from hts.reproduce import result as reproduce_result
from hts.reproduce.claims import judged
from hts.reproduce.singles import singles
from hts.reproduce.tables import comparison_rows
from hts.runs.claims import Steps
from hts.runs.presets import PRESETS
from hts.theory import files
from hts.theory.pure_noise import NoiseLayers

Told = tuple[Mapping[str, object], str]  # figures, and how they relate to what is asked


def found(rest: Mapping[str, Any]) -> Told:
    """Figures and relation of what a sentence rests on."""
    return _ON[rest["on"]](**{k: v for k, v in rest.items() if k not in ("on", "words", "is")})


def _gain(preset: str, share: float, over: str) -> Told:
    """``is``: the whole interval of the difference lies above 0, below it, or neither."""
    networks = _networks(preset)
    (effect,) = at_shares(networks.curves(), networks.curves(over), [share])
    gap = effect.difference
    low, high = round(gap.low), round(gap.high)
    near, far = sorted((abs(low), abs(high)))
    return {
        "size": abs(round(gap.median)), "near": near, "far": far, "low": _signed(low),
        "high": _signed(high), "won": effect.seeds_won, "lost": effect.seeds_lost,
        "seeds": effect.seeds, "kept": f"{effect.accuracy.median:.0f}",
    }, _side(gap)  # fmt: skip


def _steps(preset: str, over: str) -> Told:
    figure = Steps(over=over).of(_networks(preset))
    return figure.fields, "more" if figure.low > 1 else "not more"


def _verdicts(file: str, claim: str, setup: str = "", regime: str = "", part: str = "") -> Told:
    """How the parts whose name holds ``part`` were judged; ``is``: the ruling of them all."""
    rulings = [
        one.ruling
        for family in _judged(file)[claim]
        if setup in ("", family.setup.name) and regime in ("", family.regime)
        for one in family.parts
        if part in one.name
    ]
    counts = {word: rulings.count(word) for word in ("supported", "not supported", "undecided")}
    alike = [word for word, count in counts.items() if count == len(rulings)]
    return {
        "won": counts["supported"], "lost": counts["not supported"],
        "undecided": counts["undecided"], "parts": len(rulings),
    }, alike[0] if alike else "mixed"  # fmt: skip


def _lines(file: str, data: str, regime: str, against: str, at: str, alpha: float) -> Told:
    """Lines of type III, 80 and 90 % removed, whose whole interval lies on one side of 0."""
    found = [
        row
        for row in _compared(file)
        if (row["setup"] == data or row["setup"].startswith(f"{data}-"))
        and row["regime"] in regime.split(", ")
        and (row["noise"], row["alpha"], row["against"], row["at"]) == ("III", alpha, against, at)
        and row["pruned"] in (80, 90)
    ]
    gain, lose = sum(row["low"] > 0 for row in found), sum(row["high"] < 0 for row in found)
    relation = "gain" if gain == len(found) else "lose" if lose == len(found) else "mixed"
    return {"gain": gain, "lose": lose, "lines": len(found)}, relation


def _single(file: str, setup: str, noise: str, alpha: float | None = None) -> Told:
    """A network that was trained once; ``is``: how its training ended."""
    (one,) = (
        one
        for one in singles(_stored(file))
        if (one.setup.name, one.network.noise, one.network.alpha) == (setup, noise, alpha)
    )
    look = one.look
    kept = {share: f"{look.curve.at([share / 100])[0]:.1f}" for share in (0, 80, 90)}
    return {
        "steps": look.step, "training": f"{look.train_accuracy:.1f}", "test": kept[0],
        "kept_80": kept[80], "kept_90": kept[90], "share": f"{look.compressible:.1f}",
        "minutes": round(one.network.seconds / 60),
    }, one.end  # fmt: skip


def _price(data: str, method: str, over: str, way: str = "nothing", share: float = 0.9) -> Told:
    """A method of a price list at its best; ``is`` as for a gain."""
    points = (p for p in _front(data) if (p.way, p.method, p.share) == (way, method, share))
    (point,) = points
    gain = point.over[over]
    near, far = sorted((abs(gain.low), abs(gain.high)))
    return {
        "size": f"{abs(gain.median):.1f}", "near": f"{near:.1f}", "far": f"{far:.1f}",
        "low": f"{gain.low:+.1f}", "high": f"{gain.high:+.1f}", "won": point.won[over],
        "lost": point.lost[over], "seeds": point.accuracy.n,
    }, _side(gain)  # fmt: skip


def _chaos(experiment: str = "chaos") -> Told:
    slopes = [case.slope for case in _theory(experiment).cases]
    near = all(s.low >= -0.6 and s.high <= -0.4 for s in slopes)
    return {
        "most": f"{max(s.slope for s in slopes):.2f}",
        "least": f"{min(s.slope for s in slopes):.2f}",
        "spread": f"{max(s.spread for s in slopes):.2f}",
    }, "near -1/2" if near else "not near -1/2"  # fmt: skip


def _euler() -> Told:
    of = {case.alpha: case.slopes[-1] for case in _theory("euler").cases}
    near = of[2.0].low >= 0.9 and of[2.0].high <= 1.1
    slopes = {f"at_{alpha:g}".replace(".", "_"): f"{s.slope:.3f}" for alpha, s in of.items()}
    return slopes, "near 1" if near else "not near 1"


def _width(kappa: float) -> Told:
    result = _theory("width")
    place = list(result.settings.kappas).index(kappa)
    told, falls = {}, {}
    for case in result.cases:
        at = "none" if case.alpha is None else f"{case.alpha:g}".replace(".", "_")
        told |= {f"first_{at}": f"{case.mean[place][0]:.2f}",
                 f"last_{at}": f"{case.mean[place][-1]:.2f}"}  # fmt: skip
        falls[case.alpha] = case.slopes[place].high < 0
    heavy = falls[1.75] and not falls[2.0]
    return told, "falls for heavy tails only" if heavy else "otherwise"


def _limit(alpha: float) -> Told:
    one = next(c for c in _theory("limit").coupling if c.alpha == alpha)
    held = one.slope.low <= one.exact <= one.slope.high
    said = {"slope": one.slope.slope, "low": one.slope.low, "high": one.slope.high}
    told = {name: f"{value:.3f}" for name, value in said.items()}
    return {**told, "exact": f"{one.exact:.4f}"}, "holds" if held else "does not hold"


def _emergent() -> Told:
    results = [
        files.read("emergent", path).result for path in files.all_shipped("emergent").values()
    ]
    off = max(abs(100 * (one.critical_found / one.critical - 1)) for one in results)
    return {"off": f"{off:.1f}", "count": len(results)}, "within 10 %" if off < 10 else "beyond"


def _pure_noise() -> Told:
    layers = NoiseLayers()
    shares = [layers.read(alpha).share for alpha in (2.0, 1.75, 1.5, 1.25, 1.0)]
    grows = all(a < b for a, b in pairwise(shares))
    return {}, "grows as alpha falls" if grows else "does not grow"


_ON: dict[str, Callable[..., Told]] = {
    "gain": _gain,
    "steps": _steps,
    "verdicts": _verdicts,
    "lines": _lines,
    "single": _single,
    "price": _price,
    "chaos": _chaos,
    "euler": _euler,
    "width": _width,
    "limit": _limit,
    "emergent": _emergent,
    "pure noise": _pure_noise,
}


def _networks(name: str) -> Any:
    return next(preset for preset in PRESETS if preset.name == name).networks


@functools.cache
def _stored(file: str) -> reproduce_result.Reproduction:
    path = next(path for path in reproduce_result.shipped() if path.stem == file)
    return reproduce_result.load(path)


@functools.cache
def _judged(file: str) -> Mapping[str, Any]:
    return {one.claim.key: one.families for one in judged(_stored(file))}


@functools.cache
def _compared(file: str) -> list[Mapping[str, Any]]:
    return list(comparison_rows(_stored(file)))


@functools.cache
def _front(data: str) -> list[Point]:
    path = price_files.shipped(data)
    assert path is not None
    return front(Choice(price_files.read(path)))


@functools.cache
def _theory(experiment: str) -> Any:
    path = files.shipped(experiment)
    assert path is not None
    return files.read(experiment, path).result


def _side(gain: Median) -> str:
    return "above" if gain.low > 0 else "below" if gain.high < 0 else "not clear"


def _signed(points: int) -> str:
    return f"{points:+d}" if points else "0"
