"""A sweep as the tasks of a job array, run here one after the other as Slurm would run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cluster_steps import results

from hts.studio.cli.main import main
from hts.studio.cluster.array import Part, StopAtSignal, collect, compute_part
from hts.studio.cluster.part_file import part_path
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput

GRID = {"seed": (1, 2), "width": (20, 24, 28)}


@pytest.fixture
def spec(short) -> SweepSpec:
    return SweepSpec(name="array", base=short, grid=GRID)


def part(spec: SweepSpec, folder: Path, number: int, of: int, control=None):
    return compute_part(
        spec, Part(number=number, of=of), folder, threads=1, control=control or StopAtSignal()
    )


@pytest.mark.process
def test_parts_come_to_the_store_of_one_machine(
    spec, home, store, tmp_path_factory, monkeypatch
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    counts = [part(spec, folder, number, 2) for number in (1, 2)]
    assert counts == [(4, 0, 4), (2, 0, 2)]
    assert part(spec, folder, 1, 2) == (4, 0, 4)
    sweep = collect(store, folder)
    assert (sweep.state, sweep.done, sweep.message) == ("finished", 6, "")
    assert collect(store, folder).id == sweep.id  # once more changes nothing
    assert len(store.runs.list(sweep=sweep.id)) == 6

    here = tmp_path_factory.mktemp("here")
    monkeypatch.setenv("HTS_HOME", str(here))
    (here / "array.toml").write_text(
        'name = "array"\n[base]\nwidth = 20\niterations = 30\neval_every = 10\nbatch_size = 50\n'
        'device = "cpu"\n[grid]\nseed = [1, 2]\nwidth = [20, 24, 28]\n'
    )
    assert main(["sweep", str(here / "array.toml"), "--json"]) == 0
    with Store(here) as alone:
        assert results(store, sweep.id) == results(alone, "s1")


def test_a_task_that_was_ended_goes_on(spec, store, tmp_path) -> None:
    class AfterOne(StopAtSignal):
        def wanted(self, step):
            self.stopping = self.stopping or path.read_bytes().count(b"\n") > 1
            return super().wanted(step)

    path = part_path(tmp_path / "parts", 1, 1)
    done, failed, total = part(spec, path.parent, 1, 1, AfterOne())
    assert (failed, total) == (0, 6)
    assert 1 <= done < 6
    with path.open("ab") as file:
        file.write(b'{"position": 5, "resu')  # its task was ended while it wrote
    kept = path.read_bytes()
    sweep = collect(store, path.parent)
    assert (sweep.state, sweep.done) == ("stopped", done)
    assert f"{6 - done} runs are in none of them" in sweep.message

    assert part(spec, path.parent, 1, 1) == (6, 0, 6)
    assert path.read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    sweep = collect(store, path.parent)
    assert (sweep.state, sweep.done) == ("finished", 6)
    assert len(store.runs.list(sweep=sweep.id)) == 6


def test_weights_and_failures_travel(short, store, tmp_path) -> None:
    wide = SweepSpec(name="wide", base=short, grid={"width": (20, 10**9)}, keep_weights=True)
    assert part(wide, tmp_path, 1, 1) == (1, 1, 2)
    sweep = collect(store, tmp_path)
    assert (sweep.state, sweep.done, sweep.failed) == ("finished", 1, 1)
    good, bad = store.sweeps.members(sweep.id)
    assert "width 1000000000 on digits needs about" in bad.message
    shapes = sorted(array.shape for array in store.arrays.load_weights(good.run).values())
    assert shapes == [(10, 20), (20, 64)]


def test_parts_that_do_not_belong_together_are_refused(spec, short, store, tmp_path) -> None:
    one = SweepSpec(name="one", base=short)
    part(one, tmp_path, 1, 2)
    path = part_path(tmp_path, 1, 2)
    with pytest.raises(BadInput, match="belongs to another sweep"):
        part(spec, tmp_path, 1, 2)
    header = path.read_text().splitlines()[0]
    for changes, words in (
        ({"code": "0.0.1+abc"}, "was written by hts 0.0.1.abc, not"),
        ({"of": 3}, "is one of 3 parts, not of 2"),
        ({"data": {"digits": "abc"}}, "another copy of digits"),
        ({"format": 99}, "has format 99, this program reads 1"),
    ):
        other = part_path(tmp_path, 2, 2)
        other.write_text(json.dumps({**json.loads(header), "part": 2, **changes}) + "\n")
        with pytest.raises(BadInput, match=words):
            collect(store, tmp_path)
        other.unlink()
    assert store.sweeps.list() == []
    with pytest.raises(BadInput, match=r"holds no part-\*\.jsonl"):
        collect(store, tmp_path / "nothing")


@pytest.mark.parametrize("text", ["3", "0/4", "5/4", "x/y", "1/0"])
def test_a_part_must_be_one_of_them(text) -> None:
    with pytest.raises(BadInput, match="part"):
        Part.parse(text)


def test_parts_together_are_the_sweep(spec) -> None:
    configs = spec.configs()
    for of in (1, 2, 5):
        groups = [
            g for number in range(1, of + 1) for g in Part(number=number, of=of).groups(configs)
        ]
        assert sorted(position for group in groups for position in group) == list(range(6))


def test_the_commands(home, tmp_path, capsys) -> None:
    words = ["--grid", "seed=1..2", "--set", "width=20", "--set", "iterations=30"]
    assert main(["sweep", *words, "--part", "1/1"]) == 2
    assert "--part needs --out DIR" in capsys.readouterr().err
    folder = str(tmp_path / "parts")
    assert main(["sweep", *words, "--part", "1/1", "--out", folder]) == 0
    assert "2/2" in capsys.readouterr().err
    assert main(["sweep", "--collect", folder]) == 0
    assert "is finished: 2 of 2 runs done." in capsys.readouterr().out
