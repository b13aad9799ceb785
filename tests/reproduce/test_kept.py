"""Networks kept: none is trained twice, whoever asks, and the first failure ends the work."""

import dataclasses
import threading
import time

import msgspec
import pytest
from reproduce_factories import TINY

from hts.reproduce import run as reproduce_run
from hts.reproduce.run import Kept, Workplace, _key
from hts.reproduce.setup import WEAK

BUDGET = 12
SMALL = TINY.smaller(widths=(20,), seeds=1)


def quiet(says, share):
    assert 0 <= share <= 1
    assert says


def plain(networks):
    return {(network.cell, network.seed): network.looks for network in networks}


@pytest.fixture
def taken(monkeypatch):
    """Settings and steps of every network that is trained."""
    found, follow = [], reproduce_run.follow

    def counted(config, dataset, examples, regimes, steps, *rest):
        found.append((config.hash, tuple(steps)))
        return follow(config, dataset, examples, regimes, steps, *rest)

    monkeypatch.setattr(reproduce_run, "follow", counted)
    return found


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    file = tmp_path_factory.mktemp("kept") / "networks.jsonl"
    place = Workplace([TINY], file)
    return file, place.planned, place.run(2, quiet)


def test_what_was_trained_is_not_trained_again_and_a_cut_line_is_no_line(trained, taken):
    file, planned, networks = trained
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]) + lines[-1][:40])
    again = Workplace([TINY], file).run(1, quiet)
    assert len(taken) == 1
    assert plain(again) == plain(networks)
    more = Workplace([TINY.smaller(seeds=3)], file).run(2, quiet)
    assert len(more) == planned * 3 // 2
    assert len(taken) == 1 + planned // 2


@pytest.mark.parametrize("slots", [1, 3])
def test_networks_that_setups_share_are_trained_once_and_waited_for(tmp_path, monkeypatch, slots):
    begun, follow = [], reproduce_run.follow

    def slow(config, *others):
        begun.append(config.hash)
        time.sleep(0.2)
        return follow(config, *others)

    monkeypatch.setattr(reproduce_run, "follow", slow)
    setups = [dataclasses.replace(SMALL, name=f"digits-{n}") for n in range(3)]
    networks = Workplace(setups, tmp_path / "x.jsonl").run(slots, quiet)
    assert len(networks) == 9
    assert len(begun) == len(set(begun)) == 3
    assert {network.setup for network in networks} == {setup.name for setup in setups}


def stops_at(monkeypatch, steps):
    """Let noisy networks diverge at a step that depends on their alpha, so at once."""
    follow = reproduce_run.follow

    def made(config, dataset, examples, regimes, asked, *rest):
        if config.alpha in steps and config.noise == "III":
            names = tuple(regime.name for regime in regimes)
            look = follow(config, dataset, examples, regimes, (), *rest)[0][0]
            return [msgspec.structs.replace(look, step=steps[config.alpha], stops=names)], 0.0
        return follow(config, dataset, examples, regimes, asked, *rest)

    monkeypatch.setattr(reproduce_run, "follow", made)


def test_a_kept_control_serves_fewer_steps_and_comes_as_if_trained_for_them(
    tmp_path, monkeypatch, taken
):
    stops_at(monkeypatch, {1.9: 3, 1.75: 5, 1.5: 7})
    both = SMALL.smaller(alphas=(1.9, 1.5), regimes=("full",))
    one, other = both.smaller(alphas=(1.5,)), both.smaller(alphas=(1.75,))
    fresh = {
        setup.alphas: plain(Workplace([setup], tmp_path / f"{n}.jsonl").run(1, quiet))
        for n, setup in enumerate((both, one, other))
    }
    quiet_cell = (both.quiet(20), 1)
    assert [look.step for look in fresh[1.9, 1.5][quiet_cell]] == [3, 7, BUDGET]
    assert [look.step for look in fresh[(1.5,)][quiet_cell]] == [7, BUDGET]

    file = tmp_path / "networks.jsonl"
    Workplace([both], file).run(1, quiet)
    del taken[:]
    assert plain(Workplace([one], file).run(1, quiet)) == fresh[(1.5,)]
    assert taken == []
    assert plain(Workplace([other], file).run(1, quiet)) == fresh[(1.75,)]
    assert {steps for _, steps in taken} >= {(3, 5, 7, BUDGET)}  # those of before are kept too
    del taken[:]
    assert plain(Workplace([both, one, other], file).run(2, quiet)).keys() >= fresh[1.9, 1.5].keys()
    for setup in (both, one, other):
        assert plain(Workplace([setup], file).run(1, quiet)) == fresh[setup.alphas]
    assert taken == []


def test_a_file_of_before_whose_controls_are_kept_by_their_steps_is_read(tmp_path, taken):
    file, old = tmp_path / "networks.jsonl", tmp_path / "old.jsonl"
    place = Workplace([SMALL], file)
    networks = place.run(1, quiet)
    ends = {}
    for network in networks:
        steps = sorted(ends.get("all", ())) if network.alpha in (None, 2.0) else []
        if steps == []:
            ends.setdefault("all", set()).update(look.step for look in network.looks)
        told = (SMALL.config(network.cell, 1).hash, place.noise,
                place.sources["digits"].sha256, list(SMALL.regimes))  # fmt: skip
        line = Kept(key=_key(*told, steps), network=network)
        with old.open("ab") as out:
            out.write(msgspec.json.encode(line) + b"\n")
    del taken[:]
    assert plain(Workplace([SMALL], old).run(1, quiet)) == plain(networks)
    assert taken == []


def test_a_control_that_diverged_is_known_at_every_later_step(tmp_path, taken):
    wild = SMALL.smaller(base={**SMALL.base, "lr": 1e30}, regimes=("full",))
    file = tmp_path / "x.jsonl"
    first = plain(Workplace([wild], file).run(1, quiet))
    assert all(looks[-1].diverged for looks in first.values())
    del taken[:]
    weak = wild.smaller(levels={"III": (WEAK, *wild.levels["III"])})
    Workplace([weak], file).run(1, quiet)
    assert wild.config(wild.quiet(20), 1).hash not in {name for name, _ in taken}


def test_a_bad_network_is_told_not_swallowed(tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(reproduce_run, "follow", broken)
    with pytest.raises(RuntimeError, match="no"):
        Workplace([TINY], tmp_path / "x.jsonl").run(2, quiet)


def test_the_first_failure_stops_the_rest(tmp_path, monkeypatch):
    begun, failed = [], threading.Event()

    def full(self, one):
        failed.set()
        raise OSError(28, "No space left on device")

    def slow(config, dataset, examples, regimes, steps, stopped, *rest):
        begun.append(config.seed)
        if len(begun) > 1:
            failed.wait(20)
            for _ in range(200):
                if not stopped():
                    time.sleep(0.01)
            raise reproduce_run.Stopped
        return reproduced(config, dataset, examples, regimes, steps, stopped, *rest)

    reproduced = reproduce_run.follow
    monkeypatch.setattr(reproduce_run, "follow", slow)
    monkeypatch.setattr(Workplace, "_keep", full)
    with pytest.raises(OSError, match="No space left"):
        Workplace([SMALL.smaller(seeds=8)], tmp_path / "x.jsonl").run(2, quiet)
    assert len(begun) < 5


def test_a_store_where_nothing_can_be_kept_is_told_before_anything_is_trained(tmp_path, taken):
    (tmp_path / "networks.jsonl").mkdir()
    with pytest.raises(OSError, match="directory"):
        Workplace([SMALL], tmp_path / "networks.jsonl")
    assert taken == []
