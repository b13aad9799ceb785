"""`python -m hts sweep` as a person types it: to the end, interrupted, killed, shown, exported."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from patience import PATIENCE
from sweep_factories import result

from hts.config import RunConfig
from hts.studio.cli.main import main, parser
from hts.studio.cli.sweeping import chosen_spec
from hts.studio.store.store import Store
from hts.studio.sweeps.cost import at_least, bare_pace, estimate, in_words, pace, work
from hts.studio.sweeps.spec import SweepSpec

ROOT = Path(__file__).resolve().parents[3]
SMALL = ["--set", "width=20", "--set", "iterations=30", "--set", "device=cpu", "--set", "lr=0.5"]
GRID = ["--grid", "alpha=1.5,2", "--grid", "seed=1..2", *SMALL]
SLOW = ["--grid", "seed=1..2", "--grid", "width=100,110,120,130", "--set", "iterations=1200",
        "--slots", "1"]  # fmt: skip

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


def printed(capsys, *words: str) -> str:
    assert main(["sweep", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.process
def test_a_grid_comes_to_its_means(home, capsys) -> None:
    assert main(["sweep", *GRID]) == 0
    out, err = capsys.readouterr()
    assert "is finished: 4 of 4 runs done." in out
    header, _, *rows = [row for row in out.splitlines() if row.startswith("|")]
    assert header.startswith("| alpha | runs | norm-compressible %")
    assert [row.split(" | ")[:2] for row in rows] == [["| 1.5", "2"], ["| 2", "2"]]
    assert all(" to " in row for row in rows)
    assert "in brackets the 50 % interval of the median" in out
    assert "4/4" in err

    again = json.loads(printed(capsys, *GRID, "--json"))  # nothing is trained again
    assert (again["sweep"], again["state"], again["done"]) == ("s1", "finished", 4)
    assert [cell["settings"] for cell in again["cells"]] == [{"alpha": 1.5}, {"alpha": 2.0}]
    assert again["cells"][0]["pruning_ratio"]["count"] == 2
    with Store(home) as store:
        assert len(store.runs.list(sweep="s1")) == 4

    assert "s1     finished" in printed(capsys, "--list")
    assert printed(capsys, "--show", "s1").splitlines() == out.splitlines()
    assert json.loads(printed(capsys, "--list", "--json"))[0]["total"] == 4
    assert main(["runs"]) == 0
    assert "no runs yet" in capsys.readouterr().out
    assert main(["runs", "--sweep", "s1", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 4

    file = home / "out.csv"
    printed(capsys, "--export", "s1", str(file))
    with file.open(newline="") as opened:
        assert [row["state"] for row in csv.DictReader(opened)] == ["done"] * 4

    wider = json.loads(printed(capsys, *GRID, "--grid", "noise=none,III", "--dry-run", "--json"))
    assert (wider["runs"], wider["there"], wider["groups"]) == (6, 4, 1)
    assert wider["seconds_at_most"] == wider["seconds_at_least"] > 0
    printed(capsys, "--delete", "s1")
    assert "no sweeps yet" in printed(capsys, "--list")


@pytest.mark.process
def test_a_failed_run_is_told_and_the_rest_completes(home, capsys) -> None:
    assert main(["sweep", "--grid", "width=20,1000000000", *SMALL[2:]]) == 3
    out = capsys.readouterr().out
    assert "is finished: 1 of 2 runs done, 1 failed." in out
    assert "1 failed: width 1000000000 on digits needs about" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "data=nope"], "data must be one of"),
        (["--set", "device=mps"], "device mps was asked for"),
        (["--set", "width=1000000000"], "of memory, but this machine"),
        (["--set", "model=cnn", "--set", "data=moons"], "cnn"),
    ],
)
def test_a_sweep_that_cannot_be_trained_leaves_none_behind(home, capsys, words, says) -> None:
    assert main(["sweep", "--grid", "alpha=1.5,2", *words]) == 2
    assert says in capsys.readouterr().err
    with Store(home) as store:
        assert store.sweeps.list() == []


@pytest.mark.process
@posix
def test_ctrl_c_stops_and_the_same_command_goes_on(home) -> None:
    process = begin(home, until_done=1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "`python -m hts sweep --resume s1`, goes on from here" in err
    with Store(home) as store:
        sweep = store.sweeps.get("s1")
        assert (sweep.state, store.groups.held()) == ("stopped", [])
        assert 1 <= sweep.done < 8
        kept = {run.id for run in store.runs.list(sweep="s1")}
    finish(home, kept)


@pytest.mark.process
@posix
def test_a_killed_command_goes_on_where_it_stopped(home) -> None:
    process = begin(home, until_done=1)
    process.kill()
    process.communicate()
    with Store(home) as store:
        deadline = time.monotonic() + PATIENCE
        while store.groups.held():  # the worker notices that nobody is there
            assert time.monotonic() < deadline
            time.sleep(0.05)
        kept = {run.id for run in store.runs.list(sweep="s1")}
        assert 1 <= len(kept) < 8
    finish(home, kept)


def begin(home: Path, *, until_done: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "hts", "sweep", *SLOW]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "HTS_HOME": str(home)},
    )  # fmt: skip
    with Store(home) as store:
        deadline = time.monotonic() + PATIENCE
        while not any(sweep.done >= until_done for sweep in store.sweeps.list()):
            assert time.monotonic() < deadline
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
    return process


def finish(home: Path, kept: set[str]) -> None:
    """The same command again: it completes, and what was there is kept."""
    assert main(["sweep", *SLOW]) == 0
    with Store(home) as store:
        assert [sweep.id for sweep in store.sweeps.list()] == ["s1"]
        assert (store.sweeps.get("s1").state, store.sweeps.get("s1").done) == ("finished", 8)
        runs = {run.id for run in store.runs.list(sweep="s1")}
    assert len(runs) == 8
    assert kept <= runs


def test_flags_go_over_the_file(tmp_path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[base]\nwidth = 20\nlr = 0.5\n[grid]\nalpha = [1.5, 2]\nseed = '1..3'")
    words = ["sweep", str(file), "--set", "width=30", "--grid", "seed=1,2", "--grid", "sigma=1,2"]
    spec = chosen_spec(parser().parse_args(words))
    assert spec == SweepSpec(
        name="mine",
        base=RunConfig(width=30, lr=0.5),
        grid={"alpha": (1.5, 2.0), "seed": (1, 2), "sigma": (1.0, 2.0)},
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "a sweep needs a FILE, or --grid NAME=V"),
        (["missing.toml"], "missing.toml cannot be read"),
        (["--grid", "alpha=3"], "alpha must be a number in (0, 2], got 3"),
        (["--grid", "alpha=1,2", "--set", "widht=3"], "Did you mean 'width'"),
        (["--grid", "alpha=1,2", "--slots", "0"], "slots must be a whole number from 1"),
        (["--show", "s9"], "there is no sweep 's9'"),
        (["--resume", "s9"], "there is no sweep 's9'"),
        (["--export", "s9", "out.csv"], "there is no sweep 's9'"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(home, capsys, words, says) -> None:
    assert main(["sweep", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert says in err
    assert len(err.splitlines()) == 1


def test_the_example_is_the_promised_sweep() -> None:
    spec = SweepSpec.from_toml((ROOT / "examples" / "ecg5000.toml").read_text())
    assert len(spec.configs()) == 225
    assert {name: len(values) for name, values in spec.axes.items()} == {
        "alpha": 5, "width": 3, "noise": 3, "seed": 5,
    }  # fmt: skip


def test_cost_follows_the_work(home) -> None:
    base = RunConfig(width=100, iterations=100)
    one = estimate([base])
    assert one > 0
    assert estimate([base] * 10) == pytest.approx(10 * one)
    assert work(base.replace(iterations=200)) < 2 * work(base)  # one result in both
    assert work(base.replace(target_accuracy=95.0)) > work(base)
    assert work(base.replace(noise="none")) < work(base)
    assert work(base, 50) < work(base)
    assert estimate([base.replace(data="table:0123456789ab")]) == 0
    assert at_least([base]) == one  # it has no target
    assert at_least([base.replace(target_accuracy=95.0)]) < one
    assert 1e-13 < bare_pace() < 1e-7
    with Store(home) as store:
        assert pace(store) is None


def test_pace_is_that_of_the_newest_long_sweep(home, monkeypatch) -> None:
    config = RunConfig(width=20, iterations=100)
    with Store(home) as store:
        now = [1000.0]
        monkeypatch.setattr(time, "time", lambda: now[0])
        for seconds in (80, 40, 5):
            sweep = store.sweeps.create("{}", "done", [config])
            store.groups.add(sweep, [[0]])
            group = store.groups.take(pid=7, pid_started=1.0)
            now[0] += seconds
            store.members.finish(sweep, 0, result(iterations=50))
            store.groups.leave(group.number, pid=7)
        assert pace(store) == pytest.approx(40 / work(config, 50))
        assert estimate([config], store) == pytest.approx(40 * work(config) / work(config, 50))


def test_times_in_words() -> None:
    assert [in_words(s) for s in (0.1, 40, 480, 5000, 3600 * 3.5, 86400 * 5)] == [
        "1 second", "40 seconds", "8 minutes", "83 minutes", "3.5 hours", "5 days",
    ]  # fmt: skip


@pytest.mark.process
def test_a_schedule_is_a_value_of_the_grid(home, capsys) -> None:
    grid = ["--grid", "alpha=1.5,2@0/1.5@10", "--set", "seed=4", *SMALL]
    out = printed(capsys, *grid)
    rows = [row.split(" | ")[0] for row in out.splitlines() if row.startswith("|")]
    assert rows[2:] == ["| 1.5", "| 2@0/1.5@10"]
    with Store(home) as store:
        ratios = {run.config.given("alpha"): run for run in store.runs.list(sweep="s1")}
    assert ratios["2@0/1.5@10"].config.at(10).alpha == 1.5
