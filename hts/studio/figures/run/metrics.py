"""The four numbers on top of a run: value, interval, what it means, and its course so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hts.records import LayerView, TailIndex
from hts.studio.figures import words
from hts.studio.figures.axes import short, thin
from hts.studio.figures.run.layers import several, titled
from hts.studio.figures.view import RunView

TREND_POINTS = 60


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


def metrics(main: RunView, twin: RunView | None = None, *, layer: int = 0) -> list[Metric]:
    """Test accuracy, tail index, pruning ratio, accuracy after pruning; ``twin`` for comparison.

    The tail index is that of ``layer``; the pruning ratio is of all layers together.
    """
    return [
        _test_accuracy(main, twin),
        _tail_index(main, twin, layer),
        _pruning_ratio(main, twin),
        _accuracy_pruned(main, twin),
    ]


def _test_accuracy(main: RunView, twin: RunView | None) -> Metric:
    (test, train), (other, _) = _accuracies(main), _accuracies(twin)
    return Metric(
        id="test_accuracy",
        title="Test accuracy",
        value=words.percent(test),
        note=f"training {words.percent(train)}",
        help="Share of test examples classified correctly at the last evaluation, measured after "
        "the gradient step and before that step's noise.",
        delta=_against(test, other, twin),
        trend=short(e.test_accuracy for e in thin(main.evaluations, TREND_POINTS)),
        span=5.0,
    )


def _accuracies(run: RunView | None) -> tuple[float | None, float | None]:
    """Newest test and training accuracy in percent."""
    newest = run and (run.evaluations[-1] if run.evaluations else run.snapshot)
    return (newest.test_accuracy, newest.train_accuracy) if newest else (None, None)


def _tail_index(main: RunView, twin: RunView | None, layer: int) -> Metric:
    views = [run.layer(layer) if run else None for run in (main, twin)]
    tail, other = (view.tail if view else None for view in views)
    interval = tone = ""
    note = "no estimate" if main.snapshot else "comes with the first snapshot"
    if tail is not None:
        interval = f"{tail.level * 100:g} % interval {tail.low:.2f} to {tail.high:.2f}"
        note = f"fit trusted, by {words.count(tail.size)} {tail.sample}"
        if not tail.fits:
            note, tone = "fit not trusted: does not look stable", "warn"
    alpha, beside = (found.alpha if found else None for found in (tail, other))
    return Metric(
        id="tail_index",
        title=titled("Tail index α", [main], layer),
        value=words.number(alpha),
        interval=interval,
        note=note,
        tone=tone,
        help=_tail_help(tail, views[0] if several([main]) else None),
        delta=_against(alpha, beside, twin, digits=2, unit=""),
        trend=short(s.alpha for s in thin(main.tails(layer), TREND_POINTS)),
        span=0.1,
    )


def _pruning_ratio(main: RunView, twin: RunView | None) -> Metric:
    view = main.layer(0)
    units = view.of if view else "units"
    if several([main]):
        units = f"all layers' {units}"
    return _of_snapshots(
        "pruning_ratio",
        main,
        twin,
        title="Pruning ratio",
        note=f"of {units} removable at squared error 0.1",
        help="Units of smallest norm are removed while their share of the squared norm of all "
        "weights does not exceed 0.1; this is the percentage of units removed.",
    )


def _accuracy_pruned(main: RunView, twin: RunView | None) -> Metric:
    note = "test, no retraining"
    if main.snapshot is not None:
        change = main.snapshot.test_accuracy_pruned - main.snapshot.test_accuracy
        note = f"{_signed(change)} points by pruning, no retraining"
    return _of_snapshots(
        "test_accuracy_pruned",
        main,
        twin,
        id="accuracy_pruned",
        title="Accuracy after pruning",
        note=note,
        help="Test accuracy once the units counted by the pruning ratio are removed, without any "
        "retraining.",
    )


def _of_snapshots(part: str, main: RunView, twin: RunView | None, **words_: str) -> Metric:
    """The number ``part`` of snapshots and summaries, in percent."""
    newest, other = (getattr(run and run.snapshot, part, None) for run in (main, twin))
    return Metric(
        **{"id": part, **words_},
        value=words.percent(newest),
        delta=_against(newest, other, twin),
        trend=short(getattr(s, part) for s in thin(main.summaries, TREND_POINTS)),
        span=5.0,
    )


def _tail_help(tail: TailIndex | None, layer: LayerView | None) -> str:
    where = layer.name if layer else "the hidden layer"
    text = f"Stability index of the stable law fitted to {where}; 2 is Gaussian."
    if tail is None:
        return text
    fit = "" if tail.fits else f" Here {words.UNFIT}."
    note = f" {tail.note}" if tail.note else ""
    return (
        f"{text} Method: {tail.method}; {tail.level * 100:g} % interval by {tail.sample} "
        f"({words.count(tail.size)}); largest gap between empirical and fitted distribution "
        f"{tail.distance:.3f}.{fit}{note}"
    )


def _signed(value: float, digits: int = 1) -> str:
    rounded = f"{abs(value):.{digits}f}"
    sign = "±" if float(rounded) == 0 else "+" if value > 0 else "−"
    return f"{sign}{rounded}"


def _against(
    value: float | None,
    other: float | None,
    twin: RunView | None,
    *,
    digits: int = 1,
    unit: str = " points",
) -> str:
    if twin is None or value is None or other is None:
        return ""
    return f"{_signed(value - other, digits)}{unit} against {twin.label}"
