"""A sweep as a job array: each task computes one part into a file; one command collects them.

No store, no network, no server: what a batch system such as Slurm needs is a number per task.
"""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hts.budget.groups import plan_groups
from hts.config import RunConfig
from hts.data import load
from hts.runs.recorder import Undisturbed
from hts.studio.cluster.part_file import (
    FORMAT,
    PATTERN,
    Failed,
    Header,
    PartFile,
    check_alike,
    read_part,
)
from hts.studio.cluster.versions import code_version, data_checksum
from hts.studio.jobs.processes.group_jobs import parts_after_trouble
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.sweeps import begin_sweep, resume_sweep, same_sweep
from hts.studio.jobs.workers.ended import Ended
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput, whole

MOST_PARTS = 100_000


@dataclass(frozen=True, kw_only=True)
class Part:
    """The ``number``-th of ``of`` parts, from 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Part:
        """From ``3/20``; raises `BadInput` for other texts."""
        found = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text)
        if found is None:
            raise BadInput(f"a part must be written I/N, such as 3/20, got {text!r}.")
        why = "tasks of the array are counted so"
        of = whole("the number of parts", found[2], low=1, high=MOST_PARTS, why=why)
        return cls(number=whole("the part", found[1], low=1, high=of, why=why), of=of)

    def groups(self, configs: list[RunConfig]) -> list[list[int]]:
        """Positions of its runs, group by group: every ``of``-th group of the whole sweep.

        They are the groups that one machine would compute, so that results agree to the bit.
        """
        return plan_groups(configs)[self.number - 1 :: self.of]


class StopAtSignal(Undisturbed):
    """Answers "stop" once this process was asked to end: a time limit, Ctrl+C."""

    def __init__(self) -> None:
        self.stopping = False

    def end(self, _signal: int = 0) -> None:
        """Stop at the next step.  A signal handler may call this."""
        self.stopping = True

    def wanted(self, step: int) -> str:
        return "stop" if self.stopping else "run"


def compute_part(
    spec: SweepSpec,
    part: Part,
    folder: Path,
    *,
    threads: int | None,
    control: StopAtSignal,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[int, int, int]:
    """Compute what the part's file in ``folder`` lacks; returns runs done, failed and in all.

    ``told(done, total)`` is called as runs end.  Members of which something is missing are
    computed with their whole group, so that a task that is begun again comes to the same bits.
    """
    import torch

    from hts.studio.jobs.workers.compute import compute

    if threads is not None:
        torch.set_num_threads(threads)
    configs = spec.configs()
    groups = part.groups(configs)
    dataset = functools.cache(load)
    names = dict.fromkeys(configs[position].data for group in groups for position in group)
    file = PartFile(
        folder,
        Header(
            format=FORMAT,
            sweep=spec.to_json(),
            part=part.number,
            of=part.of,
            code=code_version(),
            data={name: data_checksum(dataset(name)) for name in names},
        ),
    )
    done, failed, total = file.ended(), 0, sum(map(len, groups))
    told(len(done), total)

    def tell(ended: Ended) -> None:
        file.add(ended)
        done.add(ended.position)
        told(len(done), total)

    try:
        waiting = groups[::-1]
        while waiting and not control.stopping:
            group = waiting.pop()
            if not set(group) - done:
                continue
            trouble = compute(
                {position: configs[position] for position in group},
                dataset(configs[group[0]].data),
                wanted=frozenset(group) - done,
                keep_weights=spec.keep_weights,
                threads=threads,
                tell=tell,
                control=control,
            )
            if trouble is None:
                continue
            left = [position for position in group if position not in done]
            parts = parts_after_trouble(left, memory=trouble.out_of_memory)
            waiting += [list(one) for one in parts[::-1]]
            for position in left if not parts else ():
                file.add(Failed(position=position, words=trouble.words))
                failed += 1
    finally:
        file.close()
    return len(done), failed, total


def collect(store: Store, folder: Path) -> Sweep:
    """Record every part in ``folder`` in the store, as one sweep; returns it as it stands then.

    What is there already stays.  If runs are missing the sweep is stopped with words, and can be
    resumed here, or collected again once they are there.  Raises `BadInput` for parts that do not
    belong together.
    """
    paths = sorted(folder.glob(PATTERN))
    if not paths:
        raise BadInput(f"{folder} holds no {PATTERN}: `--part I/N --out {folder}` writes them.")
    first, _ = read_part(paths[0])
    for path in paths[1:]:
        check_alike(path, read_part(path)[0], first)
    spec = SweepSpec.from_json(first.sweep)
    sweep_id = _begun(store, spec)
    words: dict[int, str] = {}
    for path in paths:
        for one in read_part(path)[1]:
            if isinstance(one, Failed):
                words[one.position] = one.words
            else:
                one.record(store, sweep_id)
                words.pop(one.position, None)
    with store.db.writing():
        for position, said in words.items():
            store.members.fail(sweep_id, position, said)
        store.sweeps.start_again(sweep_id, worker=this_process())  # drops the groups planned above
        sweep = store.sweeps.get(sweep_id)
        if sweep.active:
            missing = sweep.total - sweep.done - sweep.failed
            store.sweeps.stop(
                sweep_id,
                f"Collected {time.strftime('%Y-%m-%d %H:%M')} from {len(paths)} of {first.of} "
                f"parts: {missing} runs are in none of them. Collect again once they are there, or "
                "resume to compute them here.",
            )
    return store.sweeps.get(sweep_id)


def _begun(store: Store, spec: SweepSpec) -> str:
    found = same_sweep(store, spec)
    if found is None:
        return begin_sweep(store, spec, worker=this_process())
    if store.sweeps.get(found).state != "finished":
        resume_sweep(store, found, worker=this_process())
    return found
