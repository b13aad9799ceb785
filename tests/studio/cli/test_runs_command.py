"""``runs``: how many are shown of how many, which, and the files that hold them all."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import factories
import pyarrow.parquet as pq
import pytest

from hts.config import RunConfig
from hts.studio.cli.main import main
from hts.studio.store.store import Store


@pytest.fixture
def runs(home: Path) -> list[str]:
    """Sixty runs, the oldest first; two of them, of one seed each, have finished."""
    with Store(home) as store:
        ids = [store.runs.create(RunConfig(seed=seed, alpha=1.5)) for seed in range(60)]
        for place, run_id in enumerate(ids[:2]):
            store.control.claim(run_id, pid=1, pid_started=1.0)
            store.series.add_evaluations(run_id, factories.evaluations())
            done = factories.recorded_result(iterations=1000, test_accuracy=80.0 + place)
            store.control.finish(run_id, done)
    return ids


def lines(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["runs", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_fifty_of_sixty_are_said_to_be_so_and_all_lists_all(runs, capsys):
    shown = lines(capsys)
    assert shown[-1] == "50 of 60 runs; --all lists all, --page 2 the next"
    assert [line.split()[0] for line in shown[:-1]] == runs[:9:-1]
    assert [line.split()[0] for line in lines(capsys, "--all")] == runs[::-1]
    assert lines(capsys, "--page", "2")[-1] == "10 of 60 runs; --all lists all"


def test_a_filter_and_an_order_pick_runs(runs, capsys):
    (line,) = lines(capsys, "--where", "test_accuracy>80")
    assert line.split()[:2] == [runs[1], "finished"]
    assert "test  80.0 %" not in line
    shown = lines(capsys, "--sort", "seed", "--up", "--limit", "2")
    assert [line.split()[0] for line in shown[:2]] == runs[:2]
    assert lines(capsys, "--where", "alpha>1.9") == ["none of 60 runs is so"]
    (folded,) = lines(capsys, "--fold")
    assert folded.split()[:2] == ["2", "seeds"]
    assert "test 80.5 (80.0 to 81.0) %" in folded


def test_json_stays_one_list_and_says_the_rest_beside_it(runs, capsys):
    assert main(["runs", "--json", "--limit", "3"]) == 0
    out, err = capsys.readouterr()
    assert [run["id"] for run in json.loads(out)] == runs[:-4:-1]
    assert err == "3 of 60 runs; --all lists all, --page 2 the next\n"


def test_all_runs_and_all_their_steps_go_into_files(runs, capsys, tmp_path):
    table, steps = tmp_path / "runs.parquet", tmp_path / "steps.csv"
    lines(capsys, "--where", "state=finished", "--out", str(table))
    rows = pq.read_table(table).to_pylist()
    assert [(row["run"], row["result_test_accuracy"]) for row in rows] == [
        (runs[1], 81.0), (runs[0], 80.0),
    ]  # fmt: skip
    lines(capsys, "--where", "seed<3", "--metrics", str(steps))
    with steps.open() as file:
        told = list(csv.DictReader(file))
    points = len(factories.evaluations())
    assert [row["run"] for row in told] == [runs[1]] * points + [runs[0]] * points
    assert {row["setting_seed"] for row in told} == {"0", "1"}
    assert main(["runs", "--out", str(tmp_path / "runs.xls")]) == 2
    same = str(tmp_path / "runs.csv")
    assert main(["runs", "--out", same, "--metrics", same]) == 2
    assert "--out and --metrics must name two files" in capsys.readouterr().err


def test_what_cannot_be_asked_is_said_in_a_line(runs, capsys):
    for words, said in (
        (("--limit", "0"), "--limit must be a whole number from 1"),
        (("--where", "alpha<x"), "alpha must be compared with a number"),
        (("--sort", "aplha"), "Did you mean 'alpha'?"),
    ):
        assert main(["runs", *words]) == 2
        assert said in capsys.readouterr().err
