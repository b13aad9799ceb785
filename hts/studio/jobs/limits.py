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
from hts.validate import BadInput

GB = 10**9
LOOK, LOOKS = 21_000, 40  # bytes of a kept look at one network (digits), and how many there may be

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


def need_room(
    store: Store, person: Person, configs: Sequence[RunConfig], *, in_sweep: bool = False
) -> None:
    """`BadInput` with the numbers if these runs are more than ``person`` may have.

    Runs ``in_sweep`` do not count as waiting.
    """
    need_disk(store.home)
    if person.may_everything:
        return
    limits = current().limits[person.role]
    _, queued = store.owners.unfinished_of(person.id)
    if in_sweep and len(configs) > limits.sweep_runs:
        raise BadInput(
            f"a {person.role}'s sweep may have {limits.sweep_runs} runs, got {len(configs)}: "
            "vary fewer settings, or take fewer seeds."
        )
    if not in_sweep and queued + len(configs) > limits.queued:
        raise BadInput(
            f"you have {queued} of at most {limits.queued} runs waiting, so {len(configs)} more "
            "cannot be queued: wait until some have begun, or stop some."
        )
    for config in configs:
        need_size(config, limits, person.role)
    used = store.owners.bytes_of(person.id) / GB
    more = 0.0 if in_sweep else sum(map(_disk, configs)) / GB
    if used + more > limits.disk_gb:
        raise BadInput(
            f"your runs take {used:.3g} GB of the {limits.disk_gb:g} GB that a {person.role} has, "
            f"and this would take {more:.2g} GB more: delete some first."
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


def _disk(config: RunConfig) -> int:
    """About how many bytes a run of ``config`` has written when it ends.

    A checkpoint has what the optimizer keeps too; of several networks each has its weights beside.
    """
    sizes, networks = info(config.data).sizes, len(members(config))
    each = config.family.parameters(config, inputs=sizes["inputs"], classes=sizes["classes"])
    copies = 1 + len(config.optimizer_kind.kept(config)) + (networks > 1)
    return networks * (LOOK * LOOKS + 4 * each * copies)


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
