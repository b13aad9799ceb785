"""`bench noise`: the figures are there, and they are ratios of what was timed."""

from __future__ import annotations

import json

import pytest
import torch

from hts.experiments.cli import main


def test_bench_noise_prints_ratios_and_shares_of_a_step(capsys):
    before = torch.get_num_threads()
    assert main(["bench", "noise", "--json", "--runs", "1", "--sizes", "14000"]) == 0
    assert torch.get_num_threads() == before
    found = json.loads(capsys.readouterr().out)
    values, layer = found["values"], found["layer"]
    assert {row["threads"] for row in values} == {row["threads"] for row in layer} == {1, 2}
    for row in values:
        if row["what"] == "normal_":
            assert row["times_normal"] == 1
        assert row["ns_per_value"] == pytest.approx(1e9 * row["seconds"] / row["values"])
    for row in layer:
        assert row["percent_of_step"] > 0
        assert (row["percent_of_step"] == 100) == (row["what"] == "SGD step")
    assert main(["bench", "noise", "--runs", "1", "--sizes", "1e4"]) == 0
    assert "times_normal" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--runs", "0"], ["--sizes", "12"], ["--device", "tpu"]])
def test_bad_options_end_with_one_line(words, capsys):
    assert main(["bench", "noise", *words]) == 2
    assert "must be" in capsys.readouterr().err


@pytest.mark.skipif(torch.cuda.is_available(), reason="for machines without CUDA")
def test_without_a_gpu_its_benchmark_says_so(capsys):
    assert main(["bench", "noise", "--device", "cuda"]) == 2
    assert "finds no CUDA device" in capsys.readouterr().err


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_a_gpu_the_benchmark_gives_shares_of_the_copy(capsys):
    assert main(["bench", "noise", "--device", "cuda", "--json", "--runs", "5"]) == 0
    rows = json.loads(capsys.readouterr().out)["device"]
    assert {row["values"] for row in rows} == {1_400_000, 140_000_000}
    assert all(row["share_of_copy"] > 0 for row in rows)
