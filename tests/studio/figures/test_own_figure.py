"""A figure from outside the package: on the board, in comparisons and reports, or refused."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hts.registry import PLUGINS
from hts.studio.figures.run import RUN_FIGURES, RunFigure, cards
from hts.studio.figures.view import arms_of
from hts.validate import BadInput

ROOT = Path(__file__).resolve().parents[3]
PLUGIN = ROOT / "examples" / "own_figure.py"

LOOK = """
import factories
from hts.studio.figures.run import cards
from hts.studio.figures.run.board import board
from hts.studio.figures.view import RunView, arms_of, beside
run = RunView(id="a", label="a run", config=factories.config(), evaluations=factories.evaluations(),
              summaries=factories.summaries(), snapshot=factories.snapshot())
print([card["id"] for card in board(beside(run), pruned=0.5)["cards"]][3:5])
print("losses" in [card.id for card in cards(arms_of([run] * 3), pruned=0.5, compared=True)])
"""


@pytest.mark.process
def test_an_own_figure_stands_at_its_place_on_the_board_and_in_comparisons():
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
    done = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, check=False,
        env={**os.environ, PLUGINS: str(PLUGIN), "PYTHONPATH": paths},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["['history', 'losses']", "True"], done.stderr


def test_an_unfinished_figure_is_refused():
    with pytest.raises(BadInput, match="figure 'nothing' is unfinished: it lacks draw"):
        RUN_FIGURES.register(RunFigure(name="nothing", place=1, draw=None))
    assert "nothing" not in RUN_FIGURES


def test_every_figure_is_there_once_and_more_than_two_runs_get_those_that_compare(main, twin):
    shown = [card.id for card in cards(arms_of([main, twin]), pruned=0.5)]
    assert len(set(shown)) == len(shown)
    third = dataclasses.replace(twin, id="run-3", label="third")
    many = [card.id for card in cards(arms_of([main, twin, third]), pruned=0.5, compared=True)]
    assert set(many) < set(shown)
    assert "hill" not in many
