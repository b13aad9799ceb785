"""Runs sent to trackers, read back with the trackers' own packages."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from hts.config import RunConfig
from hts.studio.cli.main import main
from hts.studio.store.store import Store
from hts.studio.trackers import TRACKERS
from hts.studio.trackers.base import Sent
from hts.studio.trackers.sent import send_all, sent_of

WEIGHTS = {"hidden_1": np.ones((20, 64), np.float32), "output": np.ones((10, 20), np.float32)}


@pytest.fixture
def run_id(store: Store, point, snapshot, result) -> str:
    """A finished run with two recorded steps, a name, tags and weights."""
    found = store.runs.create(RunConfig(width=20, iterations=100, alpha=1.5, device="cpu"))
    store.control.claim(found, pid=1, pid_started=1.0)
    store.series.add_evaluations(found, [point(10), point(20)])
    store.series.add_snapshot(found, snapshot(20))
    store.arrays.save_weights(found, WEIGHTS)
    store.control.finish(found, result)
    return found


def sent(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    assert main(["runs", "export", "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_run_is_its_settings_points_and_results(store, run_id, point):
    found = sent_of(store, store.runs.get(run_id))
    assert found.params["alpha"] == 1.5
    assert found.params["width"] == 20
    (first, values), (second, more) = found.points
    assert (first, second) == (10, 20)
    assert values == {k: v for k, v in vars(point(10)).items() if k != "step"}
    assert more["pruning_ratio"] == 60.0
    assert found.final["test_accuracy"] == store.runs.get(run_id).result.test_accuracy
    assert found.at(20) == found.began + 10.0


def test_tensorboard_reads_back_what_was_sent(store, run_id, tmp_path, capsys):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    to = f"tensorboard:{tmp_path}"
    told = sent(capsys, "--to", to, "--project", "course", "--weights")
    assert told == {"project": "course", "sent": [run_id], "already_there": []}
    folder = tmp_path / "course" / run_id
    read = EventAccumulator(str(folder))
    read.Reload()
    assert [(e.step, e.value) for e in read.Scalars("test_accuracy")] == [(10, 40.0), (20, 40.0)]
    assert [e.step for e in read.Scalars("pruning_ratio")] == [20]
    (final,) = read.Scalars("final/test_accuracy")
    assert final.value == pytest.approx(store.runs.get(run_id).result.test_accuracy)
    assert {"_hparams_/experiment", "_hparams_/session_start_info"} <= set(read.summary_metadata)
    assert (folder / "weights.safetensors").stat().st_size > 4 * 20 * 64
    assert sent(capsys, "--to", to, "--project", "course")["already_there"] == [run_id]


@pytest.mark.process
def test_mlflow_reads_back_what_was_sent(store, run_id, tmp_path, capsys, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # mlflow-skinny has no database
    place = (tmp_path / "runs").as_uri()
    told = sent(capsys, "--to", f"mlflow:{place}", "--project", "course", "--weights", run_id)
    assert told["sent"] == [run_id]
    client = mlflow.MlflowClient(tracking_uri=place)
    experiment = client.get_experiment_by_name("course").experiment_id
    (read,) = client.search_runs([experiment])
    assert read.data.params["alpha"] == "1.5"
    assert read.data.tags["hts.run"] == run_id
    assert read.info.status == "FINISHED"
    history = client.get_metric_history(read.info.run_id, "test_accuracy")
    assert [(m.step, m.value) for m in history] == [(10, 40.0), (20, 40.0)]
    assert read.data.metrics["final/test_accuracy"] == pytest.approx(
        store.runs.get(run_id).result.test_accuracy
    )
    assert [f.path for f in client.list_artifacts(read.info.run_id)] == ["weights.safetensors"]
    again = sent(capsys, "--to", f"mlflow:{place}", "--project", "course")
    assert again["already_there"] == [run_id]


def test_trackio_reads_back_what_was_sent(store, run_id, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))
    trackio = pytest.importorskip("trackio")
    storage = pytest.importorskip("trackio.sqlite_storage").SQLiteStorage
    told = sent(capsys, "--to", "trackio:", "--project", "course", "--weights")
    assert told["sent"] == [run_id]
    (read,) = trackio.Api().runs("course")
    assert read.config["alpha"] == 1.5
    logs = storage.get_logs("course", read.name)
    assert [(log["step"], log["test_accuracy"]) for log in logs[:2]] == [(10, 40.0), (20, 40.0)]
    assert logs[2]["final/test_accuracy"] == store.runs.get(run_id).result.test_accuracy
    assert sent(capsys, "--to", "trackio:", "--project", "course")["already_there"] == [run_id]


@pytest.mark.parametrize("name", ["mlflow", "tensorboard", "trackio"])
def test_without_its_package_a_tracker_says_what_to_install(name, run_id, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, name, None)  # as if it were not there
    assert main(["runs", "export", "--to", f"{name}:somewhere"]) == 2
    assert f"`pip install {TRACKERS[name].install}` adds it" in capsys.readouterr().err


def test_a_run_of_several_networks_is_sent_as_each_of_them(store):
    run = store.runs.create(RunConfig(width=20, replicates=3, device="cpu"))
    seen: list[Sent] = []
    told = send_all(
        store,
        [store.runs.get(run)],
        lambda one, weights: weights is None and not seen.append(one),
        weights=True,
    )
    assert dict(told) == {f"{run}.main.{seed}": True for seed in (1, 2, 3)}
    assert [one.params["seed"] for one in seen] == [1, 2, 3]
    assert all(run in one.tags for one in seen)


def test_unknown_trackers_and_filters_that_match_nothing_are_told(store, run_id, capsys):
    assert main(["runs", "export", "--to", "mlfow:x"]) == 2
    assert "--to must be one of" in capsys.readouterr().err
    assert main(["runs", "export", "--to", "tensorboard:"]) == 2
    assert "tensorboard needs a folder" in capsys.readouterr().err
    assert main(["runs", "export", "--to", "trackio", "--where", "alpha>1.9"]) == 2
    assert "no run is so" in capsys.readouterr().err
