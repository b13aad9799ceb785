"""A run whose settings are changed while it trains has the history of its schedule, bit for bit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from hts.config import RunConfig
from hts.data import load
from hts.runs.recorder import InMemory, Undisturbed
from hts.runs.single import Checkpoint, _Run, train

CONFIG = RunConfig(
    data="moons", width=30, iterations=60, eval_every=5, batch_size=20, sigma=0.2, device="cpu"
)
CHANGES = {
    3: {"alpha": 1.2},
    10: {"lr": 0.1, "sigma": 0.05},
    11: {"noise": "II"},
    25: {"noise": "none"},
    40: {"noise": "III", "alpha": 1.9},
}


class Steered(Undisturbed):
    """Says these changes after these steps."""

    def __init__(self, changes):
        self.by_step = changes

    def changes(self, step):
        return self.by_step.get(step, {})


class Kept(InMemory):
    """With the checkpoint of every step."""

    saves = True

    def __init__(self):
        super().__init__()
        self.states = {}

    def checkpoint(self, step, seconds, tensors):
        self.states[step] = {name: array.copy() for name, array in tensors.items()}


def history(recorder):
    points = [dataclasses.replace(point, seconds=0.0) for point in recorder.evaluations]
    return points, [dataclasses.replace(look, seconds=0.0) for look in recorder.snapshots]


def planned(changes) -> RunConfig:
    config = CONFIG
    for step, values in changes.items():
        config = config.steered(step + 1, **values)
    return config


@pytest.fixture(scope="module")
def dataset():
    return load("moons")


def trained(config, dataset, **more):
    recorder = Kept()
    train(config, dataset, recorder=recorder, **more)
    return recorder


def test_steered_run_equals_its_schedule(dataset):
    steered = trained(CONFIG, dataset, control=Steered(CHANGES))
    repeated = trained(planned(CHANGES), dataset)
    plain = trained(CONFIG, dataset)
    assert history(steered) == history(repeated)
    for name, array in steered.states[60].items():
        assert np.array_equal(array, repeated.states[60][name])
    assert history(steered) != history(plain)


def test_new_value_holds_from_the_next_step_and_not_before(dataset, monkeypatch):
    monkeypatch.setattr("hts.runs.single.CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr("hts.runs.single.LIVE_SHARE", 1.0)
    steered = trained(CONFIG, dataset, control=Steered({10: {"lr": 0.5, "alpha": 1.2}}))
    plain = trained(CONFIG, dataset)
    weights = next(iter(plain.states[10]))
    # State 11 has noise 10, of the old alpha, and gradient 11, of the new rate.
    only_rate = trained(CONFIG.steered(11, lr=0.5), dataset)
    for step in (10, 11, 12):
        same_as_plain = np.array_equal(steered.states[step][weights], plain.states[step][weights])
        as_rate = np.array_equal(steered.states[step][weights], only_rate.states[step][weights])
        assert (same_as_plain, as_rate) == {
            10: (True, True), 11: (False, True), 12: (False, False)
        }[step]  # fmt: skip


def test_what_waits_is_taken_up_before_the_first_step_of_a_resumed_run(dataset):
    first = trained(CONFIG.replace(iterations=20), dataset)
    state = Checkpoint(20, 0.0, first.states[20])
    resumed = trained(CONFIG, dataset, control=Steered({20: {"alpha": 1.2}}), checkpoint=state)
    whole = trained(CONFIG.steered(21, alpha=1.2), dataset)
    name = next(iter(whole.states[60]))
    assert np.array_equal(resumed.states[60][name], whole.states[60][name])


def test_looks_do_not_depend_on_noise_that_begins_later():
    digits = load("digits")
    silent = RunConfig(width=500, batch_size=10, iterations=300_000, eval_every=1, noise="none")

    def looks(config):
        return vars(_Run(config, digits, InMemory(), Undisturbed()).looks)

    assert looks(silent) != looks(silent.replace(noise="III"))  # noise is work, which counts
    assert looks(silent.steered(100, noise="III")) == looks(silent)
