"""`bench`: the figures are there, and they are ratios of what was timed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch

from bench import ensembles as bench_ensemble
from bench import memory as bench_memory
from bench.__main__ import main
from hts import RunConfig


def test_bench_noise_prints_ratios_and_shares_of_a_step(capsys):
    before = torch.get_num_threads()
    assert main(["noise", "--json", "--runs", "1", "--sizes", "14000"]) == 0
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
    assert main(["noise", "--runs", "1", "--sizes", "1e4"]) == 0
    assert "times_normal" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--runs", "0"], ["--sizes", "12"]])
def test_bad_options_end_with_one_line(words, capsys):
    assert main(["noise", *words]) == 2
    assert "must be" in capsys.readouterr().err


def test_bench_train_sets_a_step_beside_its_products_and_the_other_ways(capsys):
    sizes = ["--widths", "50", "--inputs", "20", "--threads", "1", "--runs", "2"]
    assert main(["train", "--json", *sizes]) == 0
    rows = {row["what"]: row for row in json.loads(capsys.readouterr().out)["step"]}
    assert list(rows)[:5] == ["products", "no noise", "type I", "type II", "type III"]
    assert {"plain torch, type II", "published way, type II"} < set(rows)
    assert rows["products"]["times_products"] == rows["no noise"]["times_no_noise"] == 1
    assert all(row["seconds"] > 0 and row["times_products"] > 0 for row in rows.values())


@pytest.mark.slow
def test_bench_ensembles_compares_three_ways_of_the_same_runs(capsys, monkeypatch):
    monkeypatch.setattr(bench_ensemble, "STEPS", {200: 3})
    assert main(["ensembles", "--json", "--widths", "20", "--members", "1,3"]) == 0
    for row in json.loads(capsys.readouterr().out)["ensembles"]:
        assert row["steps"] == 3
        for way in ("one_after_another", "two_processes"):
            assert row[f"times_{way}"] == pytest.approx(row["together"] / row[way])


def test_bench_pruning_counts_where_the_curves_equal_naive_masking(capsys):
    sizes = ["--width", "300", "--examples", "400", "--inputs", "20", "--classes", "3"]
    assert main(["pruning", "--json", "--runs", "1", *sizes]) == 0
    (row,) = json.loads(capsys.readouterr().out)["pruning"]
    assert (row["levels"], row["sampled"], row["equal_to_exact"]) == (301, 50, 50)
    assert row["magnitude_equal_to_naive"] == row["magnitude_levels"] == 50
    assert row["times_forward"] > 0
    assert row["plain_differs_per_million"] < 1000


def test_the_members_of_a_bench_differ():
    configs = bench_ensemble.members(128, 200)
    assert len({config.hash for config in configs}) == 128


@pytest.mark.slow
def test_the_estimate_of_memory_is_within_a_fifth_of_the_peak():
    small = RunConfig(width=3000, iterations=2, eval_every=1)
    (row,) = bench_memory.measure([small])
    assert 0.8 < row["estimate_over_peak"] < 1.2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["noise", "--sizes", "few"], "sizes .* got 'few'"),
        (["train", "--widths", "0"], "widths .* from 1 .* got 0"),
        (["train", "--runs", "none"], "runs .* got 'none'"),
        (["ensembles", "--device", "tpu"], "device must be one of cpu, cuda"),
    ],
)
def test_sizes_that_are_none_are_refused(words, said, capsys):
    assert main([*words]) == 2
    assert re.search(said, capsys.readouterr().err)


def test_bench_house_tells_the_structure_of_this_repository(capsys):
    assert main(["house", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["cycles_of_files"] == found["cycles_of_rooms"] == []
    assert found["lines"] == sum(found["lines_by_room"].values())
    assert len(found["longest_chain_of_files"]) == found["longest_chain"]
    assert main(["house"]) == 0
    assert f"files: {found['files']}" in capsys.readouterr().out


def test_bench_house_draws_every_room_above_those_it_imports(capsys):
    assert main(["house", "--svg"]) == 0
    picture = ElementTree.fromstring(capsys.readouterr().out)
    lines = [one.attrib for one in picture.iter("{http://www.w3.org/2000/svg}line")]
    assert lines
    assert all(float(line["y1"]) < float(line["y2"]) for line in lines)
    names = {one.text for one in picture.iter("{http://www.w3.org/2000/svg}text")}
    rooms = {path.parent.name for path in Path("hts").glob("*/__init__.py")}
    assert rooms | {"pages", "cli", "jobs"} <= names


def test_bench_replicates_sets_networks_beside_themselves_alone_and_the_floor(capsys):
    before = torch.get_num_threads()
    assert main(["replicates", "--json", "--width", "30", "--steps", "20", "--seeds", "2"]) == 0
    assert torch.get_num_threads() == before
    (row,) = json.loads(capsys.readouterr().out)["replicates"]
    assert row["networks"] == 6
    assert row["times_alone"] == pytest.approx(row["together"] / row["alone"])
    assert row["times_floor"] == pytest.approx(row["together"] / row["floor"])
    assert 0 < row["floor"] < row["alone"]


def test_bench_tables_counts_what_readers_get_right_and_times_them(capsys):
    assert main(["tables", "--megabytes", "0.05", "--runs", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    right = {row["reader"]: row["right"] for row in found["awkward"]}
    assert right["hts"] == found["awkward"][0]["of"] > right["pandas"] > 0
    assert found["speed"][0]["read"] > 0


def test_bench_watch_sets_watched_steps_beside_the_same_without(capsys):
    assert main(["watch", "--rounds", "1", "--seconds", "0.1", "--width", "60", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["watch"]
    assert row["parameters"] == 60 * (784 + 1) + 60 * (60 + 1) + 10 * (60 + 1)
    assert (len(row["cpu_ratios"]), len(row["wall_ratios"])) == (1, 1)
    assert row["cpu_ratio"] > 0
    assert row["looks_before_the_last"][0] >= 1
