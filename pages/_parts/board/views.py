"""Stored runs as the figures see them, and their names."""

from __future__ import annotations

import math

from hts.data import info
from hts.records import Snapshot
from hts.studio.figures.view import RunView
from hts.studio.figures.words import course, injected, injected_briefly
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.studio.store.tail import View
from hts.validate import BadInput


def run_view(view: View, label: str, snapshot: Snapshot | None = None) -> RunView:
    """The run for the figures; with ``snapshot`` everything as it was at that step."""
    run = view.run
    last = math.inf if snapshot is None else snapshot.step
    return RunView(
        id=run.id,
        label=label,
        config=run.config,
        evaluations=[e for e in view.evaluations if e.step <= last],
        summaries=[s for s in view.summaries if s.step <= last],
        snapshot=snapshot or view.snapshot,
        state=state_word(run),
        step=run.step,
        seconds_left=run.seconds_left,
        result=run.result,
        message="",
    )


def state_word(run: Run) -> str:
    """The state as the figures name it; a finished run may have been stopped or have diverged."""
    if run.state == "finished" and run.result and run.result.stop_reason in ("stopped", "diverged"):
        return run.result.stop_reason
    return "queued" if run.state == "starting" else run.state


def noise_words(run: Run) -> str:
    """The noise, short: what a legend has room for."""
    return injected_briefly(run.config)


def twin_words(run: Run, other: Run) -> str:
    """Name of the run laid over ``run``, in legends and read-outs."""
    noise = noise_words(other)
    if other.id != run.twin:
        return f"{noise}, {other.id}"
    return {"no noise": "no-noise twin", "Gaussian": "Gaussian twin"}.get(noise, noise)


def data_title(name: str) -> str:
    """Title of a dataset; its name if it is no longer there."""
    try:
        return info(name).title
    except BadInput:
        return name


def settings_line(run: Run) -> str:
    """The settings that say most, in one line."""
    config = run.config
    parts = [config.family.short] if config.family.short else []
    parts += [f"width {config.width}", f"sigma {course(config, 'sigma')}"]
    parts += [f"learning rate {course(config, 'lr')}"]
    if config.stability is None:
        parts = [part for part in parts if not part.startswith("sigma")]
    elif "conv_noise" not in config.without_effect:
        parts.append(f"noise per {config.conv_noise}")
    if config.depth > 1:
        parts.append(f"depth {config.depth}")
    if not config.gradient:
        parts.append("no gradient steps")
    if config.scaling != "standard":
        parts.append(config.scaling.replace("_", " "))
    parts += [f"batches of {config.batch_size}", f"seed {config.seed}", f"run {run.id}"]
    return " · ".join(parts)


def sentence_about(runs: list[Run]) -> str:
    """The noise of the run, and what lies beside it."""
    noise = injected(runs[0].config)
    if len(runs) == 1:
        return noise
    name = twin_words(*runs)
    return f"{noise}, beside {'its ' if name.endswith('twin') else ''}{name}"


def twin_choice(store: Store, run_id: str) -> str:
    """What the Twin switch was when this run was started."""
    other = store.runs.get(run_id).twin
    if other is None:
        return "off"
    return "no-noise" if store.runs.get(other).config.stability is None else "gaussian"
