"""Settings of a run that are changed while it trains: asked for, taken up, and kept for ever.

What people ask for waits in the run's row.  Its worker takes it up after a step, and in the same
transaction it is written down from which step on it holds, before that step is computed: a worker
that ends at any moment, and another one that goes on from an older checkpoint, find the same
changes at the same steps.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from hts.config import RunConfig
from hts.config.arms import arms
from hts.records import encode
from hts.studio.store.paths import log
from hts.studio.store.run_row import ENDED, Change, Run, Wish
from hts.studio.store.store import Store
from hts.validate import BadInput


def checked(run: Run, changes: Mapping[str, Any]) -> dict[str, float | str]:
    """The values as they are held; `BadInput` for a run that has ended, and for bad ones."""
    if run.state in ENDED:
        way = "resume it first" if run.resumable else "start one with other settings"
        raise BadInput(
            f"run {run.id} is {run.state}, and only a run that trains is steered: {way}."
        )
    if not changes:
        raise BadInput("nothing to change was named: say alpha, sigma, noise or lr.")
    step = run.step + 1
    held = _steered(run.effective, step, changes).at(step)
    return {name: getattr(held, name) for name in changes}


def ask(store: Store, run_id: str, changes: Mapping[str, Any], *, who: str | None) -> None:
    """Let these hold from the next step on; a wish about the same setting is replaced."""
    with store.db.writing():
        run = store.runs.get(run_id)
        new = _wishes(checked(run, changes), who)
        kept = [wish for wish in run.wishes if wish.setting not in changes]
        _write(store, run_id, run.steered, [*kept, *new])


def begin_with(store: Store, run: Run, changes: Mapping[str, Any], *, who: str | None) -> None:
    """Let a run that has no worker yet have these from where it stands on."""
    _record(store, run, run.step + 1, _wishes(checked(run, changes), who))


def take_up(store: Store, run_id: str, step: int) -> Mapping[str, float | str]:
    """What is to hold from ``step`` on, written down; the worker says so before that step.

    What changes nothing is forgotten, and so is what was changed at later steps: a worker that
    went on from an older checkpoint has not come to them.
    """
    if not store.runs.get(run_id).wishes:
        return {}
    with store.db.writing():
        run = store.runs.get(run_id)
        wishes = [wish for wish in run.wishes if _changes_something(run.effective, step, wish)]
        _record(store, run, step, wishes)
        return {wish.setting: wish.value for wish in wishes}


def _record(store: Store, run: Run, step: int, wishes: Iterable[Wish]) -> None:
    new = [Change(step=step, **vars(wish)) for wish in wishes]
    names = {change.setting for change in new}
    kept = [c for c in run.steered if c.step < step or c.setting not in names]
    _write(store, run.id, sorted([*kept, *new], key=lambda change: change.step), ())


def _write(store: Store, run_id: str, steered: Iterable[Change], wishes: Iterable[Wish]) -> None:
    store.runs.update(
        run_id, steered=encode(list(steered)).decode(), wishes=encode(list(wishes)).decode()
    )


def _wishes(values: Mapping[str, float | str], who: str | None) -> list[Wish]:
    now = time.time()
    return [Wish(setting=k, value=value, who=who, at=now) for k, value in values.items()]


def _steered(config: RunConfig, step: int, changes: Mapping[str, Any]) -> RunConfig:
    found = config.steered(step, **changes)
    if [arm.key for arm in arms(found)] != [arm.key for arm in arms(config)]:
        raise BadInput(
            f"{', '.join(changes)} cannot change here: the controls would be networks of their own "
            "from now on, and networks begin with the run. Start one with other settings."
        )
    return found


def _changes_something(config: RunConfig, step: int, wish: Wish) -> bool:
    try:
        return _steered(config, step, {wish.setting: wish.value}) != config
    except BadInput as error:  # it went with what was in force when it was asked for
        log.warning("%s %s is not taken up: %s", wish.setting, wish.value, error)
        return False
