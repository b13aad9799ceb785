"""`Account`: what was set, what was changed, what came of it, and what had been expected."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hts.config import RunConfig
from hts.config.arms import EQUAL_STEPS
from hts.data import title_of
from hts.glossary import term
from hts.paired.effect import SHARES, AtShare, at_shares
from hts.paired.median import Median, median_of
from hts.studio.figures import words
from hts.studio.figures.marks import marks_of
from hts.studio.figures.run.difference import sentences
from hts.studio.figures.view import ArmView, EnsembleView, RunView
from hts.studio.lab.access import owner_name
from hts.studio.report.formula import Text
from hts.studio.report.methods import methods
from hts.studio.report.prediction import SHARE, Prediction
from hts.studio.report.references import Reference, references
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store

Row = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under a heading; ``head`` names the columns."""

    title: str
    head: Row
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Account:
    """Everything in words and numbers; figures are drawn of the same `EnsembleView`.

    ``summary``: how the run ended; ``found``: a sentence for every control.
    """

    title: str
    summary: str
    found: Sequence[str]
    tables: list[Table]
    methods: list[Text]
    references: list[Reference]


def account(
    store: Store, run: Run, view: EnsembleView, prediction: Prediction | None = None
) -> Account:
    """What is to be told of ``run``, whose networks ``view`` shows as they stand."""
    config, arms = run.effective, view.arms
    said = run.result.message if run.result else f"The run is {run.state}."
    tables = [_outcome(arms), *_equal_shares(arms)]
    if prediction is not None:
        tables.insert(0, outcome_of(prediction, arms))
    if changes := _changes(store, run):
        tables.append(changes)
    return Account(
        title=f"{title_of(config.data)}, {words.injected(config)}",
        summary=f"Run {run.id}. {said}",
        found=main_sentences(arms),
        tables=[*tables, _settings(config)],
        methods=methods(run, _estimated(arms)),
        references=references(config),
    )


def outcome_of(prediction: Prediction, arms: Sequence[ArmView]) -> Table:
    """The prediction beside what is left with `SHARE` of the units removed."""
    free = next((arm for arm in arms[1:] if _is_noise_free(arm)), None)
    asked: list[tuple[str, float, ArmView | None]] = [
        ("Noisy network", prediction.noisy, arms[0]),
        (term("noise-free-control").label, prediction.noise_free, free),
    ]
    return Table(
        title=f"Own prediction, with {100 * SHARE:g} % of the units removed",
        head=("", "expected", "measured"),
        rows=[
            (name, words.percent(expected, 0), "not trained" if arm is None else _left(arm))
            for name, expected, arm in asked
        ],
    )


def beside_controls(arms: Sequence[ArmView]) -> Table:
    """What noise gains or costs beside every control, and how many steps each took."""
    rows: list[Row] = [(arms[0].label, _steps(arms[0]), "", "", "")]
    for control in arms[1:]:
        if set(arms[0].curves) & set(control.curves):
            before, after = at_shares(arms[0].curves, control.curves, (0.0, SHARE))
            won = f"{after.seeds_won} of {after.seeds}"
            rows.append(
                (control.label, _steps(control), _points(before), _points(after), won),
            )
    share = f"with {100 * SHARE:g} % removed"
    return Table(
        title="The price, and what it buys: points of the noisy network over each control",
        head=("", "steps", "before pruning", share, f"seeds won {share}"),
        rows=rows,
    )


def main_sentences(arms: Sequence[ArmView]) -> list[str]:
    """In words what noise does at `SHARE`, beside every control."""
    told = sentences(arms, SHARE)
    return [text.replace(" %", "\N{NO-BREAK SPACE}%") for text in told]


def _is_noise_free(arm: ArmView) -> bool:
    return arm.stability is None and not arm.key.endswith(EQUAL_STEPS)


def _left(arm: ArmView) -> str:
    found = [float(curve.at([SHARE])[0]) for curve in arm.curves.values()]
    return _median(median_of(found)) if found else "not yet known"


def _steps(arm: ArmView) -> str:
    return words.count(round(median_of([run.steps_done for run in arm.runs]).median))


def _outcome(arms: Sequence[ArmView]) -> Table:
    head = ("", "seeds", "steps", "test accuracy", "norm-compressible share",
            "prunable within 1 point", "tail index")  # fmt: skip
    return Table(title="What came of it", head=head, rows=[_of_arm(arm) for arm in arms])


def _of_arm(arm: ArmView) -> Row:
    results = [run.result for run in arm.runs if run.result is not None]
    shown = [run.snapshot for run in arm.runs if run.snapshot is not None]
    tails = [tail for one in shown if one.layers and (tail := one.layers[0].tail)]
    return (
        arm.label,
        str(len(arm.runs)),
        _steps(arm),
        _percents(curve.accuracy[0] for curve in arm.curves.values()),
        _percents(one.pruning_ratio for one in shown),
        _percents(one.prunable for one in results if one.prunable is not None),
        words.median_tail_index(tails),
    )


def _equal_shares(arms: Sequence[ArmView]) -> list[Table]:
    """For each control: both accuracies, their difference and the seeds won, at every share."""
    found = []
    for control in arms[1:]:
        if not set(arms[0].curves) & set(control.curves):
            continue
        effects = at_shares(arms[0].curves, control.curves, SHARES)
        found.append(
            Table(
                title=f"Accuracy at equal pruned share, beside the {control.label}",
                head=("removed", "noisy", "control", "difference (points)", "seeds won"),
                rows=[_at(effect) for effect in effects],
            )
        )
    return found


def _at(effect: AtShare) -> Row:
    return (
        f"{100 * effect.share:g} %",
        _median(effect.accuracy),
        _median(effect.control),
        _points(effect),
        f"{effect.seeds_won} of {effect.seeds}",
    )


def _points(effect: AtShare) -> str:
    """``+28.3 (+23.0 to +36.1)``."""
    gap = effect.difference
    span = "" if gap.n == 1 else f" ({_signed(gap.low)} to {_signed(gap.high)})"
    return f"{_signed(gap.median)}{span}"


def _changes(store: Store, run: Run) -> Table | None:
    """What changed while it trained: planned by a schedule, or by hand."""
    rows = [(mark.step, mark.words, "planned") for mark in marks_of(run.config)]
    rows += [
        (
            change.step,
            words.setting(change.setting, change.value),
            "by hand" if change.who is None else owner_name(store, change.who),
        )
        for change in run.steered
    ]
    if not rows:
        return None
    return Table(
        title="Changes while it trained",
        head=("from step", "value", "who"),
        rows=[(words.count(step), said, who) for step, said, who in sorted(rows)],
    )


def _settings(config: RunConfig) -> Table:
    values = config.to_dict()
    rows = [
        (part.metadata["title"], _setting(values[part.name]))
        for part in dataclasses.fields(config)
        if part.name not in config.without_effect
    ]
    return Table(title="Settings", head=("setting", "value"), rows=rows)


def _setting(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {True: "yes", False: "no", None: "none"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


def _estimated(arms: Sequence[ArmView]) -> list[str]:
    """How the tail indices in the table were estimated."""
    shown: list[RunView] = [run for arm in arms for run in arm.runs]
    layers = [run.snapshot.layers[0] for run in shown if run.snapshot and run.snapshot.layers]
    return list(dict.fromkeys(layer.tail.method for layer in layers if layer.tail))


def _percents(values: Iterable[float]) -> str:
    known = list(values)
    return _median(median_of(known)) if known else "–"


def _median(found: Median) -> str:
    """``76.1 % (70.2 to 79.9)``, the interval of the median; of one value only that."""
    span = "" if found.n == 1 else f" ({found.low:.1f} to {found.high:.1f})"
    return words.percent(found.median) + span


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "−")
