"""A criterion that is registered from outside is everywhere the others are."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from networks import examples, network

from hts.config import RunConfig
from hts.pruning.criteria import CRITERIA, Criterion
from hts.pruning.prune import measure, pruned
from hts.pruning.ranking import rank
from hts.registry import PLUGINS
from hts.studio.cli.main import main
from hts.studio.cli.training import run_here
from hts.studio.compress.measure import compression
from hts.studio.figures.compress.curves import accuracy_by_criterion
from hts.studio.jobs.processes.run_jobs import create_for_this_process
from hts.studio.store.store import Store
from hts.validate import BadInput

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGIN = ROOT / "examples" / "own_criterion.py"


@pytest.fixture
def own(monkeypatch) -> Criterion:
    """What a file named by ``HTS_PLUGINS`` registers, for one test."""
    monkeypatch.setattr(CRITERIA, "_kinds", dict(CRITERIA))
    runpy.run_path(str(PLUGIN))
    return CRITERIA["largest"]


def test_it_comes_last_and_removes_what_it_scores_lowest(own):
    assert list(CRITERIA) == ["columns", "magnitude", "singular", "random", "largest"]
    weights = np.array([[3, 3, 3], [4, 0, 0], [0, 0, 1]], np.float32)
    assert rank(own, [weights]).orders[0].tolist() == [2, 0, 1]
    assert rank(CRITERIA["columns"], [weights]).orders[0].tolist() == [2, 1, 0]


def test_the_networks_it_leaves_are_smaller_and_measured(own):
    made = network(2)
    x, y = examples(made)
    ranking = rank(own, [w.numpy() for w in made.matrices])
    counts = ranking.counts(np.array([0.5]))
    smaller = pruned(made, ranking, counts[0])
    right = (smaller.logits(x).argmax(1) == y).double().mean()
    assert measure(made, ranking, counts, x, y).accuracy == pytest.approx([100 * float(right)])
    assert [len(m) for m in smaller.matrices] == (np.array(ranking.parts) - counts[0]).tolist()


def test_the_measure_of_a_run_and_its_export_know_it(own, home, tmp_path, capsys):
    store = Store(home)
    config = RunConfig(width=40, iterations=5, device="cpu", depth=2)
    run_id = create_for_this_process(store, config)
    run_here(store, run_id, threads=None, quiet=True)
    record = compression(store, run_id)
    assert record.curves[-1].criterion == "largest"
    assert len(record.views["largest"]) == len(record.views_at)
    assert "Units by largest weight: " in accuracy_by_criterion(record, level=0.5, points=1).alt
    capsys.readouterr()
    words = ["export", run_id, "--criterion", "largest", "--fraction", "0.5", "--no-program"]
    assert main([*words, "--json", "--out", str(tmp_path / "out")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pruned_by"] == "50 % of the units, units by largest weight"
    assert told["removed"] == 40


@pytest.mark.process
def test_the_command_line_lists_it(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "hts", "export", "--help"], cwd=ROOT, check=True, text=True,
        capture_output=True, env={**os.environ, PLUGINS: str(PLUGIN), "COLUMNS": "200"},
    )  # fmt: skip
    assert "--criterion {columns,random,largest}" in done.stdout
    assert "largest, units by largest weight" in done.stdout


def test_an_unfinished_one_is_refused_in_words(own):
    class Unfinished(Criterion):
        name = "unfinished"
        label = title = "Unfinished"
        parts = "weights"

    with pytest.raises(BadInput, match="criterion 'unfinished' is unfinished: it lacks left, sc"):
        CRITERIA.register(Unfinished)
    assert "unfinished" not in CRITERIA
