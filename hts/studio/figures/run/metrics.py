"""The four numbers on top of a run: what they are over its seeds, and for the controls.

A control is always asked about what the noisy network of the same seed has: the same share of units
removed, never each at its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hts.estimates import AT_END, at_end
from hts.glossary import term
from hts.pruning.choose import most_within
from hts.records import PruningCurve, TailIndex
from hts.studio.figures import words
from hts.studio.figures.axes import short, thin
from hts.studio.figures.run.bands import middle
from hts.studio.figures.run.curve import read_at
from hts.studio.figures.run.layers import several, titled
from hts.studio.figures.view import ArmView, RunView

TREND_POINTS = 60
POINTS = 1.0  # of accuracy, that pruning may cost


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One number as the board shows it; ``span`` is the least height of the trend, in its unit."""

    id: str
    title: str
    value: str
    help: str
    note: str
    interval: str = ""
    delta: str = ""
    tone: str = ""
    trend: list[float | None] = field(default_factory=list)
    span: float = 1.0

    def payload(self) -> dict[str, Any]:
        """What the live board takes."""
        return dict(vars(self))


def metrics(arms: Sequence[ArmView], *, layer: int = 0) -> list[Metric]:
    """Test accuracy, norm-compressible share, share prunable within 1 point, tail index.

    Medians and ranges over the seeds of the first arm; the others are its controls.  The tail
    index is that of ``layer``; the shares are of all layers together.
    """
    return [_test_accuracy(arms), _compressible(arms), _prunable(arms), _tail_index(arms, layer)]


def _test_accuracy(arms: Sequence[ArmView]) -> Metric:
    main, *controls = arms
    test = _known(main, lambda run: _accuracy(run, "test_accuracy"))
    train = _known(main, lambda run: _accuracy(run, "train_accuracy"))
    beside = ((arm, _known(arm, lambda run: _accuracy(run, "test_accuracy"))) for arm in controls)
    return Metric(
        id="test_accuracy",
        title="Test accuracy",
        value=words.percent(_middle(test)),
        interval=_range(test),
        note="" if controls else f"training {words.percent(_middle(train))}",
        help="Share of test examples classified correctly at the last evaluation, measured after "
        "the gradient step and before that step's noise.",
        delta=_told((arm, words.percent(middle(found))) for arm, found in beside if found),
        trend=_trend(main, lambda run: ((e.step, e.test_accuracy) for e in run.evaluations)),
        span=5.0,
    )


def _accuracy(run: RunView, part: str) -> float | None:
    if run.diverged:
        return 0.0
    newest = run.evaluations[-1] if run.evaluations else run.snapshot
    found: float | None = getattr(newest, part, None)
    return found


def _compressible(arms: Sequence[ArmView]) -> Metric:
    main, *controls = arms
    shares = {
        run.config.seed: run.snapshot.pruning_ratio for run in main.runs if run.snapshot is not None
    }
    told = []
    for arm in controls:
        lost = [
            100 * read_at(curve.pruned, curve.relative_error, shares[seed] / 100) ** 2
            for seed, curve in _curves(arm).items()
            if seed in shares
        ]
        if lost:
            told.append((arm, f"{middle(lost):.0f} %"))
    with_all = "all layers' " if several(arms) else ""
    view = main.runs[0].layer(0)
    units = view.of if view else "units"
    return Metric(
        id="pruning_ratio",
        title=term("norm-compressible-share").label,
        value=words.percent(_middle(shares.values())),
        interval=_range(shares.values()),
        note="" if told else f"of {with_all}{units}: a tenth of the squared norm",
        help=f"{term('norm-compressible-share').help} Controls: how much of their squared norm "
        "the same share of units holds.",
        delta=_told(told, "hold", " of the squared norm"),
        trend=_trend(main, lambda run: ((s.step, s.pruning_ratio) for s in run.summaries)),
        span=5.0,
    )


def _prunable(arms: Sequence[ArmView]) -> Metric:
    main, *controls = arms
    known = {run.config.seed: run.result.prunable for run in main.runs if run.result}
    shares = {}
    for seed, curve in _curves(main).items():  # the result knows it to the unit
        share = known.get(seed)
        shares[seed] = within(curve) if share is None else share / 100
    told = []
    for arm in controls:
        lost = [
            curve.test_accuracy[0] - read_at(curve.pruned, curve.test_accuracy, shares[seed])
            for seed, curve in _curves(arm).items()
            if seed in shares
        ]
        if lost:
            told.append((arm, _points(middle(lost))))
    percents = [100 * share for share in shares.values()]
    return Metric(
        id="prunable",
        title=term("prunable").label,
        value=words.percent(_middle(percents)),
        interval=_range(percents),
        note="" if told else "of test accuracy, without retraining",
        help=f"{term('prunable').help} Controls: how many points they lose at the same share.",
        delta=_told(told, "lose"),
    )


def _points(lost: float) -> str:
    return "nothing" if lost < 0.05 else f"{lost:.1f} points"


def within(curve: PruningCurve, points: float = POINTS) -> float:
    """The share that can go for at most ``points`` of test accuracy, as a fraction."""
    return curve.pruned[most_within(np.asarray(curve.test_accuracy), points)]


def _tail_index(arms: Sequence[ArmView], layer: int) -> Metric:
    main, *controls = arms
    tails = _tails(main, layer)
    interval = tone = ""
    note = "no estimate" if any(run.snapshot for run in main.runs) else "comes soon"
    fitting = [tail for tail in tails if tail.fits]
    if len(tails) == 1:
        (tail,) = tails
        ends = f"{words.alpha(tail.low)} to {words.alpha(tail.high)}"
        interval = AT_END if at_end(tail.alpha) else f"{tail.level * 100:g} % interval {ends}"
        note = f"fit trusted, by {words.count(tail.size)} {tail.sample}"
    elif tails:
        interval = _range((tail.alpha for tail in fitting), words.alpha) if fitting else ""
        note = f"fit trusted in {len(fitting)} of {len(tails)}"
    if tails and not fitting:
        interval, note, tone = "", "fit rejected: does not look stable", "warn"
    told = [
        (arm, words.median_tail_index(found)) for arm in controls if (found := _tails(arm, layer))
    ]
    name = next((view.name for run in main.runs if (view := run.layer(layer))), "the layer")
    return Metric(
        id="tail_index",
        title=titled("Tail index α", [main], layer),
        value=words.alpha(_middle(tail.alpha for tail in fitting)),
        interval=interval,
        note=note,
        tone=tone,
        help=_tail_help(tails, name if several([main]) else "the hidden layer"),
        delta=_told(told),
        trend=_trend(main, lambda run: ((t.step, t.alpha) for t in run.tails(layer) if t.fits)),
        span=0.1,
    )


def _tails(arm: ArmView, layer: int) -> list[TailIndex]:
    views = (run.layer(layer) for run in arm.runs)
    return [view.tail for view in views if view and view.tail]


def _tail_help(tails: Sequence[TailIndex], where: str) -> str:
    text = f"Stability index of the stable law fitted to {where}; 2 is Gaussian."
    if not tails:
        return text
    tail = tails[0]
    if len(tails) > 1:
        return f"{text} Method: {tail.method}."
    fit = "" if tail.fits else f" Here {words.UNFIT}."
    note = f" {tail.note}" if tail.note else ""
    return (
        f"{text} Method: {tail.method}; {tail.level * 100:g} % interval by {tail.sample} "
        f"({words.count(tail.size)}); largest gap between empirical and fitted distribution "
        f"{tail.distance:.3f}.{fit}{note}"
    )


# -- over seeds ----------------------------------------------------------------------------------


def _curves(arm: ArmView) -> dict[int, PruningCurve]:
    """The newest curve of each seed that still answers."""
    runs = (run for run in arm.runs if not run.diverged)
    return {run.config.seed: run.snapshot.curve for run in runs if run.snapshot}


def _known(arm: ArmView, part: Callable[[RunView], float | None]) -> list[float]:
    return [value for run in arm.runs if (value := part(run)) is not None]


def _middle(values: Iterable[float]) -> float | None:
    known = list(values)
    return middle(known) if known else None


def _range(values: Iterable[float], say: Callable[[float], str] | None = None) -> str:
    """``median; range 40.0 to 70.0 %``; of one seed nothing."""
    known = list(values)
    if len(known) < 2:
        return ""
    unit = "" if say else " %"
    low, high = ((say or "{:.1f}".format)(end) for end in (min(known), max(known)))
    return f"median; range {low} to {high}{unit}"


def _told(found: Iterable[tuple[ArmView, str]], verb: str = "", of: str = "") -> str:
    """``controls: noise-free 95.1 %; Gaussian 93.0 %``, or what the only one has."""
    told = list(found)
    if len(told) < 2:
        there = f" at that share {verb}s" if verb else ""
        return "".join(f"{arm.label}{there} {value}{of}" for arm, value in told)
    said = "; ".join(f"{arm.label.replace(' control', '')} {value}" for arm, value in told)
    there = f" at that share {verb}" if verb else ""
    return f"controls{there}: {said}{of}"


def _trend(
    arm: ArmView, of: Callable[[RunView], Iterable[tuple[int, float | None]]]
) -> list[float | None]:
    """The course of the median over the seeds, by step."""
    by_step: dict[int, list[float]] = {}
    for run in arm.runs:
        for step, value in of(run):
            by_step.setdefault(step, []).extend([] if value is None else [value])
    steps = thin(sorted(by_step), TREND_POINTS)
    return short(_middle(by_step[step]) for step in steps)
