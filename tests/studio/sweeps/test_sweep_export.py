"""Sweeps as files: what is written is what is read back."""

from __future__ import annotations

import csv

import pyarrow.parquet as pq
import pytest
from sweep_factories import BLOWN_UP, member, result

from hts.config import RunConfig
from hts.records import TailIndex
from hts.studio.sweeps.export import COLUMNS, csv_text, export
from hts.validate import BadInput

TAIL = TailIndex(
    alpha=1.7, low=1.6, high=1.8, level=0.95, method="m", sample="units", size=9, scale=1.0,
    location=0.0, distance=0.01, fits=False,
)  # fmt: skip
MEMBERS = [
    member(0, result(1 / 3, tail_index=TAIL), alpha=1.5, target_accuracy=95.0, train_output=False),
    member(1, BLOWN_UP, seed=2),
    member(2, None, state="failed", data="table:0123456789ab"),
]
ROW = {
    "position": 0, "alpha": 1.5, "target_accuracy": 95.0, "train_output": False, "state": "done",
    "run": "run-0", "reused": False, "stop_reason": "budget", "steps": 100, "iterations": 1000,
    "pruning_ratio": 1 / 3, "tail_index": 1.7, "tail_index_low": 1.6, "tail_index_fits": False,
    "test_accuracy_pruned": 92.5, "seconds": 1.5,
}  # fmt: skip


def test_csv(tmp_path) -> None:
    export(MEMBERS, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert {name: rows[0][name] for name in ROW} == {k: str(v) for k, v in ROW.items()}
    assert float(rows[0]["pruning_ratio"]) == 1 / 3
    assert (rows[1]["stop_reason"], rows[1]["pruning_ratio"]) == ("diverged", "")
    assert (rows[2]["state"], rows[2]["run"], rows[2]["steps"]) == ("failed", "", "")
    restored = RunConfig.from_dict({"alpha": rows[1]["alpha"], "seed": rows[1]["seed"]})
    assert restored == MEMBERS[1].config


def test_parquet(tmp_path) -> None:
    export(MEMBERS, tmp_path / "out.PARQUET")
    rows = pq.read_table(tmp_path / "out.PARQUET").to_pylist()
    assert list(rows[0]) == list(COLUMNS)
    assert {name: rows[0][name] for name in ROW} == ROW
    assert (rows[1]["stop_reason"], rows[1]["pruning_ratio"]) == ("diverged", None)
    settings = {name: rows[1][name] for name in MEMBERS[1].config.to_dict()}
    assert RunConfig.from_dict(settings) == MEMBERS[1].config


def test_an_unfinished_sweep_has_the_same_columns(tmp_path) -> None:
    waiting = [member(0, None, state="waiting")]
    assert csv_text(waiting).splitlines()[0] == ",".join(COLUMNS)
    assert csv_text([]).splitlines() == [",".join(COLUMNS)]
    export(waiting, tmp_path / "a.parquet")
    export(MEMBERS, tmp_path / "b.parquet")
    a, b = (pq.read_schema(tmp_path / f"{name}.parquet") for name in "ab")
    assert a == b


def test_the_ending_says_the_format(tmp_path) -> None:
    with pytest.raises(BadInput, match=r"must end with .csv or .parquet, got out.xlsx"):
        export(MEMBERS, tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_schedules_have_a_column_and_their_setting_its_beginning(tmp_path) -> None:
    changing = member(3, result(10), alpha="2@0/1.5@500", lr="0.1@0/0.05@20")
    export([changing, MEMBERS[0]], tmp_path / "out.parquet")
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert (rows[0]["alpha"], rows[0]["schedules"]) == (2.0, "alpha=2@0/1.5@500; lr=0.1@0/0.05@20")
    assert rows[1]["schedules"] is None
