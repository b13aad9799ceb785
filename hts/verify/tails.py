"""The lines of ``python -m hts verify tails``: one measurement each, in words, passed or not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from hts.noise.types import heavy_types, noise_type
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.tail_only import TailOnly
from hts.tails.estimators.threshold import RULES
from hts.verify.calibrate import coverage
from hts.verify.calibrate_methods import ALPHAS, SIZE, covers, method_errors
from hts.verify.calibrate_verdicts import verdict_rates
from hts.verify.families import FAMILIES

Progress = Callable[[float], None]

UNITS, ENTRIES = 2000, 200_000
_LAYER_ALPHAS = (1.2, 1.5, 1.75, 1.9)
_SLOW_RULE, _SLOW = 4, 2  # fewer repeats by these factors, of the double bootstrap and another
_QUICK_ALPHAS = (1.5, 1.9)


@dataclass(frozen=True)
class Line:
    """One line to measure."""

    what: str
    run: Callable[[Progress], dict[str, Any]]


def estimator_lines(repeats: int, *, quick: bool = False) -> list[Line]:
    """Every estimator at every alpha, a million values, then layers of the heavy noise types."""
    alphas = _QUICK_ALPHAS if quick else ALPHAS
    lines = []
    for name, method in ESTIMATORS.items():
        chooses = isinstance(method, TailOnly) and method.chooses and not quick
        rules = RULES if chooses else ("share",)
        slow = _SLOW if method.resamples else 1
        for rule in rules:
            count = max(10, repeats // (_SLOW_RULE if rule == "bootstrap" else slow))
            for alpha in alphas:
                what = f"{name}{f' k by {rule}' if method.tail_only else ''}, alpha {alpha:g}"
                lines.append(Line(what, partial(_method, what, name, rule, alpha, SIZE, count)))
    if not quick:
        what = "mle, alpha 1.75, a million values"
        lines.append(Line(what, partial(_method, what, "mle", "share", 1.75, 10**6, 20)))
    for kind in heavy_types():
        for alpha in _QUICK_ALPHAS if quick else _LAYER_ALPHAS:
            what = f"{kind.word}, alpha {alpha:g}"
            lines.append(Line(what, partial(_layer, what, kind.name, alpha, repeats)))
    return lines


def verdict_lines(sizes: Sequence[int], repeats: int) -> list[Line]:
    return [
        Line(f"{family}, n = {n}", partial(_verdicts, family, n, repeats))
        for n in sizes
        for family in FAMILIES
    ]


def _method(
    what: str, name: str, rule: str, alpha: float, n: int, repeats: int, progress: Progress
) -> dict[str, Any]:
    got = method_errors(name, alpha, n, repeats, rule=rule, progress=progress)
    expected = "" if got.expected_sd is None else f" (expected {got.expected_sd:g})"
    says = (
        f"{what}: bias {got.bias:+.4f}, sd {got.sd:.4f}{expected}, 95 % interval covers in "
        f"{100 * got.coverage:.1f} % of {repeats}, {1e3 * got.seconds_each:.1f} ms"
    )
    return {**dataclasses.asdict(got), "passed": got.passed, "says": says}


def _layer(what: str, kind: str, alpha: float, repeats: int, progress: Progress) -> dict[str, Any]:
    shared = noise_type(kind).independent == "units"
    size = UNITS if shared else ENTRIES
    inputs = 140 if shared else None
    got = coverage(kind, alpha, size, repeats, inputs=inputs, naive=shared, progress=progress)
    flagged = got.naive_flagged
    naive = "" if flagged is None else f", counting entries is flagged in {100 * flagged:.0f} %"
    says = (
        f"{what}, {size} {'units' if shared else 'entries'}: 95 % interval covers in "
        f"{100 * got.coverage:.1f} % of {repeats} samples, bias {got.bias:+.4f}, sd {got.sd:.4f}"
        f"{naive}"
    )
    passed = covers(got.coverage, repeats, got.level) and flagged in (None, 1.0)
    return {**dataclasses.asdict(got), "passed": passed, "says": says}


def _verdicts(family: str, n: int, repeats: int, progress: Progress) -> dict[str, Any]:
    got = verdict_rates(family, n, repeats, progress=progress)
    given = ", ".join(f"{kind} {100 * s:.0f} %" for kind, s in got.shares.items() if s)
    says = (
        f"{family}, n = {n}: {given}; true of it in {100 * got.right:.0f} %, wrong in "
        f"{100 * got.wrong:.0f} % of {repeats} ({1e3 * got.seconds_each:.0f} ms)"
    )
    return {**dataclasses.asdict(got), "passed": got.passed, "says": says}
