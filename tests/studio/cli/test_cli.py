"""The command line, as a person types it."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import factories
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from hts.records import LayerSummary
from hts.studio.cli.main import main
from hts.studio.cli.printed.outcome import describe
from hts.studio.store.store import Store

ROOT = Path(__file__).resolve().parents[3]
SMALL = ["--width", "50", "--iterations", "20", "--seed", "5"]
PROMISED = {
    "iterations", "stop_reason", "train_accuracy", "test_accuracy", "pruning_ratio",
    "train_accuracy_pruned", "test_accuracy_pruned", "tail_index", "seconds",
}  # fmt: skip


def printed(capsys, *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_train_prints_one_json_object_and_stores_the_run(home, capsys):
    result = json.loads(printed(capsys, "train", *SMALL, "--json"))
    assert set(result) >= PROMISED
    assert set(result["tail_index"]) == {"alpha", "low", "high", "method", "fits"}
    assert (result["iterations"], result["stop_reason"]) == (20, "budget")
    run = Store(home).runs.get(result["run"])
    assert run.state == "finished"
    assert run.result.pruning_ratio == result["pruning_ratio"]
    listed = json.loads(printed(capsys, "runs", "--json"))
    assert [r["id"] for r in listed] == [result["run"]]
    assert result["run"] in printed(capsys, "runs")
    shown = json.loads(printed(capsys, "show", result["run"], "--json"))
    assert shown["config"]["width"] == 50
    assert "norm-compressible" in printed(capsys, "show", result["run"])


def test_train_takes_schedules(home, capsys):
    result = json.loads(printed(capsys, "train", *SMALL, "--alpha", "2@0/1.5@10", "--json"))
    shown = json.loads(printed(capsys, "show", result["run"], "--json"))
    assert shown["config"]["alpha"] == "2@0/1.5@10"
    assert shown["steered"] == []
    assert "2@0/1.5@10" in printed(capsys, "show", result["run"])


def test_a_network_of_a_run_is_shown_and_exported_by_its_name(home, tmp_path, capsys):
    words = ("train", *SMALL, "--replicates", "2", "--controls", "none", "--seed", "3", "--json")
    run_id = json.loads(printed(capsys, *words))["run"]
    assert "2 seeds, 1 control" in printed(capsys, "runs")
    assert f"4 networks, {run_id}.main.3 to {run_id}.none.4" in printed(capsys, "show", run_id)
    name = f"{run_id}.none.4"
    shown = json.loads(printed(capsys, "show", name, "--json"))
    assert (shown["id"], shown["config"]["seed"], shown["config"]["noise"]) == (name, 4, "none")
    assert shown["config"]["replicates"] == 1
    out = ("--out", str(tmp_path / "out"), "--no-program", "--report", "--json")
    told = json.loads(printed(capsys, "export", name, "--fraction", "0.5", *out))
    assert (told["run"], told["removed"]) == (name, 25)
    assert name in (tmp_path / "out" / "report.html").read_text()
    assert main(["export", run_id, *out]) == 2
    assert f"is 4 networks, each with weights of its own: name one, such as {run_id}.main.3" in (
        capsys.readouterr().err
    )


def test_train_without_json_has_a_bar_on_stderr_and_words_on_stdout(home, capsys):
    assert main(["train", *SMALL]) == 0
    out, err = capsys.readouterr()
    assert "norm-compressible" in out
    assert "tail index alpha" in out
    assert "20/20" in err


@pytest.mark.parametrize(
    ("alpha", "fits", "said"),
    [
        (1.5, True, "tail index 1.500 [1.400, 1.600]"), (0.6, False, "-  (fit rejected"),
        (None, None, ""),
    ],
)  # fmt: skip
def test_a_result_says_the_gradient_noise_where_it_was_estimated(alpha, fits, said):
    layer = LayerSummary(
        name="hidden 1", units=50, of="units", alpha=None, alpha_low=None, alpha_high=None,
        pruning_ratio=60.0, gradient_alpha=alpha, gradient_alpha_low=1.4, gradient_alpha_high=1.6,
        gradient_fits=fits,
    )  # fmt: skip
    result = factories.recorded_result(layers=[layer])
    lines = [line for line in describe("r", result).splitlines() if "gradient noise" in line]
    assert len(lines) == (alpha is not None)
    assert said in "".join(lines)
    deep = describe("r", dataclasses.replace(result, layers=[layer, layer]))
    assert deep.count("gradient noise") == 3 * len(lines)


def test_one_or_two_threads_print_the_same(home, capsys):
    a, b = (
        json.loads(printed(capsys, "train", *SMALL, "--threads", n, "--json")) for n in ("1", "2")
    )
    for result in (a, b):
        del result["seconds"], result["run"]
    assert a == b


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--alpha", "0"], "alpha must be a number in (0, 2], got"),
        (["--alpha", "2.5"], "got 2.5"),
        (["--alpha", "abc"], "got 'abc'"),
        (["--width", "0"], "width must be a whole number"),
        (["--width", "1000000000"], "needs about"),
        (["--data", "mnits"], "Did you mean"),
        (["--data", "missing.csv"], "which does not exist"),
        (["--threads", "0"], "threads must be at least 1"),
        (["--noise", "IV"], "one of none, gaussian, I, II, III"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(home, capsys, words, says):
    assert main(["train", *words, "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert says in err
    assert "Traceback" not in err
    assert all(not run.active for run in Store(home).runs.list(limit=10))


def test_divergence_is_a_result_with_its_own_exit_code(home, capsys):
    assert main(["train", *SMALL, "--noise", "none", "--lr", "1e20", "--json"]) == 3
    result = json.loads(capsys.readouterr().out)
    assert result["stop_reason"] == "diverged"
    assert result["test_accuracy"] is None
    assert "lower the learning rate" in result["message"]


def test_an_own_table(home, capsys, tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"{a:.3f},{b:.3f},{'yes' if a > b else 'no'}" for a, b in rng.random((60, 2))]
    path = tmp_path / "mine.csv"
    path.write_text("a,b,bought\n" + "\n".join(rows))
    words = ["train", "--data", str(path), "--label", "bought", *SMALL, "--json"]
    assert json.loads(printed(capsys, *words))["stop_reason"] == "budget"


def test_how_a_table_is_written_can_be_said(home, capsys, tmp_path):
    path = tmp_path / "watts.csv"
    rows = "".join(f"{w};{k % 7};{'ab'[k % 2]}\n" for k, w in enumerate(["975,5", "1.428"] * 20))
    path.write_text("watt;day;label\n" + rows)
    assert main(["datasets", "add", str(path)]) == 2
    out, err = capsys.readouterr()
    assert "1.428" in out
    assert "1428 (a point for thousands)" in err
    said = ["--separator", "semicolon", "--decimal", ",", "--thousands", ".", "--header"]
    shown = json.loads(printed(capsys, "datasets", "add", str(path), *said, "--look", "--json"))
    assert shown["dialect"]["thousands"] == "."
    assert "name" not in shown
    added = printed(capsys, "datasets", "add", str(path), *said, "--index-column", "day")
    assert "32 + 8 examples of 1 inputs" in added
    assert "left out: day (index)" in added
    name = json.loads(printed(capsys, "datasets", "add", str(path), *said, "--json"))["name"]
    words = ["train", "--data", str(path), *said, *SMALL, "--json"]
    run = json.loads(printed(capsys, *words))["run"]
    assert Store(home).runs.get(run).config.data == name


def test_sample_writes_reproducible_noise(tmp_path, capsys):
    for name in ("a.npy", "b.npy"):
        sizes = ["--units", "100", "--inputs", "14"]
        words = ["sample", "--noise", "II", *sizes, "--seed", "3", "--out", str(tmp_path / name)]
        assert main(words) == 0
    a, b = (np.load(tmp_path / name) for name in ("a.npy", "b.npy"))
    assert a.shape == (100, 14)
    assert a.dtype == np.float32
    assert np.array_equal(a, b)
    assert main(["sample", "--noise", "none", "--out", str(tmp_path / "c.npy")]) == 2


def test_datasets_lists_the_offline_default(capsys):
    rows = {row["name"]: row for row in json.loads(printed(capsys, "datasets", "--json"))}
    assert rows["digits"]["available"].startswith("yes")
    assert {"ecg5000-binary", "mnist", "fashion-mnist", "cifar10", "cifar100", "moons"} <= set(rows)


def test_unknown_run(home, capsys):
    assert main(["show", "nope-1"]) == 2
    assert "nope-1" in capsys.readouterr().err


@pytest.mark.process
def test_as_a_program(home):
    done = subprocess.run(
        [sys.executable, "-m", "hts", "train", *SMALL, "--json"],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["iterations"] == 20
    assert done.stderr == ""


@pytest.mark.process
def test_a_file_that_can_end_its_reader_is_read_by_another_process(tmp_path, home, capsys):
    path = tmp_path / "t.parquet"
    table = pa.table({"a": np.arange(40.0), "label": np.arange(40) % 2})
    pyarrow.parquet.write_table(table, path)
    assert main(["datasets", "add", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"].startswith("table:")
    path.write_bytes(path.read_bytes()[:200] + path.read_bytes()[210:])
    assert main(["datasets", "add", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
