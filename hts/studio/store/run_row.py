"""`Run`: one row of the store, as a frozen record."""

from __future__ import annotations

import dataclasses
import functools
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from hts.config import RunConfig
from hts.config.arms import member_named, members, trains_several
from hts.data.sources import info
from hts.foreign import guarded
from hts.records import RunResult, decode
from hts.validate import BadInput

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")

State = Literal[
    "queued", "starting", "running", "paused", "finished", "failed", "interrupted", "cancelled"
]
Want = Literal["run", "pause", "stop"]
Visibility = Literal["private", "lab", "public"]

VISIBILITIES: tuple[Visibility, ...] = ("private", "lab", "public")

HELD: tuple[State, ...] = ("starting", "running", "paused")  # a worker may have it
ENDED: tuple[State, ...] = ("finished", "failed", "interrupted", "cancelled")

SKILL = 0.1  # of the way from guessing to no mistake, which a network of use has gone
WATCH = "watch-"  # begins the ids of trainings that `hts.watch` shows, which are no runs
LARGEST = 1e3  # scale of weights, which begin below 1
TOLD_FROM = 0.05  # share done before which the pace is that of the beginning


class Unknown(BadInput, KeyError):
    """Nothing has this name; ``kind``: of what it was to be the name."""

    kind = "such thing"
    why = ": it may have been deleted, or belong to another HTS_HOME."

    def __init__(self, name: object) -> None:
        super().__init__(f"there is no {self.kind} {name!r}{self.why}")

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would show it in quotes


class UnknownRun(Unknown):
    """No run has this id."""

    kind = "run"

    def __init__(self, name: object) -> None:
        super().__init__(name)
        if str(name).startswith(WATCH):
            says = (
                f"{name} is a watched training and no run: its settings and data are not known "
                "here, so it cannot be repeated, resumed, compared or pruned. See it with "
                "python -m hts watched, or on the page Runs."
            )
            self.args = (says,)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Somebody wants a setting of a run to be ``value`` from its next step on."""

    setting: str
    value: float | str
    who: str | None  # id of a person
    at: float  # unix seconds, when it was asked for


@dataclass(frozen=True, kw_only=True)
class Change(Wish):
    """A wish that came true: the setting has that value from step ``step`` on."""

    step: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as it stands.  Times are unix seconds; ``seconds`` is training time without pauses.

    States: ``queued``; ``starting`` (given to a worker); ``running``; ``paused``; ``finished``
    (with a result, also when it was stopped or diverged); ``failed``; ``interrupted`` (its worker
    ended without a result); ``cancelled`` (stopped before it began).
    """

    id: str
    config: RunConfig  # as asked; `effective` has what was changed since
    state: State
    message: str
    title: str
    twin: str | None  # the run it is shown against, same seed; set on both
    created: float
    started: float | None
    ended: float | None
    step: int  # steps done
    seconds: float
    pid: int | None
    pid_started: float | None
    want: Want  # what was asked of the worker
    want_step: int | None  # pause again when this step is reached
    result: RunResult | None
    device: str
    threads: int | None
    attempt: int  # how many workers have begun it
    losses: int  # of these, how many ended unasked since its last checkpoint
    checkpoint_step: int | None  # from where a new worker would continue
    revision: int  # grows with every change of the row or of what belongs to it
    epoch: int  # grows when recorded points were taken back (see `Store.rollback`)
    sweep: str | None  # the sweep it was made for
    owner: str | None = None  # who asked for it; None: whoever has the machine
    visibility: Visibility = "private"  # beyond its owner: nobody, the lab, everybody
    steered: tuple[Change, ...] = ()  # what was changed while it trained, by step
    wishes: tuple[Wish, ...] = ()  # what its worker has yet to take up
    number: int = 0  # of its row
    notes: str = ""  # what people say of it
    tags: tuple[str, ...] = ()
    star: bool = False

    @functools.cached_property
    def effective(self) -> RunConfig:
        """The settings with what was changed: a run of them has the same history."""
        found = self.config
        for change in self.steered:
            found = found.steered(change.step, **{change.setting: change.value})
        return found

    @property
    def held(self) -> bool:
        """A worker has it (a paused run may have outlived its worker)."""
        return self.state in ("starting", "running") or (
            self.state == "paused" and self.pid is not None
        )

    @property
    def active(self) -> bool:
        """It is waiting for a worker or has one: worth watching."""
        return self.state == "queued" or self.held

    @property
    def resumable(self) -> bool:
        """It has no worker and no result: another one continues from its checkpoint, if any."""
        return self.state == "interrupted" or (self.state == "paused" and self.pid is None)

    @property
    def outcome(self) -> str:
        """The state in one word; of a finished run that ``stopped``, ``diverged`` or came to
        nothing (``useless``) just that."""
        if self.state == "finished" and self.result is not None:
            reasons = {one.result.stop_reason for one in self.result.members}
            if "stopped" in reasons or self.result.stop_reason in ("stopped", "diverged"):
                return "stopped" if "stopped" in reasons else self.result.stop_reason
            return "useless" if self.useless else "finished"
        return "queued" if self.state == "starting" else self.state

    @property
    def useless(self) -> str:
        """Why its network answers nothing, in a sentence; "" where it does or has not ended."""
        return "" if self.result is None else useless(self.config, self.result)

    @property
    def progress(self) -> float:
        """Share of the step budget that is done, 0 to 1; at the target nothing is left to do.

        Of several networks that were stopped, the mean of their shares.
        """
        if self.result is not None and self.result.members:
            ended = [one.result for one in self.result.members]
            whole = self.config.iterations
            left = [1 - r.iterations / whole for r in ended if r.stop_reason == "stopped"]
            return 1 - sum(left) / len(ended)
        if self.result is not None and self.result.stop_reason == "target reached":
            return 1.0
        return min(1.0, self.step / self.config.iterations)

    @property
    def seconds_left(self) -> float | None:
        """Training time to the end of the budget at the pace so far; None when unknown."""
        if not self.active:
            return None
        return seconds_left(self.seconds, self.step, self.config.iterations)


def useless(config: RunConfig, result: RunResult) -> str:
    """Why a network that ended well answers nothing, in a sentence; "" where it does, or where
    that is not known.  Pure noise was never meant to answer anything."""
    accuracy, tail = result.test_accuracy, result.tail_index
    if accuracy is None or not config.gradient:
        return ""
    if tail is not None and tail.scale > LARGEST:
        return f"Its weights have grown to about {tail.scale:.0e}; they begin below 1."
    guess = _guess(config.data) if result.guess is None else result.guess
    if guess is None or accuracy - guess >= SKILL * (100 - guess):
        return ""
    better = "hardly" if round(accuracy, 1) > round(guess, 1) else "no"
    return f"Its test accuracy, {accuracy:.1f} %, is {better} better than guessing ({guess:.1f} %)."


def _guess(data: str) -> float | None:
    """Accuracy in percent of guessing among classes of one size."""
    try:
        return 100 / info(data).classes
    except BadInput:  # a table that is gone, or not for this person
        return None


def split(run_id: str) -> tuple[str, str | None]:
    """The run and the key of the network in it, None for the run itself."""
    if not isinstance(run_id, str):
        raise UnknownRun(run_id)
    base, _, key = run_id.partition(".")
    return (base, key) if base and key else (run_id, None)


def networks_of(run: Run) -> list[str]:
    """The ids of the networks in ``run``; none for a run of one network."""
    if "." in run.id or not trains_several(run.config):
        return []
    return [f"{run.id}.{member.key}" for member in members(run.config)]


def network_of(run: Run, key: str) -> Run:
    """One network of ``run`` as a run; `UnknownRun` if it has no such network."""
    try:
        _, member = member_named(run.effective, key)
    except BadInput:
        raise UnknownRun(f"{run.id}.{key}") from None
    found = run.result.members if run.result else []
    result = next((m.result for m in found if f"{m.arm}.{m.seed}" == key), None)
    config = member.config
    if member.arm.equal_steps and result is not None:
        config = config.replace(iterations=result.iterations)
    step = run.step if result is None else result.iterations
    return dataclasses.replace(
        run,
        id=f"{run.id}.{key}",
        config=config,
        result=result,
        twin=None,
        step=step,
        steered=(),
        wishes=(),
    )


_config = functools.lru_cache(maxsize=4096)(RunConfig.from_json)


@functools.lru_cache(maxsize=4096)
def result_of(text: str | None) -> RunResult | None:
    """The result that a column holds as JSON."""
    return None if text is None else decode(text, RunResult)


def from_row(
    row: sqlite3.Row,
    *,
    config: Callable[[str], RunConfig] = _config,
    result: Callable[[str | None], RunResult | None] = result_of,
) -> Run:
    """The record of a row of ``runs``; raises `BadInput` if its texts cannot be read.

    Columns that a newer program has added meanwhile are passed over: a worker goes on.
    ``config``, ``result``: read these texts, by default once for all who ask.
    """
    with guarded(f"the record of run {row['id']}"):
        return record_of(
            Run,
            row,
            config=config(row["config"]),
            result=result(row["result"]),
            steered=_changes(row["steered"]),
            wishes=_wishes(row["wishes"]),
            tags=tuple(json.loads(row["tags"])),
            star=bool(row["star"]),
        )


def record_of(kind: type[Record], row: sqlite3.Row, **read: Any) -> Record:
    """A ``kind`` of the row's columns; ``read``: fields that are not as they stand there."""
    plain = {name: row[name] for name in _names(kind) if name not in read}
    return kind(**plain, **read)


@functools.cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(kind))


@functools.lru_cache(maxsize=1024)
def _changes(text: str) -> tuple[Change, ...]:
    return decode(text, tuple[Change, ...])


@functools.lru_cache(maxsize=1024)
def _wishes(text: str) -> tuple[Wish, ...]:
    return decode(text, tuple[Wish, ...])


def seconds_left(seconds: float, done: int, of: int) -> float | None:
    """Seconds for the other ``of - done`` at the pace of the first ``done``, which took
    ``seconds``; None while less than `TOLD_FROM` is done."""
    if seconds <= 0 or done <= 0 or done < TOLD_FROM * of:
        return None
    return seconds / done * max(0, of - done)
