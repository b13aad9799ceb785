"""What docs/extending.md shows works as it stands there, all of it at once."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"\(`examples/(own_[\w/.]+)`\).*?```python\n(.*?)```", PAGE, re.DOTALL)
PLUGINS = [name for name, _ in SHOWN if not name.startswith("own_pages/")]

pytestmark = pytest.mark.process


def with_plugins(home: Path, *words: str) -> str:
    """What a Python with everything the page shows prints."""
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, cwd=ROOT,
        env={
            **os.environ, "HTS_HOME": str(home), "PYTHONPATH": str(ROOT), "COLUMNS": "200",
            "HTS_PLUGINS": os.pathsep.join(f"examples/{name}" for name in PLUGINS),
            "HTS_PAGES": str(ROOT / "examples" / "own_pages"),
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_the_page_shows_the_examples_as_they_are():
    there = {p.relative_to(ROOT / "examples").as_posix() for p in ROOT.glob("examples/**/own_*.py")}
    assert set(PLUGINS) == there
    for name, code in SHOWN:
        text = (ROOT / "examples" / name).read_text(encoding="utf-8")
        assert ast.unparse(ast.parse(code)) == ast.unparse(ast.parse(text).body[1:]), name


def test_help_texts_and_lists_have_every_kind(home):
    told = with_plugins(home, "-m", "hts", "train", "--help")
    for says in ("IV: type I noise on the first half", "softsign", "positive: fully connected"):
        assert says in " ".join(told.split())
    assert "checkerboard" in with_plugins(home, "-m", "hts", "datasets")
    assert "largest" in with_plugins(home, "-m", "hts", "export", "--help")


SMALL = ["data=checkerboard", "noise=IV", "width=60", "iterations=20", "batch_size=50"]


def test_a_sweep_in_workers_trains_them(home):
    grids = ("seed=1..2", "activation=softsign,relu", "model=positive,fcn")
    words = [word for setting in SMALL for word in ("--set", setting)]
    words += [word for grid in grids for word in ("--grid", grid)]
    with_plugins(home, "-m", "hts", "sweep", *words)
    code = """
import json
from hts.studio.store.store import Store
store = Store()
members = store.sweeps.members(store.sweeps.list()[0].id)
print(json.dumps([[m.state, m.config.noise, m.config.activation, m.config.model] for m in members]))
"""
    told = json.loads(with_plugins(home, "-c", code))
    wanted = [("done", "IV", a, m) for a in ("relu", "softsign") for m in ("fcn", "positive")]
    assert sorted(map(tuple, told)) == sorted(2 * wanted)


def test_a_single_run_of_them_is_measured_and_compressed_with_them(home):
    options = [f"--{setting.replace('_', '-')}" for setting in SMALL]
    with_plugins(home, "-m", "hts", "train", *options, "--model=positive", "--activation=softsign")
    code = """
import json
from hts.studio.compress.measure import compression
from hts.studio.store.store import Store
from hts.tails.report import tail_report
store = Store()
run = store.runs.list()[0]
record = compression(store, run.id)
weights = store.arrays.load_checkpoint(run.id).tensors["hidden_1"]
report = tail_report(weights, "IV")
print(json.dumps({
    "state": run.state,
    "criteria": [curve.criterion for curve in record.curves],
    "estimators": [row.method for row in report.estimates],
}))
"""
    told = json.loads(with_plugins(home, "-c", code))
    assert told["state"] == "finished"
    assert told["criteria"][-1] == "largest"
    assert told["estimators"][-1] == "t-hill"


def test_forms_offer_them_and_the_page_opens(home):
    code = """
import json
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("pages/train.py", default_timeout=60)
page.session_state["framed"] = True
page.query_params["data"] = "checkerboard"
page.query_params["noise"] = "IV"
page.query_params["model"] = "positive"
page.query_params["activation"] = "softsign"
page.run()
assert not page.exception, page.exception
from pages._parts.shell.pages import pages
mine = AppTest.from_file("examples/own_pages/mine.py", default_timeout=60)
mine.session_state["framed"] = True
mine.run()
assert not mine.exception, mine.exception
print(json.dumps({
    "settings": {name: page.session_state["settings"][name]
                 for name in ("data", "noise", "model", "activation")},
    "pages": [shown.title for shown in pages()][:3],
    "title": mine.title[0].value,
}))
"""
    told = json.loads(with_plugins(home, "-c", code))
    assert told["settings"] == {
        "data": "checkerboard", "noise": "IV", "model": "positive", "activation": "softsign",
    }  # fmt: skip
    assert told["pages"] == ["Train", "Mine", "Runs"]
    assert told["title"] == "A page of my own"
