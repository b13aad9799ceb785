"""``python -m hts verify tails --grid``: it goes on, it judges, and its quick part passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hts.studio.cli.main import main
from hts.validate import BadInput
from hts.verify import grid, grid_report
from hts.verify.grid import Cell
from hts.verify.grid_laws import FORMATS, GRID_LAWS

ROOT = Path(__file__).parents[2]
SOME = {"laws": ("stable 1.5, type II", "Student-t 3"), "shapes": ((50, 10), (200, 100))}


def test_there_are_enough_cells_and_the_shapes_asked_for() -> None:
    assert len(GRID_LAWS) * len(grid.SHAPES) * len(FORMATS) >= 500
    assert {(512, 4608), (4096, 4096), (50, 10), (10_000, 10_000)} <= set(grid.SHAPES)
    assert grid.wanted(50, 10) >= 400
    assert grid.wanted(4096, 4096) >= 40


def test_a_run_that_was_stopped_goes_on(tmp_path, monkeypatch) -> None:
    whole, parts = tmp_path / "whole.jsonl", tmp_path / "parts.jsonl"
    grid.run(whole, repeats=3, **SOME)
    monkeypatch.setattr(grid, "_SAVED_EVERY", 0.0)

    def two(look, todo) -> Iterator[grid.Looked]:
        yield from map(look, todo[:6])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grid.run(parts, repeats=3, each=two, **SOME)
    begun = grid.read(parts)
    assert sum(c.repeats for c in begun.values()) == 6 * len(FORMATS)
    assert {c.repeats for c in begun.values()} <= {1, 2}  # cells take turns
    grid.run(parts, repeats=3, **SOME)
    told = [{k: replace(c, seconds=0) for k, c in grid.read(p).items()} for p in (whole, parts)]
    assert told[0] == told[1]
    assert {c.repeats for c in told[0].values()} == {3}
    parts.write_text("{}\n")
    with pytest.raises(BadInput, match=r"parts\.jsonl must be a stored grid"):
        grid.read(parts)


def test_the_quick_part_has_no_wrong_verdict_and_covers(tmp_path) -> None:
    laws = ("stable 1.75, type II", "stable 1.5, type III", "Gaussian", "Student-t 1.6",
            "Gaussian rows of several scales", "stable 1.75, half zeros")  # fmt: skip
    cells = grid.run(tmp_path / "g.jsonl", laws=laws, shapes=((300, 100),), repeats=4)
    assert len(cells) == len(laws) * len(FORMATS)
    assert sum(c.wrong for c in cells) <= 1
    covered, asked = sum(c.covered for c in cells), sum(c.asked for c in cells)
    assert asked > 50
    assert covered / asked > 0.85
    assert grid_report.outside(cells) == []


def cell(**known) -> Cell:
    names = {"law": "stable 1.5, type II", "units": 50, "inputs": 10, "format": "float32"}
    return Cell(**{**names, "repeats": 100, "asked": 100, **known})


def test_what_is_wrong_and_what_is_not() -> None:
    law = GRID_LAWS["Student-t 3"]
    assert [kind for kind in ("stable", "Gaussian", "light", "masked") if not law.wrong(kind)] == []
    assert not any(law.wrong(kind) for kind in ("not stable", "compatible", "unclear", None))
    assert GRID_LAWS["Gaussian"].wrong("stable")
    assert cell(verdicts={"stable": 60, "compatible": 30, "light": 7, "masked": 3}).wrong == 10


def test_cells_outside_are_found_and_chance_is_not() -> None:
    usual = [cell(covered=95, inputs=10 + k) for k in range(300)]
    unlucky = cell(covered=88, format="int8")  # 92 % would give this or less once in twelve
    narrow = cell(covered=75, format="float16")
    assert grid_report.outside([*usual, unlucky, narrow]) == [narrow]
    assert grid_report.outside([replace(narrow, law="Gaussian", covered=100)]) == []
    rows = grid_report.rows([*usual, narrow, cell(covered=95, verdicts={"light": 20})])
    says = {row["says"]: row["passed"] for row in rows}
    assert any("stable 1.5, type II, 50 x 10, float16 75 of 100" in s for s in says)
    assert [s for s, passed in says.items() if not passed and "wrong verdicts" in s]


def test_the_shipped_grid_passes_and_the_document_tells_it() -> None:
    cells = list(grid.read(ROOT / "results/tails/grid.jsonl").values())
    assert len(cells) >= 500
    failed = [row["says"] for row in grid_report.rows(cells) if not row["passed"]]
    assert failed == []
    assert grid_report.table(cells) in (ROOT / "docs/tail-index.md").read_text()


def test_the_command_writes_results_and_the_table(tmp_path, capsys) -> None:
    page = tmp_path / "page.md"
    words = ["verify", "tails", "--grid", "--quick", "--repeats", "1", "--out", str(tmp_path)]
    page.write_text("# Title\n")
    assert main([*words, "--table", str(page)]) == 2
    assert "must have the lines" in capsys.readouterr().err
    page.write_text(f"before\n{grid_report.BEGIN}\nold\n{grid_report.END}\nafter\n")
    main([*words, "--table", str(page), "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["draws"] == 24
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert "| Student-t 3 | not stable |" in text
    assert len(grid.read(tmp_path / "grid.jsonl")) == 24
