"""The boundaries between rooms, checked by running Python without what it must not need."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def loaded_after(statement: str) -> set[str]:
    """Top-level modules in a fresh interpreter after ``statement``."""
    code = f"import sys\n{statement}\nprint(*sorted(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_importing_hts_loads_neither_torch_nor_streamlit():
    assert not loaded_after("import hts") & {"torch", "streamlit", "scipy", "plotly"}


@pytest.mark.parametrize(
    "module",
    [
        "hts.lab", "hts.lab.codes", "hts.lab.identify", "hts.lab.lesson",
        "hts.experiments.class_lesson", "hts.experiments.class_tasks",
        "hts.store", "hts.jobs.client", "hts.jobs.scheduler", "hts.figures", "hts.data",
        "hts.experiments.presets", "hts.experiments.memory", "hts.noise.types", "hts.noise.law",
        "hts.noise.fast_law", "hts.noise.general", "hts.noise.portrait",
        "hts.noise.known_laws", "hts.tails", "hts.tails.report", "hts.tails.recorded",
        "hts.store.last_weights", "hts.pruning.columns", "hts.experiments.sweep_spec",
        "hts.experiments.cost", "hts.experiments.sweep_table", "hts.experiments.sweep_export",
        "hts.weights", "hts.experiments.inspect",
        "hts.experiments.sweep_presets", "hts.figures.sweep_map", "hts.figures.sweep_lines",
        "hts.jobs.overview", "hts.jobs.health",
        "hts.jobs.side", "hts.pruning.criteria", "hts.pruning.across", "hts.pruning.sizes",
        "hts.experiments.export", "hts.experiments.report",
        "hts.theory.records", "hts.theory.files", "hts.theory.kesten", "hts.figures.theory_curves",
        "hts.experiments.reproduce_result", "hts.experiments.reproduce_here",
        "hts.cluster.status",
    ],
)  # fmt: skip
def test_what_the_web_process_imports_brings_no_torch(module):
    assert not loaded_after(f"import {module}") & {"torch", "streamlit", "ray"}


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_no_line_of_hts_imports_streamlit_or_pages():
    for path in (ROOT / "hts").rglob("*.py"):
        tops = {name.split(".")[0] for name in imports_of(path)}
        assert not tops & {"streamlit", "pages", "app"}, path


# What each room of hts may import from the others; everything may import the foundations.
FOUNDATIONS = {"config", "records", "validate", "seeds", "compiled"}
ROOMS = {
    "noise": set(),
    "data": set(),
    "models": set(),
    "training": {"models", "noise", "data"},
    "tails": {"noise"},
    "pruning": {"models", "training"},
    "theory": {"noise", "pruning", "tails"},
    "store": set(),
    "lab": {"store"},  # between the store and the jobs that people ask for
    "weights": {"data", "store"},
    "jobs": {"lab", "store", "experiments", "data", "training"},
    "cluster": {"store", "experiments", "data", "training", "jobs"},
    "figures": {"pruning", "theory"},
    "experiments": {
        "noise", "data", "models", "training", "tails", "pruning", "theory", "store", "lab", "jobs",
        "figures", "weights", "cluster",
    },
}  # fmt: skip


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_imports_point_backwards_only(room):
    for path in (ROOT / "hts" / room).rglob("*.py"):
        for name in imports_of(path):
            parts = name.split(".")
            if parts[0] == "hts" and len(parts) > 1:
                assert parts[1] in FOUNDATIONS | ROOMS[room] | {room}, f"{path} imports {name}"


def test_every_room_is_in_the_map():
    rooms = {p.name for p in (ROOT / "hts").iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert rooms == set(ROOMS)
