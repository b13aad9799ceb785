"""`bench machine-code`: what it reads from the assembler's words, and what it makes of it."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest

from bench.__main__ import main
from bench.devices.machine_code import instructions, lines_needed
from hts.noise.table import FIRST, SHIFT

TEXT = """
_entries:
.text._entries:
        /*0000*/                   LDC R1, c[0x0][0x28] ;
        /*0010*/              @P0  EXIT ;
        /*0020*/             @!UP1 UIADD3 UR7, UR8, -0x4498517b, URZ ;
        /*0030*/                   LDG.E.128 R8, [R2.64] ;
        /*0040*/                   NOP ;
.L_x_1:
"""


def test_instructions_are_counted_by_name_without_padding():
    assert instructions(TEXT) == {"LDC": 1, "EXIT": 1, "UIADD3": 1, "LDG.E.128": 1}


def test_lines_needed_are_those_of_drawn_values():
    assert lines_needed(1) == pytest.approx(1)
    words = np.random.default_rng(1).integers(0, 2**31, (4000, 8), dtype=np.uint32)
    level = words.astype(np.float32) + np.float32(0.5)
    lines = ((level.view(np.uint32) >> SHIFT) - FIRST) * 16 // 128
    drawn = np.mean([len(set(row)) for row in lines.tolist()])
    assert lines_needed(8) == pytest.approx(drawn, abs=0.1)


@pytest.mark.skipif(importlib.util.find_spec("triton") is not None, reason="Triton is here")
def test_without_triton_it_says_what_is_missing(capsys):
    assert main(["machine-code"]) == 2
    assert "pip install triton" in capsys.readouterr().err


@pytest.mark.process
@pytest.mark.skipif(
    importlib.util.find_spec("triton") is None, reason="needs Triton, which comes for Linux"
)
def test_no_kernel_spills_and_the_table_is_read_in_one_load_a_value(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    assert main(["machine-code", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["machine_code"]
    assert {row["architecture"] for row in rows} == {"sm_80", "sm_90"}
    for row in rows:
        assert row["spilled_bytes"] == 0
        assert row["registers"] <= 128  # four programs a processor, and more
        assert row["instructions_per_value"] < 128
        assert 0 < row["share_of_memory_bound"] <= 1
    entries = [row for row in rows if row["noise"] == "II and Gaussian"]
    assert {row["bound_by"] for row in entries} == {"table"}
