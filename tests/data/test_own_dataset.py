"""A dataset that is registered from outside is everywhere the others are."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from hts import data
from hts.budget.memory import estimate_memory
from hts.config import RunConfig
from hts.data import DATASETS, DatasetSource
from hts.registry import PLUGINS
from hts.runs.recorder import InMemory
from hts.runs.single import train
from hts.studio.cli.training import run_here
from hts.studio.compress.measure import compression
from hts.studio.jobs.processes.run_jobs import create_for_this_process
from hts.studio.store.store import Store
from hts.validate import BadInput

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGIN = ROOT / "examples" / "own_dataset.py"
QUICK = RunConfig(data="checkerboard", width=20, iterations=5, device="cpu")


@pytest.fixture
def own(monkeypatch) -> DatasetSource:
    """What a file named by ``HTS_PLUGINS`` registers, for one test."""
    monkeypatch.setattr(DATASETS, "_kinds", dict(DATASETS))
    runpy.run_path(str(PLUGIN))
    return DATASETS["checkerboard"]


def hts(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, with the plugin."""
    return subprocess.run(
        [sys.executable, "-m", "hts", *words], cwd=ROOT, text=True, capture_output=True,
        check=False,
        env={**os.environ, PLUGINS: str(PLUGIN), "HTS_HOME": str(home), "COLUMNS": "200"},
    )  # fmt: skip


def test_it_comes_after_those_of_the_program_and_loads_like_them(own, home):
    assert data.names() == list(DATASETS)
    assert data.names()[-1] == "checkerboard"
    loaded = data.load("checkerboard")
    assert loaded.sizes == own.sizes == {"inputs": 3, "classes": 2, "train": 900, "test": 300}
    assert np.array_equal(loaded.x_train, data.load("checkerboard").x_train)
    assert data.overview()[-1]["available"] == "yes (made on the spot)"
    needed = estimate_memory(QUICK, **data.info("checkerboard").sizes)
    assert needed.weights == 4 * 20 * (3 + 2)


def test_runs_have_decision_regions_and_so_has_compression(own, home):
    store, memory = Store(home), InMemory()
    train(QUICK, data.load("checkerboard"), recorder=memory)
    assert memory.snapshots[-1].boundary is not None
    run_id = create_for_this_process(store, QUICK)
    run_here(store, run_id, threads=None, quiet=True)
    assert compression(store, run_id).plane is not None


def test_the_forms_offer_it(own, home):
    page = AppTest.from_file(str(ROOT / "pages" / "train.py"), default_timeout=60)
    page.session_state["framed"] = True
    page.query_params["data"] = "checkerboard"
    page.run()
    assert not page.exception
    chosen = page.selectbox(key="set_data")
    assert chosen.value == "checkerboard"
    assert chosen.options[-1] == "Checkerboard (2-D)"


@pytest.mark.process
def test_the_command_line_lists_it_and_trains_it_in_workers(tmp_path):
    assert "checkerboard" in hts(tmp_path, "datasets").stdout
    assert "blobs, checkerboard" in hts(tmp_path, "train", "--help").stdout
    assert "'checkerboard'" in hts(tmp_path, "train", "--data", "checkerbord").stderr
    words = ["--grid", "data=checkerboard,moons", "--set", "width=20", "--set", "iterations=5"]
    swept = hts(tmp_path, "sweep", *words, "--slots", "1", "--json")
    assert swept.returncode == 0, swept.stderr
    told = json.loads(swept.stdout)
    assert (told["total"], told["done"], told["failed"]) == (2, 2, 0)


def test_an_unfinished_one_is_refused_in_words(own):
    class Unfinished(DatasetSource):
        name = "unfinished"
        title = sentence = origin = "Unfinished"
        inputs, train = 3, 10
        class_names = ("a", "b")

    with pytest.raises(BadInput, match="dataset 'unfinished' is unfinished: it lacks load, test"):
        DATASETS.register(Unfinished)
    assert "unfinished" not in DATASETS


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"train": 901}, "described by .*901.* but holds .*900"),
        ({"inputs": 2}, "described by .*'inputs': 2"),
        ({"class_names": ("one",)}, "described by|labels go from 0 to 0, got 0 to 1"),
        ({"image_shape": (1, 2, 2)}, r"images of \(1, 2, 2\), which are not 3 inputs"),
    ],
)
def test_arrays_that_are_not_as_described_are_refused(own, monkeypatch, wrong, says):
    for name, value in wrong.items():
        monkeypatch.setattr(type(own), name, value)
    with pytest.raises(BadInput, match=says):
        data.load("checkerboard")
