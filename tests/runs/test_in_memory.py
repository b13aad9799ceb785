"""`hts.train` and `hts.sweep`: what they return is what the runs come to, as tables and figures."""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
import pytest

import hts
from hts.data import load
from hts.runs.recorder import InMemory
from hts.runs.single import train as run
from hts.validate import BadInput

SMALL = hts.RunConfig(width=40, iterations=20, eval_every=5, sigma=0.02, seed=3)


@pytest.fixture(scope="module")
def trained() -> hts.runs.in_memory.trained.Trained:
    return hts.train(SMALL, alpha=1.5)


@pytest.fixture(scope="module")
def swept() -> hts.runs.in_memory.swept.Swept:
    return hts.sweep(SMALL, noise=["III", "none"], width=[20, 40], seed=range(3))


def timeless(record: object) -> object:
    return dataclasses.replace(record, seconds=0.0)


def test_a_run_is_that_of_its_configuration_with_history_and_weights(trained):
    memory = InMemory()
    config = SMALL.replace(alpha=1.5)
    result = run(config, load("digits"), recorder=memory)
    assert trained.config == config
    assert timeless(trained.result) == timeless(result)
    assert [*map(timeless, trained.evaluations)] == [*map(timeless, memory.evaluations)]
    assert [*map(timeless, trained.snapshots)] == [*map(timeless, memory.snapshots)]
    assert {name: array.shape for name, array in trained.weights.items()} == {
        "hidden_1": (40, 64), "output": (10, 40),
    }  # fmt: skip
    ratio = hts.pruning.pruning_ratio(hts.pruning.unit_norms(trained.weights["hidden_1"]))
    assert ratio == pytest.approx(result.pruning_ratio)


def test_own_arrays_take_the_place_of_the_dataset():
    whole = load("digits")
    part = dataclasses.replace(whole, x_train=whole.x_train[:200], y_train=whole.y_train[:200])
    ours, theirs = hts.train(SMALL, dataset=part), hts.train(SMALL)
    assert ours.result.train_accuracy * 2 == pytest.approx(round(ours.result.train_accuracy * 2))
    assert ours.result.test_accuracy != theirs.result.test_accuracy


def test_a_run_as_table_figure_and_words(trained):
    frame = trained.to_frame()
    assert list(frame["step"]) == [one.step for one in trained.evaluations]
    assert list(frame["test_accuracy"]) == [one.test_accuracy for one in trained.evaluations]
    training, test = trained.plot().data
    assert (training.name, list(training.x)) == ("Training", list(frame["step"]))
    assert list(test.y) == list(frame["test_accuracy"])
    accuracy = f"{trained.result.test_accuracy:.4g}"
    assert f"<td>Test accuracy (%)</td><td>{accuracy}</td>" in trained._repr_html_()
    assert f"test accuracy {trained.result.test_accuracy:.1f} %" in repr(trained)


def test_a_divergence_is_a_result_without_weights():
    found = hts.train(SMALL, sigma=0.0, lr=1e30, iterations=40)
    assert found.result.stop_reason == "diverged"
    assert found.weights == {}
    assert "<td>–</td>" in found._repr_html_()
    assert "diverged at step" in repr(found)


def test_a_sweep_has_every_combination_as_it_is_alone(swept):
    assert [(row["noise"], row["width"], row["seed"]) for row in swept.rows()] == [
        (noise, width, seed) for noise in ("III", "none") for width in (20, 40) for seed in range(3)
    ]
    alone = hts.train(SMALL, noise="III", width=40, seed=1).result
    (row,) = (r for r in swept.rows() if (r["noise"], r["width"], r["seed"]) == ("III", 40, 1))
    assert row["test_accuracy"] == pytest.approx(alone.test_accuracy, abs=0.3)
    assert row["pruning_ratio"] == pytest.approx(alone.pruning_ratio)


def test_cells_are_medians_over_seeds(swept):
    cells = swept.cells()
    assert [tuple(cell.settings.values()) for cell in cells] == [
        ("III", 20), ("III", 40), ("none", 20), ("none", 40),
    ]  # fmt: skip
    values = [row["test_accuracy"] for row in swept.rows()[3:6]]
    row = cells[1].to_dict()
    assert (row["runs"], row["diverged"]) == (3, 0)
    assert row["test_accuracy"] == np.median(values)
    assert (row["test_accuracy_low"], row["test_accuracy_high"]) == (min(values), max(values))


def test_a_sweep_as_table_figure_and_words(swept):
    frame = swept.to_frame()
    assert len(frame) == 12
    figure = swept.plot(x="width")
    assert [line.name for line in figure.data] == ["noise III", "noise none"]
    medians = frame[frame["noise"] == "none"].groupby("width")["test_accuracy"].median()
    assert list(figure.data[1].x) == [20, 40]
    assert list(figure.data[1].y) == list(medians)
    words = swept._repr_html_()
    assert words.count("<tr>") == 5
    low, middle, high = sorted(frame["test_accuracy"][:3])
    assert f"<td>{middle:.4g} ({low:.4g} to {high:.4g})</td>" in words
    assert repr(swept) == "<Swept noise, width, seed: 12 runs, 4 cells>"


def test_networks_that_diverge_count_as_0_percent():
    found = hts.sweep(SMALL, noise="none", width=10, lr=[0.02, 1e30], seed=[1, 2])
    fine, lost = found.cells()
    assert (fine.diverged, lost.diverged) == (0, 2)
    assert lost.medians["test_accuracy"].median == 0
    assert "pruning_ratio" not in lost.medians
    assert len(found.plot("pruning_ratio").data[0].x) == 1


def test_a_bar_counts_steps_and_runs_where_it_is_asked_for(capsys):
    hts.train(SMALL, iterations=5)
    assert capsys.readouterr().err == ""
    hts.train(SMALL, iterations=5, progress=True)
    assert "5/5" in capsys.readouterr().err
    hts.sweep(SMALL, iterations=5, seed=range(3), progress=True)
    assert "3/3" in capsys.readouterr().err


def test_what_cannot_be_is_refused_before_anything_trains(swept):
    for settings, says in [
        ({"alpha": [1.5, 2.3]}, "alpha must be"),
        ({"widht": [10]}, "widht.*width"),
        ({"seed": []}, "seed must have a value or more"),
        ({"seed": [1], "replicates": 2}, "hts.sweep trains one network for each seed"),
    ]:
        with pytest.raises(BadInput, match=says):
            hts.sweep(SMALL, **settings)
    with pytest.raises(BadInput, match=r"hts\.train trains one network for each seed"):
        hts.train(SMALL, controls="none")
    with pytest.raises(BadInput, match="data cannot be swept"):
        hts.sweep(SMALL, data=["digits", "mnist"], dataset=load("digits"))
    with pytest.raises(BadInput, match="measure must be one of"):
        swept.plot("loss")
    with pytest.raises(BadInput, match="x must be one of noise, width"):
        swept.plot(x="seed")


def test_without_an_extra_the_figure_and_the_table_say_what_to_install(trained, monkeypatch):
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", None)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(BadInput, match=r"plot\(\) needs plotly, .*\[plot\]"):
        trained.plot()
    with pytest.raises(BadInput, match=r"to_frame\(\) needs pandas, .*\[tables\]"):
        trained.to_frame()
