"""The one way from a group of a sweep to its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hts.budget.memory import check_memory
from hts.config import RunConfig
from hts.data.sources import Dataset
from hts.runs.ensemble import train_together
from hts.runs.group_state import GroupState, Onlooker
from hts.runs.outcome import Outcome
from hts.runs.single import Control


def run_group(
    configs: Sequence[RunConfig],
    dataset: Dataset,
    *,
    on_end: Callable[[Outcome], None],
    control: Control,
    onlooker: Onlooker | None = None,
    state: GroupState | None = None,
) -> None:
    """Train ``configs``, which have the same shapes (`hts.studio.sweeps.groups.shape_of`).

    ``on_end`` is told of each member as it ends.  When ``control.wanted`` answers "stop", members
    that have not ended are dropped.  ``onlooker`` and ``state``: who looks on the way, and where to
    go on, as in `train_together`.  An exception ends the group, `BadInput` among them when not
    even one member fits into the memory; outcomes told before it stand.
    """
    check_memory(configs[0], **dataset.sizes)
    train_together(configs, dataset, on_end=on_end, control=control, onlooker=onlooker, state=state)
