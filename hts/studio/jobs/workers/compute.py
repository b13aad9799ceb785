"""One group of a sweep computed, wherever that is: results are told, troubles are an answer."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping

from hts.config import RunConfig
from hts.data import Dataset
from hts.runs.group import run_group
from hts.runs.group_state import GroupState, Onlooker
from hts.runs.outcome import Outcome
from hts.runs.recorder import Control
from hts.studio.jobs.processes.explain import explain, is_out_of_memory
from hts.studio.jobs.processes.patience import NoRoom
from hts.studio.jobs.workers.ended import Ended, Trouble
from hts.training.device import choose_device

ENDED_EARLY = "The training of its group ended without a result for it."


def compute(
    members: Mapping[int, RunConfig],
    dataset: Dataset,
    *,
    wanted: frozenset[int],
    keep_weights: bool,
    threads: int | None,
    tell: Callable[[Ended], None],
    control: Control,
    onlooker: Onlooker | None = None,
    state: GroupState | None = None,
) -> Trouble | None:
    """Train ``members``, by their positions, and `tell` of those at ``wanted`` positions.

    The others are trained along, so that a group that is tried again comes to the same bits: the
    product of one matrix is not rounded like that of several.  ``onlooker`` and ``state`` as for
    `hts.runs.group.run_group`.  Returns what went wrong, if anything did; what was told
    before stands.
    """
    positions, configs = list(members), list(members.values())
    told: set[int] = set()
    device = ""

    def on_end(outcome: Outcome) -> None:
        position = positions[outcome.member]
        if position in wanted:
            tell(Ended.of(position, outcome, keep_weights, device=device, threads=threads))
            told.add(position)

    try:
        device = str(choose_device(configs[0].device))
        run_group(configs, dataset, on_end=on_end, control=control, onlooker=onlooker, state=state)
    except NoRoom:
        raise
    except Exception as error:
        traceback.print_exc()
        return Trouble(words=explain(error), out_of_memory=is_out_of_memory(error))
    if told < wanted and control.wanted(0) != "stop":
        return Trouble(words=ENDED_EARLY)
    return None
