"""Groups that go on from a state come to the bits of groups that were never interrupted."""

from __future__ import annotations

import dataclasses
import json

import pytest

from hts import RunConfig
from hts.data import load
from hts.records import encode
from hts.runs import single
from hts.runs.group import run_group
from hts.runs.group_state import GroupState, Nobody, Standing
from hts.runs.outcome import Outcome
from hts.runs.recorder import Undisturbed
from hts.studio.jobs.workers.saved_state import from_saved, to_save
from hts.validate import BadInput

BASE = RunConfig(width=40, iterations=60, eval_every=5, lr=0.05, batch_size=200)
VARIED = [
    BASE,
    BASE.replace(seed=2, noise="II", alpha=1.5),
    BASE.replace(seed=2, noise="I", sigma=0.003, iterations=23),
    BASE.replace(noise="none", lr=0.1, target_accuracy=60.0),
    BASE.replace(seed=4, alpha=1.6, target_accuracy=100.0),
]


class Keeper(Nobody):
    """Takes every state that comes, and one look."""

    def __init__(self) -> None:
        self.states: dict[int, tuple[list[int], GroupState]] = {}
        self.looks: dict[int, list[Standing]] = {}

    def wants_look(self) -> bool:
        return True

    def look(self, step, runs) -> None:
        self.looks[step] = list(runs)

    def wants_state(self, nbytes) -> bool:
        self.nbytes = nbytes
        return True

    def state(self, runs, state) -> None:
        assert self.nbytes == state.nbytes
        self.states[state.step] = self.last = list(runs), state


class StopsAt(Undisturbed):
    def __init__(self, step: int) -> None:
        self.step = step

    def wanted(self, step: int) -> str:
        return "stop" if step >= self.step else "run"

    def wait(self, step: int) -> str:
        raise AssertionError


def told(outcome: Outcome) -> dict:
    """Everything that it came to but the time; weights to the bit."""

    def plain(record) -> dict:
        found = json.loads(encode(record))
        found.pop("seconds", None)
        return found

    return {
        "result": plain(outcome.result),
        "snapshot": None if outcome.snapshot is None else plain(outcome.snapshot),
        "evaluations": [plain(one) for one in outcome.evaluations],
        "weights": {name: a.tobytes() for name, a in outcome.tensors().items()},
    }


def go(configs, data, **more) -> dict[int, dict]:
    found: dict[int, dict] = {}

    def on_end(outcome: Outcome) -> None:
        found[outcome.member] = told(outcome)

    run_group(configs, data, on_end=on_end, **more)
    return found


@pytest.fixture(scope="module")
def digits():
    return load("digits")


@pytest.mark.parametrize("change", [{}, {"batch_size": 2000}, {"depth": 2, "width": 30}])
@pytest.mark.parametrize("step", [1, 30])
def test_to_the_bit_also_after_some_have_ended(change, step, digits):
    configs = [config.replace(**change) for config in VARIED]
    whole = go(configs, digits)
    kept = Keeper()
    before = go(configs, digits, onlooker=kept, control=StopsAt(step))
    runs, state = kept.states[step]
    assert (len(before) > 0) == (step == 30)  # some have ended by then
    assert sorted(runs) == sorted(set(range(len(configs))) - set(before))
    saved = to_save([10 + run for run in runs], state, code="c")
    again = from_saved(saved, code="c")
    after = go([configs[run] for run in runs], digits, state=again)
    assert before | {runs[member]: one for member, one in after.items()} == whole


@pytest.mark.parametrize(
    "change", [{"model": "cnn"}, {"momentum": 0.9}, {"optimizer": "adam", "lr": 0.002, "depth": 2}]
)
def test_runs_that_are_trained_one_by_one_too(change, digits, monkeypatch):
    monkeypatch.setattr(single, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(single, "LIVE_SHARE", 1.0)
    base = RunConfig(width=8, iterations=6, eval_every=2, batch_size=20, **change)
    configs = [base.replace(seed=1), base.replace(seed=2, noise="I")]
    whole = go(configs, digits)

    class StopsInTheSecond(StopsAt):
        runs = 0

        def wanted(self, step):
            self.runs += step == 1
            return super().wanted(step) if self.runs == 2 else "run"

    kept = Keeper()
    before = go(configs, digits, onlooker=kept, control=StopsInTheSecond(4))
    runs, state = kept.last
    assert (sorted(before), runs) == ([0], [1])
    assert 0 < state.step <= 5
    after = go(configs[1:], digits, state=state)
    assert before | {1: after[0]} == whole


def test_looks_tell_loss_and_accuracy_of_those_that_go_on(digits):
    kept = Keeper()
    go(VARIED, digits, onlooker=kept)
    assert [one.run for one in kept.looks[4]] != []
    assert all(one.loss is not None and one.train_accuracy is None for one in kept.looks[4])
    late = {one.run: one for one in kept.looks[50]}
    assert 2 not in late  # it ended at step 23
    assert late[0].train_accuracy > 20
    assert late[0].loss < kept.looks[4][0].loss


def test_states_that_do_not_fit_are_refused(digits):
    kept = Keeper()
    go(VARIED[:2], digits, onlooker=kept, control=StopsAt(3))
    runs, state = kept.states[3]
    with pytest.raises(BadInput, match="of 2 runs, not of 1"):
        go(VARIED[:1], digits, state=state)
    saved = to_save(runs, state, code="old")
    assert from_saved(saved, code="new") is None
    assert from_saved(saved._replace(words="{")) is None
    assert from_saved(saved).runs == state.runs
    assert dataclasses.replace(state, runs=()).nbytes == state.nbytes
