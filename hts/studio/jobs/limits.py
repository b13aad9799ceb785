"""What one person may have at once, checked when a run is asked for and while it computes."""

from __future__ import annotations

import functools
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from hts.config import RunConfig
from hts.config.arms import members
from hts.data.sources import info
from hts.studio.jobs.processes.disk import need_disk
from hts.studio.lab.people import Person, Role
from hts.studio.lab.settings import LabSettings, Limits, current
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput

GB = 10**9
LONGEST_TITLE = 200
MANY_TIMES = 4
LOOK, LOOKS = 21_000, 40  # bytes of a kept look at one network (digits), and how many there may be

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


def need_room(store: Store, person: Person, configs: Sequence[RunConfig]) -> None:
    """`BadInput` with the numbers if these runs are more than ``person`` may have."""
    _need_sizes(person, configs)
    need_place(store, person, len(configs), networks=sum(map(_several, configs)))
    need_bytes(store, person, sum(map(_disk, configs)))


def runs_of_sweep(person: Person, spec: SweepSpec) -> list[RunConfig]:
    """The runs of a sweep; `BadInput` if ``person`` may not have so many, or so large ones."""
    if person.may_everything:
        return spec.configs()
    need_countable(person, spec)
    configs = spec.configs()
    _need_so_many(person, len(configs), current().limits[person.role].sweep_runs)
    _need_sizes(person, configs)
    return configs


def need_countable(person: Person, spec: SweepSpec) -> None:
    """`BadInput` for a sweep of so many runs that ``person`` cannot have it, before they are made.

    Runs without effect of their own, which do not count, are not many times the others.
    """
    if not person.may_everything:
        most = current().limits[person.role].sweep_runs
        if spec.most_runs > MANY_TIMES * most:
            _need_so_many(person, spec.most_runs, most)


def _need_so_many(person: Person, runs: int, most: int) -> None:
    if runs > most:
        raise BadInput(
            f"a {person.role}'s sweep may have {most} runs, got {runs}: vary fewer settings, or "
            "take fewer seeds."
        )


def need_room_for_sweep(
    store: Store, person: Person, configs: Sequence[RunConfig], *, keeps: bool
) -> None:
    """`need_room` for a sweep, which is one request; its runs count with those of other sweeps.

    ``keeps``: it keeps their weights.
    """
    need_place(store, person, 1, networks=len(configs))
    need_bytes(store, person, sum(map(_weights, configs)) if keeps else 0)


def need_place(store: Store, person: Person, requests: int, *, networks: int = 0) -> None:
    """`BadInput` if ``person`` may not have so many more requests waiting.

    ``networks``: that they train beside each other or as a sweep.
    """
    need_disk(store.home)
    if person.may_everything:
        return
    limits, now = current().limits[person.role], store.owners.unfinished_of(person.id)
    if now.waiting + requests > limits.queued:
        others = " (paused runs and sweeps count)" if now.waiting > now.queued else ""
        raise BadInput(
            f"you have {now.waiting} of at most {limits.queued} runs waiting{others}, so "
            f"{requests} more cannot be queued: wait until some have begun, or stop some."
        )
    if networks and now.networks + networks > limits.sweep_runs:
        raise BadInput(
            f"your sweeps and runs of several networks have {now.networks} of at most "
            f"{limits.sweep_runs} networks to train, so {networks} more cannot be queued: wait "
            "until some have ended, or stop some."
        )


def need_turn_or_place(store: Store, person: Person, run: Run) -> None:
    """`BadInput` if ``person`` may not let ``run``, which is theirs, go on.

    A paused worker goes on at once, and without a worker the run waits: both are limited.
    """
    if run.owner != person.id or not (run.resumable or run.state == "paused"):
        return
    if run.held:
        _need_turn(store, person)
    else:
        need_place(store, person, 1)


def need_title(title: str) -> None:
    """`BadInput` for a title that is more than a line."""
    if len(title) > LONGEST_TITLE:
        raise BadInput(f"a title has at most {LONGEST_TITLE} characters, got {len(title)}.")


def _need_turn(store: Store, person: Person) -> None:
    """`BadInput` if ``person`` computes as much as they may: a paused run stays paused."""
    if person.may_everything:
        return
    computing, most = store.owners.computing()[person.id], current().limits[person.role].running
    if computing >= most:
        raise BadInput(
            f"you have {computing} of at most {most} runs computing: wait until one has ended, or "
            "pause or stop one."
        )


def _need_sizes(person: Person, configs: Sequence[RunConfig]) -> None:
    for config in () if person.may_everything else configs:
        need_size(config, current().limits[person.role], person.role)


def need_bytes(store: Store, person: Person, nbytes: int) -> None:
    """`BadInput` if ``person`` may not have so many bytes more on disk."""
    if person.may_everything:
        return
    limits = current().limits[person.role]
    used, more = store.owners.bytes_of(person.id) / GB, nbytes / GB
    if used + more > limits.disk_gb:
        raise BadInput(
            f"your runs, tables and weights take {used:.3g} GB of the {limits.disk_gb:g} GB that "
            f"a {person.role} has{f', and this would take {more:.2g} GB more' * bool(nbytes)}: "
            "delete some first."
        )


def stop_overlong(store: Store, held: Iterable[Run], settings: LabSettings) -> None:
    """Stop the runs that have computed longer than their owners may, and say why."""
    for run in held:
        most = limits_of(store, settings, run.owner).seconds
        if run.state == "running" and run.want != "stop" and run.seconds > most:
            log.info("run %s has computed for more than %g s and is stopped", run.id, most)
            store.control.request(
                run.id, "stop", why=f"It computed longer than the {most:g} s its owner may have."
            )


def need_size(config: RunConfig, limits: Limits, role: Role) -> None:
    """`BadInput` if a single run is larger or longer than a person in ``role`` may ask for.

    Its parameters are those of all its networks.
    """
    sizes, networks = info(config.data).sizes, len(members(config))
    each = config.family.parameters(config, inputs=sizes["inputs"], classes=sizes["classes"])
    got = {"width": config.width, "iterations": config.iterations, "parameters": networks * each}
    for name, value in got.items():
        if value > (most := getattr(limits, name)):
            of = f" in {networks} networks" if networks > 1 and name == "parameters" else ""
            raise BadInput(
                f"{name} may be at most {most} for a {role} of this lab, got {value}{of}: others "
                "use the machine too."
            )


def _several(config: RunConfig) -> int:
    """The networks of a run of several; one alone is the run itself."""
    count = len(members(config))
    return count if count > 1 else 0


def _weights(config: RunConfig) -> int:
    """Bytes of the final weights of one network."""
    sizes = info(config.data).sizes
    return 4 * config.family.parameters(config, inputs=sizes["inputs"], classes=sizes["classes"])


def _disk(config: RunConfig) -> int:
    """About how many bytes a run of ``config`` has written when it ends.

    A checkpoint has what the optimizer keeps too; of several networks each has its weights beside.
    """
    networks = len(members(config))
    copies = 1 + len(config.optimizer_kind.kept(config)) + (networks > 1)
    return networks * (LOOK * LOOKS + _weights(config) * copies)


def usable(before: LabSettings) -> LabSettings:
    """The settings of the lab as they are now; ``before`` while their file cannot be used."""
    try:
        return current()
    except BadInput as error:
        _warn_once(f"the settings of before are kept: {error}")
        return before


@functools.lru_cache(maxsize=8)
def _warn_once(text: str) -> None:
    log.warning(text)


def limits_of(store: Store, settings: LabSettings, owner: str | None) -> Limits:
    """The limits of whoever owns a run; somebody whose role is not known counts as a member."""
    if owner is None or not settings.hosted:
        return settings.limits["admin"]
    known = store.people.get(owner)
    role = known.role if known is not None else "member"
    return settings.limits.get(role, settings.limits["member"])


def busy_owners(store: Store, settings: LabSettings | None = None) -> frozenset[str]:
    """Who computes as much as they may now: no further group of a sweep begins for them."""
    settings = usable(LabSettings()) if settings is None else settings
    if not settings.hosted:
        return frozenset()
    counts = store.owners.computing().items()
    return frozenset(o for o, n in counts if n >= limits_of(store, settings, o or None).running)


def startable(
    queue: Sequence[Run], computing: Iterable[Run], most: Callable[[str | None], int]
) -> list[Run]:
    """Of ``queue``, in its order, what may begin without anybody having more than ``most`` runs."""
    count = Counter(run.owner for run in computing)
    found = []
    for run in queue:
        if count[run.owner] < most(run.owner):
            count[run.owner] += 1
            found.append(run)
    return found
