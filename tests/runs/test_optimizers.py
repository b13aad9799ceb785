"""Runs with other optimizers than plain SGD: together, on any number of threads, what is kept."""

from __future__ import annotations

import pytest
import torch

from hts import RunConfig
from hts.config.arms import members
from hts.data import load
from hts.runs.group import run_group
from hts.runs.lockstep import train_several
from hts.runs.recorder import InMemory, Undisturbed
from hts.runs.session import Session
from hts.runs.several import SeveralInMemory, SeveralState
from hts.runs.single import train

MOMENTUM = RunConfig(
    width=50, iterations=12, eval_every=4, momentum=0.9, weight_decay=0.01, device="cpu"
)
ADAM = MOMENTUM.replace(optimizer="adam", momentum=0, lr=0.002)
CNN = MOMENTUM.replace(model="cnn", width=8, batch_size=120, nesterov=True)


@pytest.fixture(scope="module")
def digits():
    return load("digits")


class Last(InMemory):
    def checkpoint(self, step, seconds, tensors):
        self.tensors = tensors


@pytest.mark.parametrize("base", [MOMENTUM, ADAM, CNN], ids=["momentum", "adam", "cnn"])
def test_members_of_a_group_have_the_bits_of_runs_alone(base, digits):
    configs = [base.replace(seed=seed, noise=noise) for seed, noise in ((1, "III"), (2, "none"))]
    cpu = torch.device("cpu")
    assert base.family.stack(configs, digits.inputs, len(digits.classes), cpu) is None
    kept = {}
    run_group(configs, digits, on_end=lambda o: kept.update({o.member: o.tensors()}))
    for number, config in enumerate(configs):
        memory = Last()
        train(config, digits, recorder=memory)
        assert sorted(kept[number]) == sorted(Session(config, digits).network.named())
        for name, mine in kept[number].items():
            assert mine.tobytes() == memory.tensors[name].tobytes()


def test_a_checkpoint_has_what_the_optimizer_keeps_and_a_plain_one_only_weights(digits):
    found = {}
    for config in (MOMENTUM, ADAM, MOMENTUM.replace(momentum=0), RunConfig(width=50)):
        session = Session(config, digits)
        session.gradient(1)
        found[config] = {name for name in session.tensors() if name.startswith("optimizer.")}
    layers = ("hidden_1", "output")
    taken, what = "optimizer.taken", "optimizer.{}.{}"
    assert list(found.values()) == [
        {taken, *(what.format("momentum_buffer", layer) for layer in layers)},
        {taken, *(what.format(k, layer) for k in ("exp_avg", "exp_avg_sq") for layer in layers)},
        {taken},
        set(),
    ]  # fmt: skip


@pytest.mark.parametrize("base", [MOMENTUM, ADAM], ids=["momentum", "adam"])
def test_seeds_and_controls_side_by_side_go_on_to_the_bits_of_runs_alone(base, digits):
    scheduled = f"{base.lr}@0/{base.lr / 2}@5/{base.lr / 8}@11:linear"
    config = base.replace(replicates=2, controls="none", lr=scheduled)

    class Saver(SeveralInMemory):
        saves = True

    class PausesAt7(Undisturbed):
        def until(self):
            return 7

        def wanted(self, step):
            return "pause" if step == 7 else "run"

        def wait(self, step):
            states.append(saver.last)
            return "stop"

    states: list[SeveralState] = []
    saver, resumed = Saver(), SeveralInMemory()
    train_several(config, digits, recorder=saver, control=PausesAt7())
    assert [state.step for state in states] == [7]
    train_several(config, digits, recorder=resumed, state=states[0])
    for member in members(config):
        memory = Last()
        train(member.config, digits, recorder=memory)
        for name, mine in resumed.weights[member.key].items():
            assert mine.tobytes() == memory.tensors[name].tobytes()


@pytest.mark.parametrize("config", [MOMENTUM, ADAM, CNN], ids=["momentum", "adam", "cnn"])
def test_the_number_of_threads_changes_no_bit(config, digits):
    before, made = torch.get_num_threads(), []
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            session = Session(config.replace(width=8 if config is CNN else 1500), digits)
            for step in (1, 2, 3):
                session.gradient(step)
                session.noise(step)
            made.append({name: array.tobytes() for name, array in session.tensors().items()})
    finally:
        torch.set_num_threads(before)
    assert made[0] == made[1]


def test_the_output_layer_stays_as_drawn_where_it_is_not_trained(digits):
    session = Session(MOMENTUM.replace(train_output=False), digits)
    before = session.network.tensors()
    for step in (1, 2):
        session.gradient(step)
    after = session.network.tensors()
    assert after["output"].tobytes() == before["output"].tobytes()
    assert after["hidden_1"].tobytes() != before["hidden_1"].tobytes()
