"""The one way from a group of runs to its results: together, or one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from hts.budget.memory import check_memory
from hts.config import VARYING, RunConfig
from hts.data.sources import Dataset
from hts.models.arrays import weight_names
from hts.runs.ensemble import train_together
from hts.runs.group_state import GroupState, Nobody, Onlooker, RunSoFar, standing
from hts.runs.outcome import Outcome
from hts.runs.recorder import Control, InMemory, Undisturbed
from hts.runs.single import Checkpoint, train
from hts.validate import BadInput


def run_group(
    configs: Sequence[RunConfig],
    dataset: Dataset,
    *,
    on_end: Callable[[Outcome], None],
    control: Control | None = None,
    onlooker: Onlooker | None = None,
    state: GroupState | None = None,
) -> None:
    """Train ``configs`` on ``dataset`` and tell of each as it ends.

    One after the other, where their model family has no way to train them together, or none for
    their optimizer.
    ``control`` is asked once a step; when it wants to stop, members that have not ended are dropped
    without a word, once the ``onlooker`` was asked.  With a ``state`` that an onlooker was given,
    ``configs`` are those of its runs in its order, and they go on from there.  A divergence is an
    outcome.  Raises `BadInput` when shapes do not agree or not even one member fits into the
    memory; outcomes told before an exception stand.
    """
    if len({config.shape for config in configs}) > 1:
        raise BadInput(
            f"members of an ensemble may differ in {', '.join(VARYING)} only: their products are "
            "made in one call."
        )
    if not configs:
        return
    if state is not None and len(state.runs) != len(configs):
        raise BadInput(f"the state is of {len(state.runs)} runs, not of {len(configs)}.")
    check_memory(configs[0], **dataset.sizes)
    control, onlooker = control or Undisturbed(), onlooker or Nobody()
    if not train_together(configs, dataset, on_end, control, onlooker, state):
        _one_by_one(configs, dataset, on_end, control, onlooker, state)


def _one_by_one(
    configs: Sequence[RunConfig],
    dataset: Dataset,
    on_end: Callable[[Outcome], None],
    control: Control,
    onlooker: Onlooker,
    state: GroupState | None,
) -> None:
    """A state is of the run that is being trained."""
    for number, config in enumerate(configs):
        begun = state if number == 0 else None
        memory = _Watched(control, onlooker, number, len(configs))
        checkpoint = None
        if begun is not None:
            memory.evaluations += begun.runs[0].evaluations
            checkpoint = Checkpoint(begun.step, begun.runs[0].seconds, dict(begun.tensors))
        result = train(config, dataset, recorder=memory, control=memory, checkpoint=checkpoint)
        if result.stop_reason == "stopped":
            return
        ended = result.stop_reason != "diverged"
        on_end(
            Outcome(
                member=number,
                result=result,
                snapshot=memory.snapshots[-1] if ended else None,
                evaluations=memory.evaluations,
                tensors=memory.weights,
            )
        )


class _Watched(InMemory):
    """Records a run and keeps its last weights; hands on what the onlooker wants.

    It is the run's control too, since that is asked after a checkpoint on the way, not after the
    last one, from which nothing goes on.
    """

    def __init__(self, control: Control, onlooker: Onlooker, number: int, total: int) -> None:
        super().__init__()
        self._control, self._onlooker = control, onlooker
        self._number, self._total = number, total
        self._at: tuple[int, float] | None = None  # step and seconds of the tensors
        self._tensors: dict[str, np.ndarray] = {}

    @property
    def saves(self) -> bool:
        """Its checkpoints are of use to the group."""
        return True

    def checkpoint(self, step: int, seconds: float, tensors: dict[str, np.ndarray]) -> None:
        """Keep them."""
        self._at, self._tensors = (step, seconds), tensors

    def weights(self) -> dict[str, np.ndarray]:
        """The final weights by name; of a diverged run those of its last checkpoint, or none."""
        return {name: self._tensors[name] for name in weight_names(self._tensors)}

    def wanted(self, step: int) -> str:
        """As the control says."""
        word = self._control.wanted(step)
        if self._onlooker.wants_look():
            self._onlooker.look(step, [standing(self._number, self.evaluations, None)])
        nbytes = sum(array.nbytes for array in self._tensors.values())
        if self._at is not None and self._at[0] == step and self._onlooker.wants_state(nbytes):
            rest = [RunSoFar(seconds=0.0, evaluations=())] * (self._total - self._number - 1)
            mine = RunSoFar(seconds=self._at[1], evaluations=tuple(self.evaluations))
            state = GroupState(step=step, runs=(mine, *rest), tensors=self._tensors)
            self._onlooker.state(range(self._number, self._total), state)
        return word

    def until(self) -> int | None:
        """As the control says."""
        return self._control.until()

    def wait(self, step: int) -> str:
        """As the control says."""
        return self._control.wait(step)

    def changes(self, step: int) -> Mapping[str, Any]:
        """As the control says."""
        return self._control.changes(step)
