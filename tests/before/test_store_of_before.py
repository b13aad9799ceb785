"""Runs that the commit before the house stored are listed, shown and read as they were."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from of_before import digest, expected, plain, same, unpack

from hts import inspect
from hts.data import load
from hts.records import layer_summaries
from hts.studio.cli.main import main
from hts.studio.jobs.processes.run_jobs import recover
from hts.studio.store.store import Store
from hts.studio.transfer.backup import restore

NAMES: dict[str, str] = expected()["names"]
RUNS: dict[str, dict] = expected()["runs"]
RUN_THAT_LEFT = expected()["resumed"]["paused"]["said"]
KINDS = [kind for kind, name in NAMES.items() if name in RUNS]


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Copies that are only read."""
    folder = tmp_path_factory.mktemp("homes")
    return {name: unpack(name, folder / name) for name in ("runs", "convolutions")}


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def store(homes: dict[str, Path], kind: str) -> Iterator[Store]:
    """The store in which the run of this kind lies."""
    with Store(homes["convolutions" if kind == "cnn" else "runs"]) as opened:
        yield opened


def test_it_is_listed_with_its_state_settings_and_result(store, kind):
    wanted = RUNS[NAMES[kind]]
    run = next(run for run in store.runs.list() if run.id == NAMES[kind])
    assert (run.state, run.step, run.attempt, run.twin) == (
        wanted["state"], wanted["step"], wanted["attempt"], wanted["twin"],
    )  # fmt: skip
    assert same(run.config.to_dict(), wanted["config"])
    assert run.config.hash == wanted["config_hash"] == run.id.split("-")[0]
    assert same(plain(run.result), wanted["result"])


def test_its_evaluations_and_snapshots_are_what_the_files_say(store, kind):
    name, wanted = NAMES[kind], RUNS[NAMES[kind]]
    assert same([plain(e) for e in store.series.evaluations(name)], wanted["evaluations"])
    assert list(store.series.snapshot_steps(name)) == wanted["snapshot_steps"]
    for step in wanted["snapshot_steps"]:
        snapshot = store.series.snapshot(name, step)
        assert same(plain(snapshot), json.loads(store.home.snapshot(name, step).read_text()))
        summary = next(s for s in store.series.summaries(name) if s.step == step)
        layers = layer_summaries(snapshot)  # whether the tail index fits was not kept then
        assert summary.layers == [dataclasses.replace(one, fits=None) for one in layers]


def test_its_checkpoint_and_weights_have_the_same_bits(store, kind):
    name, wanted = NAMES[kind], RUNS[NAMES[kind]]
    weights, checkpoint = store.arrays.load_weights(name), store.arrays.load_checkpoint(name)
    assert (weights and digest(weights)) == wanted["weights_sha256"]
    if wanted["checkpoint_step"] is None:
        assert checkpoint is None
    else:
        step, _, arrays = checkpoint
        assert (step, digest(arrays)) == (wanted["checkpoint_step"], wanted["checkpoint_sha256"])


@pytest.fixture
def own(home: Path) -> Iterator[Store]:
    """A copy that may be changed, where commands look."""
    unpack("runs", home)
    with Store(home) as opened:
        yield opened


def test_commands_list_show_and_check_it(own, capsys):
    assert main(["runs"]) == 0
    listed = dict(line.split()[:2] for line in capsys.readouterr().out.splitlines() if line)
    states = {name: RUNS[name]["state"] for name in listed}
    assert listed == {**states, NAMES["killed"]: "interrupted"}
    for kind in ("finished", "twin", "diverged", "table"):
        assert main(["show", NAMES[kind], "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert (shown["id"], shown["state"]) == (NAMES[kind], "finished")
    assert main(["store", "check"]) == 0


def test_a_run_whose_worker_is_gone_is_interrupted_in_words(own):
    recover(own)
    run = own.runs.get(NAMES["killed"])
    assert (run.state, run.resumable) == ("interrupted", True)
    assert run.message.startswith("Worker process 9306 is gone")
    assert "at step 2302 of 4000" in run.message
    assert own.runs.get(NAMES["paused"]).message == RUN_THAT_LEFT


def test_a_table_of_ones_own_and_uploaded_weights_open(own):
    table = load(own.runs.get(NAMES["table"]).config.data)
    assert len(table.x_train) + len(table.x_test) == 90
    assert (table.x_train.shape[1], table.classes) == (3, ("blue", "red"))
    layers = inspect(next(own.home.weights_of("").glob("*.npz"))).layers
    assert sorted((layer.name, *layer.shape) for layer in layers) == [
        ("conv", 6, 4, 3, 3), ("dense", 40, 25),
    ]  # fmt: skip


def test_a_backup_is_restored(tmp_path):
    root = unpack_backup(tmp_path)
    with Store(root) as store:
        found = {run.id: run for run in store.runs.list()}
        assert set(found) == {NAMES["interrupted"], NAMES["table"]}
        assert found[NAMES["interrupted"]].resumable
        result = found[NAMES["table"]].result
        assert same(plain(result), RUNS[NAMES["table"]]["result"])
        step, _, arrays = store.arrays.load_checkpoint(NAMES["interrupted"])
        wanted = RUNS[NAMES["interrupted"]]
        assert (step, digest(arrays)) == (wanted["checkpoint_step"], wanted["checkpoint_sha256"])
        assert all(np.isfinite(array).all() for array in arrays.values())


def unpack_backup(folder: Path) -> Path:
    from of_before import FOLDER

    restore(FOLDER / "backup.tar.gz", folder / "restored").close()
    return folder / "restored"
