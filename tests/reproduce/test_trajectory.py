"""A network followed is the network that trains alone, whatever is looked at on the way."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from reproduce_factories import TINY

from hts.data import load
from hts.noise.sources import NoiseSource
from hts.reproduce.regimes import REGIMES, Regime
from hts.reproduce.trajectory import Stopped, follow
from hts.runs.session import Session
from hts.runs.single import train
from hts.training.examples import Examples

DIGITS = load("digits")
EXAMPLES = Examples(DIGITS, torch.device("cpu"))
EARLY, FULL = REGIMES["early-80"], REGIMES["full"]


def config(noise="III", **changes):
    kind = TINY.heavy(40, noise, 1.5, "strong") if noise != "none" else TINY.quiet(40)
    return TINY.config(kind, 3).replace(**{"iterations": 30, **changes})


def looks_of(settings, regimes, steps=()):
    return follow(settings, DIGITS, EXAMPLES, regimes, steps)[0]


def test_a_regime_ends_a_network_where_it_stops_alone_with_the_same_figures():
    settings = config("none", lr=0.5, iterations=60)
    early, full = looks_of(settings, [EARLY, FULL])
    alone = train(settings.replace(target_accuracy=80.0, eval_every=1), DIGITS)
    assert (early.stops, early.step) == (("early-80",), alone.iterations)
    assert early.accuracy[0] == pytest.approx(alone.test_accuracy, abs=1e-3)
    assert early.compressible == pytest.approx(alone.pruning_ratio, abs=1e-3)
    assert early.pruned == pytest.approx(alone.test_accuracy_pruned, abs=1e-3)
    assert (full.stops, full.step) == (("full",), 60)


def test_a_higher_target_asked_at_the_same_step_ends_no_lower_one_early():
    settings = config("none", lr=0.05, iterations=200)
    higher = Regime(name="x", title="x", target=99.9, every=1)
    alone, *_ = looks_of(settings, [EARLY])
    early, *_ = looks_of(settings, [higher, EARLY])
    assert 1 < alone.step < 200
    assert (early.stops, early.step) == (("early-80",), alone.step)
    assert early.train_accuracy >= 80


def test_looks_change_nothing_and_come_where_they_are_asked_for():
    few = looks_of(config(), [FULL])
    many = looks_of(config(), [FULL], steps=(1, 7, 30))
    assert [look.step for look in many] == [1, 7, 30]
    assert many[-1] == few[-1]
    assert many[0].stops == ()


def test_a_network_goes_on_beyond_its_own_end_where_a_control_is_asked_for():
    found = looks_of(config("none", lr=0.5), [EARLY], steps=(30,))
    assert found[0].stops == ("early-80",)
    assert found[-1].step == 30


def test_an_accuracy_between_two_looks_ends_nothing():
    tens = Regime(name="x", title="x", target=50.0, every=10)
    assert not tens.ends(9, 99.0, 30)
    assert tens.ends(10, 50.0, 30)
    assert not tens.ends(20, 49.9, 30)
    assert tens.ends(30, 0.0, 30)


def test_displacement_is_the_sum_of_the_noise_and_the_rest_is_the_gradients():
    settings = config()
    *_, last = looks_of(settings, [FULL])
    session = Session(settings, DIGITS)
    start = session.network.hidden[0].clone()
    source = NoiseSource(settings.noise, settings.alpha, seed=settings.seed)
    received = torch.zeros_like(start)
    for step in range(1, last.step + 1):
        session.gradient(step)
        if step < last.step:
            session.noise(step)
            source.add_(received, settings.noise_scale, step)
    gradient = session.network.hidden[0] - start - received
    assert last.by_noise == pytest.approx(float(received.norm() / start.norm()), rel=1e-3)
    assert last.by_gradient == pytest.approx(float(gradient.norm() / start.norm()), abs=1e-3)
    quiet = looks_of(config("none"), [FULL])[-1]
    assert quiet.by_noise == 0.0
    assert quiet.by_gradient > 0


def test_a_network_that_diverges_ends_every_regime_and_answers_nothing():
    found = looks_of(config(lr=1e30, sigma=0.0), [EARLY, FULL])
    assert found[-1].diverged
    assert found[-1].stops[-1] == "full"
    assert np.all(found[-1].curve.at([0, 0.8]) == 0)


def test_a_wish_to_stop_ends_it():
    with pytest.raises(Stopped):
        follow(config(), DIGITS, EXAMPLES, [FULL], stopped=lambda: True)


def test_an_interrupted_network_goes_on_to_the_same_looks(tmp_path, monkeypatch):
    monkeypatch.setattr("hts.reproduce.saved.SAVE_SECONDS", 0.0)
    whole, _ = follow(config(), DIGITS, EXAMPLES, [EARLY, FULL], (5, 20))
    file, asked = tmp_path / "state.npz", []

    def soon():
        asked.append(1)
        return len(asked) > 12

    with pytest.raises(Stopped):
        follow(config(), DIGITS, EXAMPLES, [EARLY, FULL], (5, 20), soon, file)
    assert file.exists()
    rest, _ = follow(config(), DIGITS, EXAMPLES, [EARLY, FULL], (5, 20), saved=file)
    assert rest == whole
    assert not file.exists()
    file.write_bytes(b"cut short")
    again, _ = follow(config(), DIGITS, EXAMPLES, [EARLY, FULL], (5, 20), saved=file)
    assert again == whole


@pytest.mark.parametrize("content", [b"", b"PK", "no step"])
def test_a_damaged_state_is_begun_anew(tmp_path, content):
    file = tmp_path / "state.npz"
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        np.savez(file, looks=np.frombuffer(b'{"looks":[]}', dtype=np.uint8))
    looks, _ = follow(config(), DIGITS, EXAMPLES, [EARLY], saved=file)
    assert looks == looks_of(config(), [EARLY])


def test_two_at_a_time_may_save_the_same_network(tmp_path, monkeypatch):
    monkeypatch.setattr("hts.reproduce.saved.SAVE_SECONDS", 0.0)
    file, real, between = tmp_path / "state.npz", np.savez, []

    def savez(handle, **told):
        real(handle, **told)
        if not between:  # the other one writes and ends while this one still writes
            between.append(1)
            with ThreadPoolExecutor(1) as other:
                other.submit(follow, config(), DIGITS, EXAMPLES, [EARLY], saved=file).result()

    monkeypatch.setattr(np, "savez", savez)
    looks, _ = follow(config(), DIGITS, EXAMPLES, [EARLY], saved=file)
    assert looks == looks_of(config(), [EARLY])
    assert list(tmp_path.iterdir()) == []
