"""Run a stored run of several networks, from its last checkpoint if it has one, into the store."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hts.config.arms import MAIN, members
from hts.data import Dataset
from hts.foreign import guarded
from hts.records import Evaluation, Moment, RunResult, SnapshotSummary, decode, encode, summarise
from hts.runs.lockstep import train_several
from hts.runs.recorder import Control
from hts.runs.several import SeveralState
from hts.studio.store.networks import median_of_records
from hts.studio.store.run_row import Run
from hts.studio.store.series import show
from hts.studio.store.store import Store


def execute_several(store: Store, run: Run, dataset: Dataset, control: Control | None) -> RunResult:
    """Train the networks of ``run``; marking the run finished is the caller's."""
    recorder = OnDiskSeveral(store, run)
    return train_several(
        run.effective, dataset, recorder=recorder, control=control, state=recorder.load()
    )


@dataclass
class OnDiskSeveral:
    """Writes what the networks record into the store, and under the run's name their medians."""

    store: Store
    run: Run
    watched: bool = True

    def __post_init__(self) -> None:
        self._number = self.store.runs.number(self.run.id)
        named = members(self.run.config)
        self._main = [member.arm.key == MAIN for member in named]
        known = self.store.networks.evaluations_of_all(self._number, -1)
        self._last = {  # of each noisy network; one that has ended keeps it
            place: known[member.key][-1]
            for place, member in enumerate(named)
            if self._main[place] and member.key in known
        }

    @property
    def saves(self) -> bool:
        return self.watched

    def evaluations(self, step: int, points: Mapping[int, Evaluation]) -> None:
        noisy = {place: point for place, point in points.items() if self._main[place]}
        self._last |= noisy
        with self.store.db.writing():
            self.store.networks.add_evaluations(self.run, self._number, points)
            if noisy:
                last = list(self._last.values())
                middle = dataclasses.replace(median_of_records(last), step=step)
                self.store.series.add_evaluations(self.run.id, [middle])

    def moment(self, moment: Moment) -> None:
        noisy: list[SnapshotSummary] = [
            summarise(shown)
            for shown, main in zip(moment.members, self._main, strict=True)
            if main and shown is not None
        ]
        with self.store.db.writing():
            self.store.networks.add_moment(self.run, self._number, moment)
            if noisy:
                middle = dataclasses.replace(median_of_records(noisy), step=moment.step, layers=[])
                fitting = [one for one in noisy if one.fits is not False]
                if middle.fits is not False and fitting:  # rejected ones are in no median
                    tail = median_of_records(fitting)
                    middle = dataclasses.replace(
                        middle, alpha=tail.alpha, alpha_low=tail.alpha_low,
                        alpha_high=tail.alpha_high,
                    )  # fmt: skip
                self.store.series.add_summary(self.run.id, middle)
        self.live(moment)

    def live(self, moment: Moment) -> None:
        show(self.store.home.networks(self.run.id), moment)

    def progress(self, step: int, seconds: float) -> None:
        self.store.control.progress(self.run.id, step, seconds)

    def checkpoint(self, state: SeveralState) -> None:
        about = {name: encode(getattr(state, name)).decode() for name in ("ended", "spent")}
        self.store.arrays.save_checkpoint(
            self.run.id, state.step, state.seconds, state.tensors, **about
        )

    def final(self, key: str, tensors: Mapping[str, np.ndarray]) -> None:
        self.store.arrays.save_weights(f"{self.run.id}.{key}", tensors)

    def load(self) -> SeveralState | None:
        """The last checkpoint, or None."""
        found = self.store.arrays.load_checkpoint(self.run.id)
        if found is None:
            return None
        about = self.store.arrays.checkpoint_says(self.run.id)
        with guarded("the checkpoint of this run"):
            return SeveralState(
                step=found.step,
                seconds=found.seconds,
                ended=decode(about["ended"], dict[str, RunResult]),
                spent=decode(about["spent"], dict[str, float]),
                tensors=found.tensors,
            )
