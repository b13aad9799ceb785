"""The Runs page with runs of several networks: the table, comparing them, what is taken along."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import zipfile

import numpy as np
import pytest
import several_factories

from hts.records import KeptCurve, encode
from hts.studio.compress.report import AT, report
from hts.studio.store.run_row import networks_of
from hts.studio.transfer.export import networks_csv, networks_zip
from pages._parts.board.views import look_up
from pages._parts.runs.comparison import _make

AFTER = {"main": 60.0, "none": 90.0, "gaussian": 54.0}  # test accuracy with 80 % removed


@pytest.fixture
def several(store):
    """Three seeds with both controls, whose accuracy with 80 % removed is known."""
    run_id = several_factories.put(store)
    result = store.runs.get(run_id).result
    members = []
    for one in result.members:
        accuracy = AFTER[one.arm] + one.seed * (one.arm == "main")
        curve = KeptCurve(pruned=[0.0, 0.8, 1.0], test_accuracy=[92.0, accuracy, 10.0])
        known = dataclasses.replace(one.result, curve=curve, test_accuracy=80.0 + one.seed)
        members.append(dataclasses.replace(one, result=known))
    store.runs.update(run_id, result=encode(dataclasses.replace(result, members=members)).decode())
    for name in networks_of(store.runs.get(run_id))[1:]:
        store.arrays.save_weights(name, {"hidden_1": np.ones((4, 3), np.float32)})
    return run_id


def test_a_run_of_several_is_one_row_with_its_seeds_and_its_controls(open_page, several, finished):
    single = finished(seed=5)
    page = open_page("runs")
    assert not page.exception
    table = page.dataframe[0].value.set_index("Run")
    assert list(table.index) == [single, several]
    assert list(table["Networks"]) == ["seed 5", "3 seeds, 2 controls"]
    assert table.loc[several, "Over seeds"] == "81.0 to 83.0 %"
    assert table.loc[several, "At 80 % removed"] == "noise-free −28, Gaussian +8"
    assert table.loc[single, "At 80 % removed"] == ""
    assert table.loc[several, "Settings"][0] == "type III, α 1.75"


def test_without_such_runs_there_are_no_such_columns(open_page, finished):
    finished()
    columns = set(open_page("runs").dataframe[0].value)
    assert "Networks" in columns
    assert not columns & {"Over seeds", "At 80 % removed"}


def test_runs_of_several_are_compared_by_their_noisy_networks(open_page, several, finished):
    single = finished(seed=2, alpha=1.5)
    page = open_page("runs", compare=f"{several},{single},{several}.gaussian.2")
    assert not page.exception
    assert page.subheader[0].value == "Comparing 3 runs"
    differences = page.dataframe[0].value
    assert list(differences.columns) == ["type III, α 1.75", "type III, α 1.5", "Gaussian"]
    assert list(differences.loc["Run"]) == [several, single, f"{several}.gaussian.2"]
    alike = open_page("runs", compare=f"{several},{finished(seed=2)}").dataframe[0].value
    assert list(alike.columns) == ["type III, α 1.75, 3 seeds", "type III, α 1.75, seed 2"]


def test_two_compared_runs_are_no_controls_of_each_other(store, several):
    other = several_factories.put(store, alpha=1.5)
    networks = [look_up(store, run).arms[0][2] for run in (several, other)]
    cards = json.loads(_make(networks, ["one", "other"], 0.5))["cards"]
    assert "pruning" in [card["id"] for card in cards]
    assert "difference" not in [card["id"] for card in cards]


def test_the_report_has_all_networks_and_says_what_noise_costs(store, several):
    made = report(store, several)
    assert "Difference to the controls at equal pruned share" in made
    assert made.count("With 50 % removed the noisy network keeps") == 1
    assert made.count("The Gaussian control keeps") == len(AT)
    assert "test accuracy, median of seeds" in made


def test_every_network_is_a_line_and_a_file_to_take_along(store, several):
    rows = list(csv.DictReader(io.StringIO(networks_csv(store, several))))
    assert [(row["arm"], row["seed"]) for row in rows[:4]] == [
        ("main", "1"), ("main", "2"), ("main", "3"), ("none", "1"),
    ]  # fmt: skip
    assert [float(row["at 80"]) for row in rows[:4]] == [61.0, 62.0, 63.0, 90.0]
    with zipfile.ZipFile(io.BytesIO(networks_zip(store, several))) as archive:
        names = [f"{name}.safetensors" for name in networks_of(store.runs.get(several))]
        assert archive.namelist() == names[1:]  # the first one kept none


def test_with_four_controls_no_gain_is_cut(open_page, store):
    several_factories.put(store, equal_steps=True, target_accuracy=80.0)
    table = open_page("runs").dataframe[0]
    row = table.value.iloc[0]
    widths = json.loads(table.proto.columns)
    for name in ("At 80 % removed", "At 80 % removed, equal steps"):
        assert re.fullmatch(r"noise-free [+−]?\d+, Gaussian [+−]?\d+", row[name])
        assert widths[name]["width"] >= 20 + 6 * max(len(row[name]), len(name))


def test_settings_that_differ_are_in_words_and_not_cut(open_page, several, finished, store):
    other = several_factories.put(store, equal_steps=True, target_accuracy=80.0)
    table = open_page("runs", compare=f"{several},{other}").dataframe[0]
    assert list(table.value.loc["Equal-steps controls"]) == ["no", "yes"]
    longest = max(map(len, table.value.index))
    assert json.loads(table.proto.columns)["_index"]["width"] >= 6 * longest + 16
