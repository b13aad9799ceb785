"""Stored runs as the figures see them, and their names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hts.config.arms import MAIN, arms, trains_several
from hts.data import title_of
from hts.records import Snapshot
from hts.studio.figures.view import ArmView, EnsembleView, RunView
from hts.studio.figures.words import OF_EQUAL_STEPS, control, course, injected, injected_briefly
from hts.studio.figures.words import arm as arm_words
from hts.studio.store.run_row import Run, UnknownRun
from hts.studio.store.store import Store
from hts.studio.store.tail import View

_CONTROL = " control"  # ends the names of controls


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a page shows of a run: itself, and its networks, or the one laid over it.

    ``networks``: in the order of `hts.config.arms.members`, arm by arm.
    """

    main: View
    networks: tuple[View, ...]
    lost: str = ""  # why nothing is laid over it, though it was asked for

    @property
    def runs(self) -> list[View]:
        """What has a state of its own."""
        return [self.main] if trains_several(self.main.run.config) else list(self.networks)

    @property
    def arms(self) -> list[tuple[str, str, tuple[View, ...]]]:
        """Key, name in legends and networks of every arm, the noisy one first."""
        run = self.main.run
        if not trains_several(run.config):
            names = [noise_words(run), *(_beside(run, view.run) for view in self.networks[1:])]
            keys = [MAIN, *(view.run.id for view in self.networks[1:])]
            return [(k, n, (v,)) for k, n, v in zip(keys, names, self.networks, strict=True)]
        seeds = run.config.replicates
        return [
            (arm.key, arm_words(arm), self.networks[place * seeds : (place + 1) * seeds])
            for place, arm in enumerate(arms(run.effective))
        ]


def look_up(store: Store, run_id: str, beside: str | None = None) -> Shown:
    """The run with its networks, or with the run ``beside``; raises `UnknownRun`."""
    main = store.tail.view(run_id)
    if trains_several(main.run.config):
        return Shown(main=main, networks=store.tail.networks(run_id))
    other = beside or main.run.twin
    if other is None or other == run_id:
        return Shown(main=main, networks=(main,))
    try:
        return Shown(main=main, networks=(main, store.tail.view(other)))
    except UnknownRun as error:
        return Shown(
            main=main, networks=(main,), lost=f"No other run is drawn over this one: {error}"
        )


def ensemble_view(
    shown: Shown, then: Sequence[Snapshot | None], picked: int | None = None
) -> EnsembleView:
    """The run for the figures, its networks as they were ``then``, where that is not None."""
    run = shown.main.run
    at = dict(zip((view.run.id for view in shown.networks), then, strict=True))
    return EnsembleView(
        id=run.id,
        config=run.effective,
        arms=tuple(
            ArmView(key=key, label=name, runs=tuple(run_view(v, name, at[v.run.id]) for v in views))
            for key, name, views in shown.arms
        ),
        state=run.outcome,
        step=run.step,
        progress=run.progress,
        seconds_left=run.seconds_left,
        result=run.result,
        message=run.message if run.result else "",
        picked=picked,
    )


def _beside(run: Run, other: Run) -> str:
    """Name of the run laid over ``run``, in legends and read-outs."""
    return control(other.effective) if other.id == run.twin else f"{noise_words(other)}, {other.id}"


def run_view(view: View, label: str, snapshot: Snapshot | None = None) -> RunView:
    """The run for the figures; with ``snapshot`` everything as it was at that step."""
    run = view.run
    last = math.inf if snapshot is None else snapshot.step
    return RunView(
        id=run.id,
        label=label,
        config=run.effective,
        evaluations=[e for e in view.evaluations if e.step <= last],
        summaries=[s for s in view.summaries if s.step <= last],
        snapshot=snapshot or view.snapshot,
        state=run.outcome,
        step=run.step,
        seconds_left=run.seconds_left,
        result=run.result if snapshot is None else None,
    )


def noise_words(run: Run) -> str:
    """The noise, short: what a legend has room for."""
    return injected_briefly(run.effective)


def data_title(name: str) -> str:
    """Title of a dataset; its name if it is not there, or not for this person."""
    return title_of(name)


def heading(run: Run) -> str:
    """Its name, if it was given one, its data and its noise."""
    name = f"{run.title}: " if run.title else ""
    return f"{name}{data_title(run.config.data)}, {injected(run.effective)}"


def settings_line(run: Run) -> str:
    """The settings that say most, in one line."""
    config = run.effective
    parts = [config.family.short] if config.family.short else []
    parts += [f"width {config.width}", f"sigma {course(config, 'sigma')}"]
    parts += [f"learning rate {course(config, 'lr')}"]
    if config.stability is None:
        parts = [part for part in parts if not part.startswith("sigma")]
    elif "conv_noise" not in config.without_effect:
        parts.append(f"noise per {config.conv_noise}")
    if config.depth > 1:
        parts.append(f"depth {config.depth}")
    if how := config.optimizer_kind.words(config):
        parts.append(how)
    if not config.gradient:
        parts.append("no gradient steps")
    if config.scaling != "standard":
        parts.append(config.scaling.replace("_", " "))
    seeds = f"seed {config.seed}"
    if config.replicates > 1:
        seeds = f"seeds {config.seed} to {config.seed + config.replicates - 1}"
    parts += [f"batches of {config.batch_size}", seeds, f"run {run.id}"]
    return " · ".join(parts)


def beside_words(run: Run, others: Sequence[str]) -> str:
    """How many seeds it has and what stands beside it: ``8 seeds, with Gaussian control``."""
    seeds = run.config.replicates
    parts = [f"{seeds} seeds" if seeds > 1 else "", f"with {_listed(others)}" if others else ""]
    return ", ".join(filter(None, parts))


def _listed(names: Sequence[str]) -> str:
    """``noise-free and Gaussian controls``; those of equal steps after the others."""
    ends, short = f"{_CONTROL}{OF_EQUAL_STEPS}", [n.removesuffix(OF_EQUAL_STEPS) for n in names]
    plain = [name for name in names if not name.endswith(ends)]
    again = [name for name, whole in zip(short, names, strict=True) if whole.endswith(ends)]
    said = _together(plain)
    if again and again == plain:
        return f"{said}, at equal target and at equal steps"
    return " and ".join(filter(None, [said, again and f"{_together(again)}{OF_EQUAL_STEPS}"]))


def _together(names: Sequence[str]) -> str:
    if len(names) > 1 and all(name.endswith(_CONTROL) for name in names):
        short = [name.removesuffix(_CONTROL) for name in names]
        return f"{', '.join(short[:-1])} and {short[-1]} controls"
    return " and ".join(names)
