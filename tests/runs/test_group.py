"""Members of an ensemble end as they end alone, each at its own step."""

from __future__ import annotations

import pytest

from hts import RunConfig
from hts.data import load
from hts.runs.group import run_group
from hts.runs.outcome import Outcome
from hts.runs.recorder import InMemory, Undisturbed
from hts.runs.single import train
from hts.validate import BadInput

BASE = RunConfig(width=60, iterations=60, eval_every=5, lr=0.05)
VARIED = [
    BASE,
    BASE.replace(seed=2, noise="II", alpha=1.5),
    BASE.replace(seed=2, noise="I", sigma=0.003, iterations=23),
    BASE.replace(noise="none", lr=0.1, target_accuracy=60.0),
    BASE.replace(seed=3, noise="gaussian", eval_every=7),
    BASE.replace(seed=4, alpha=1.6, target_accuracy=100.0),
    BASE.replace(seed=4, alpha=2.0),
]


@pytest.fixture(scope="module")
def digits():
    return load("digits")


def together(configs, data, **more) -> list[Outcome]:
    outcomes: list[Outcome] = []
    run_group(configs, data, on_end=outcomes.append, **more)
    return outcomes


@pytest.mark.slow
@pytest.mark.parametrize("change", [{}, {"batch_size": 2000}, {"depth": 2, "width": 30}])
def test_every_member_ends_as_it_ends_alone(change, digits):
    configs = [config.replace(**change) for config in VARIED]
    outcomes = {o.member: o for o in together(configs, digits)}
    assert sorted(outcomes) == list(range(len(configs)))
    for number, config in enumerate(configs):
        memory = InMemory()
        alone, got = train(config, digits, recorder=memory), outcomes[number].result
        assert (got.iterations, got.stop_reason) == (alone.iterations, alone.stop_reason)
        assert got.message == alone.message
        for name in ("train_accuracy", "test_accuracy"):
            assert getattr(got, name) == pytest.approx(getattr(alone, name), abs=0.6)
        assert got.pruning_ratio == pytest.approx(alone.pruning_ratio, abs=100 / 60 + 1e-9)
        if alone.tail_index is not None:
            assert got.tail_index.alpha == pytest.approx(alone.tail_index.alpha, abs=1e-3)
        steps = {e.step: e for e in memory.evaluations}
        assert outcomes[number].evaluations[-1].step == alone.iterations
        for mine in outcomes[number].evaluations:
            if mine.step in steps:
                assert mine.train_loss == pytest.approx(steps[mine.step].train_loss, rel=1e-3)


def test_weights_are_those_of_the_run_alone(digits):
    kept = {}

    def keep(outcome: Outcome) -> None:
        kept[outcome.member] = outcome.tensors()

    run_group(VARIED, digits, on_end=keep)

    class Last(InMemory):
        def checkpoint(self, step, seconds, tensors):
            self.tensors = tensors

    for number, config in enumerate(VARIED):
        memory = Last()
        train(config, digits, recorder=memory)
        for name, alone in memory.tensors.items():
            assert kept[number][name] == pytest.approx(alone, rel=2e-3, abs=2e-5)


def test_a_member_that_diverges_is_an_outcome_and_the_others_go_on(digits):
    wild = BASE.replace(activation="identity", sigma=3.0, lr=2.0, alpha=1.2, iterations=400)
    calm = wild.replace(sigma=0.01, lr=0.02, alpha=1.9)
    outcomes = {o.member: o for o in together([wild, calm], digits)}
    assert outcomes[0].result.stop_reason == "diverged"
    assert outcomes[0].snapshot is None
    assert "Diverged at step" in outcomes[0].result.message
    assert outcomes[1].result.iterations == 400
    assert train(wild, digits).iterations == outcomes[0].result.iterations


def test_stopping_drops_those_that_have_not_ended(digits):
    class StopsAt30(Undisturbed):
        def wanted(self, step):
            return "stop" if step >= 30 else "run"

        def wait(self, step):
            raise AssertionError

    outcomes = together(VARIED, digits, control=StopsAt30())
    assert {o.member for o in outcomes} >= {2}
    assert all(o.result.iterations <= 30 for o in outcomes)


def test_pure_noise_has_no_gradient_steps(digits):
    configs = [BASE.replace(gradient=False, seed=seed, sigma=1.0) for seed in (1, 2)]
    for outcome, config in zip(together(configs, digits), configs, strict=True):
        assert outcome.result.tail_index == train(config, digits).tail_index


def test_members_of_different_shapes_are_refused(digits):
    with pytest.raises(BadInput, match="may differ in seed"):
        together([BASE, BASE.replace(width=61)], digits)


def test_convolutional_members_are_trained_one_after_the_other(digits):
    base = RunConfig(model="cnn", width=8, iterations=2, eval_every=1, batch_size=20)
    configs = [base.replace(seed=1), base.replace(seed=2, noise="I")]
    weights = []
    outcomes = []

    def keep(outcome: Outcome) -> None:
        outcomes.append(outcome)
        weights.append(outcome.tensors())

    run_group(configs, digits, on_end=keep)
    assert [o.member for o in outcomes] == [0, 1]
    for outcome, config in zip(outcomes, configs, strict=True):
        alone = train(config, digits)
        assert outcome.result.test_accuracy == alone.test_accuracy
        assert outcome.snapshot is not None
        assert outcome.snapshot.test_accuracy == alone.test_accuracy
    assert set(weights[0]) == set(weights[1]) != set()


def test_scheduled_members_are_each_as_alone_and_apart_from_those_that_stay(digits):
    base = RunConfig(width=20, iterations=40, eval_every=10, device="cpu")
    scheduled = base.replace(alpha="2@0/1.2@10", sigma="0.01@0/0.3@20")
    with pytest.raises(BadInput, match="members of an ensemble may differ"):
        run_group([base, scheduled], digits, on_end=list)
    several = [scheduled, scheduled.replace(seed=7, alpha="1.9@0/1.5@5")]
    outcomes = together(several, digits)
    for outcome, config in zip(outcomes, several, strict=True):
        alone = train(config, digits)
        assert outcome.result.test_accuracy == alone.test_accuracy
        assert outcome.result.pruning_ratio == alone.pruning_ratio
        assert outcome.result.tail_index == alone.tail_index
