"""What goes by age, or because its owner has more than their disk: planned, told, and removed.

Only what a person of the lab owns, has ended and is private goes.  What goes on, waits, is shown to
others, is asked for by others, or stands on the board of an open class stays, and the plan says so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from hts.studio.jobs.limits import GB, limits_of
from hts.studio.lab.audit import SYSTEM, note
from hts.studio.lab.people import LOCAL, OPERATOR
from hts.studio.lab.settings import LabSettings
from hts.studio.store.holdings import KINDS
from hts.studio.store.run_row import ENDED, Run
from hts.studio.store.sight import Sight
from hts.studio.store.store import Store
from hts.validate import BadInput

DAY = 86_400.0

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that is old, or too much.  ``stays``: why it does all the same; "" if it goes."""

    what: str  # "run 0123456789-1", "sweep s1", "table:...", "12 entries of the audit log"
    owner: str
    why: str
    bytes: int
    stays: str
    remove: Callable[[], object]


def plan(store: Store, settings: LabSettings, now: float | None = None) -> list[Item]:
    """What is due now, each with whether it goes."""
    now = time.time() if now is None else now
    keep = settings.retention
    found: list[Item] = []
    if keep.run_days is not None:
        found += _old_runs(store, now, keep.run_days)
    if keep.file_days is not None:
        found += _old_files(store, now, keep.file_days)
    if keep.over_quota:
        going = {item.what for item in found if not item.stays}
        found += _over_quota(store, settings, now, going)
    if keep.audit_days is not None:
        found += _old_entries(store, now, keep.audit_days)
    return found


def tidy(store: Store, settings: LabSettings) -> int:
    """Remove what is due; returns how many things went."""
    count = 0
    for item in plan(store, settings):
        if item.stays:
            continue
        try:
            item.remove()
        except BadInput as error:  # it has begun anew meanwhile
            log.info("%s stays: %s", item.what, error)
            continue
        log.info("%s of %s is removed: %s", item.what, item.owner, item.why)
        note(store, SYSTEM, "deleted", f"{item.what} of {item.owner}: {item.why}")
        count += 1
    return count


def _old_runs(store: Store, now: float, days: float) -> Iterator[Item]:
    before = now - days * DAY
    for run in store.runs.list(states=ENDED):
        ended = run.ended or run.created
        if ended < before and _is_persons(run.owner):
            yield _run(store, run, f"ended {_days(now - ended)} days ago, {days:g} are kept")
    for sweep in store.sweeps.list():
        ends = [run.ended or run.created for run in store.runs.list(sweep=sweep.id)]
        ended = max([sweep.created, *ends])
        if ended < before and _is_persons(sweep.owner) and not sweep.active:
            stays = "" if sweep.visibility == "private" else f"shown to: {sweep.visibility}"
            yield Item(
                what=f"sweep {sweep.id}", owner=str(sweep.owner), bytes=0, stays=stays,
                why=f"ended {_days(now - ended)} days ago, {days:g} are kept",
                remove=partial(store.sweeps.delete, sweep.id),
            )  # fmt: skip


def _run(store: Store, run: Run, why: str) -> Item:
    stays = ""
    if run.visibility != "private":
        stays = f"shown to: {run.visibility}"
    elif store.owners.askers(run.id):
        stays = "others asked for it too"
    elif _on_a_board(store, run):
        stays = "on the board of an open class"
    return Item(
        what=f"run {run.id}", owner=str(run.owner), why=why, stays=stays,
        bytes=store.owners.bytes_of_run(run.id), remove=partial(store.runs.delete, run.id),
    )  # fmt: skip


def _on_a_board(store: Store, run: Run) -> bool:
    rows = store.db.rows(
        "SELECT 1 FROM classes JOIN class_members ON class = number WHERE person = ? "
        "AND closed IS NULL AND since <= ?",
        (run.owner, run.created),
    )
    return bool(rows)


def _old_files(store: Store, now: float, days: float) -> Iterator[Item]:
    for kind in KINDS.values():
        for holding in store.holdings.list(kind, Sight(person="", everything=True)):
            if not holding.owner:
                continue
            runs = store.db.rows(
                "SELECT MAX(created), SUM(state IN ('queued', 'starting', 'running', 'paused')) "
                "FROM runs WHERE owner = ? AND instr(config, ?)",
                (holding.owner, holding.name),
            )[0]
            sweeps = store.db.rows(
                "SELECT 1 FROM sweeps WHERE state IN ('queued', 'running') AND instr(spec, ?)",
                (holding.name,),
            )
            used = max(holding.made, runs[0] or 0.0)
            if now - used <= days * DAY:
                continue
            stays = ""
            if runs[1] or sweeps:
                stays = "something still trains on it"
            elif holding.classes:
                stays = "a class uses it"
            elif holding.visibility != "private":
                stays = f"shown to: {holding.visibility}"
            try:
                size = store.holdings.told(holding).bytes
            except BadInput:  # damaged
                size = 0
            yield Item(
                what=holding.name, owner=holding.owner, bytes=size, stays=stays,
                why=f"not used for {_days(now - used)} days, {days:g} are kept",
                remove=partial(store.holdings.delete, holding),
            )  # fmt: skip


def _over_quota(store: Store, settings: LabSettings, now: float, going: set[str]) -> Iterator[Item]:
    """Of who has more than their disk, runs from the oldest on until it is enough."""
    for owner in store.owners.all():
        if owner is None or not _is_persons(owner):
            continue
        most = limits_of(store, settings, owner).disk_gb * GB
        over = store.owners.bytes_of(owner) - most
        if over <= 0:
            continue
        for run in reversed(store.runs.list(states=ENDED, of=[owner])):
            if over <= 0:
                break
            if run.owner != owner:
                continue
            item = _run(store, run, f"its owner has more than {most / GB:g} GB")
            if item.what not in going:
                yield item
            over -= 0 if item.stays else item.bytes


def _old_entries(store: Store, now: float, days: float) -> Iterator[Item]:
    before = now - days * DAY
    count = store.db.rows("SELECT COUNT(*) FROM audit WHERE at < ?", (before,))[0][0]
    if count:
        yield Item(
            what=f"{count} entries of the audit log", owner="nobody", bytes=0, stays="",
            why=f"older than {days:g} days",
            remove=partial(store.db.change, "DELETE FROM audit WHERE at < ?", (before,)),
        )  # fmt: skip


def _is_persons(owner: str | None) -> bool:
    return owner not in (None, LOCAL.id, OPERATOR.id)


def _days(seconds: float) -> int:
    return int(seconds // DAY)
