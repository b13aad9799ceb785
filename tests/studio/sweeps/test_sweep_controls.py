"""Differences to controls: against single runs, in tables, in words and in exported files."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest
from sweep_factories import BLOWN_UP, member, result

from hts.config import RunConfig
from hts.paired.median import median_of
from hts.records import KeptCurve, RunResult
from hts.studio.store.sweep_row import Member, Sweep
from hts.studio.sweeps.controls import Controls, controls_of, effects
from hts.studio.sweeps.export import COLUMNS, columns_of, csv_text, parquet_bytes
from hts.studio.sweeps.measures import PERCENTS, accuracy_at, difference, measures_of
from hts.studio.sweeps.spec import SweepSpec
from hts.studio.sweeps.table import summarise
from hts.studio.sweeps.text import as_json, medians

SEEDS = 7
SPEC = SweepSpec(
    name="test",
    base=RunConfig(replicates=SEEDS, controls="none,gaussian"),
    grid={"alpha": (1.5, 1.75)},
)
CONTROLS = controls_of(SPEC.to_json())


def curve(rng: np.random.Generator) -> KeptCurve:
    """Accuracies at 0 to 100 % removed in steps of 10 %."""
    falling = np.sort(rng.uniform(10, 100, 11))[::-1]
    return KeptCurve(pruned=[i / 10 for i in range(11)], test_accuracy=falling.tolist())


def members(**changed: RunResult | None) -> list[Member]:
    """Every run of `SPEC`; ``changed``: results by ``noise_seed``."""
    rng = np.random.default_rng(3)
    found = []
    for place, config in enumerate(SPEC.configs()):
        ended = result(prunable=float(config.seed), curve=curve(rng))
        ended = changed.get(f"{config.noise}_{config.seed}", ended)
        state = "done" if ended is not None else "running"
        found.append(member(place, ended, state=state, **config.to_dict()))
    return found


def at(one: Member, percent: int) -> float:
    """By hand: between two levels on the line through them."""
    assert one.result is not None
    assert one.result.curve is not None
    low, part = divmod(percent, 10)
    levels = one.result.curve.test_accuracy
    return levels[low] + part / 10 * (levels[min(low + 1, 10)] - levels[low])


def cell(several: list[Member], alpha: float) -> list[Member]:
    return [m for m in CONTROLS.in_cells(several) if m.config.alpha == alpha]


@pytest.mark.parametrize("noise", ["none", "gaussian"])
@pytest.mark.parametrize("percent", [50, 95])
def test_a_difference_is_the_median_of_what_single_runs_differ_by(noise, percent):
    several = members()
    ours = cell(several, 1.75)
    theirs = {m.config.seed: m for m in several if m.config.noise == noise}
    gaps = [at(m, percent) - at(theirs[m.config.seed], percent) for m in ours]
    got = summarise(ours, difference(noise, percent), CONTROLS.among(several, noise))
    by_hand = median_of(gaps)
    assert got.middle == pytest.approx(sorted(gaps)[SEEDS // 2])
    assert [got.low, got.high] == pytest.approx([by_hand.low, by_hand.high])
    assert (got.count, got.level) == (SEEDS, 0.95)
    (told,) = effects(ours, CONTROLS.among(several, noise), [percent / 100])
    assert told.difference.median == pytest.approx(got.middle)
    assert told.seeds_won == sum(gap > 0 for gap in gaps)


def test_accuracy_at_a_share_and_what_is_prunable_are_medians():
    several = members()
    ours = cell(several, 1.5)
    got = summarise(ours, accuracy_at(80))
    assert got.middle == pytest.approx(sorted(at(m, 80) for m in ours)[SEEDS // 2])
    prunable = summarise(ours, measures_of(())["prunable"])
    assert (prunable.middle, prunable.low, prunable.high) == (4.0, 1.0, 7.0)


def test_few_seeds_have_their_range_and_say_its_level():
    ours = cell(members(), 1.5)
    three, one = summarise(ours[:3], accuracy_at(80)), summarise(ours[:1], accuracy_at(80))
    values = [at(m, 80) for m in ours[:3]]
    assert [three.low, three.high] == pytest.approx([min(values), max(values)])
    assert three.level == 0.75
    assert (one.low, one.high) == (None, None)


def test_a_pair_with_a_run_that_has_not_ended_or_kept_no_curve_is_left_out():
    several = members(none_1=None, none_2=result())
    ours = cell(several, 1.5)
    besides = CONTROLS.among(several, "none")
    assert summarise(ours, difference("none", 80), besides).count == SEEDS - 2
    assert effects(ours, besides)[0].seeds == SEEDS - 2
    nothing = members(**{f"none_{seed}": result() for seed in range(1, SEEDS + 1)})
    assert effects(cell(nothing, 1.5), CONTROLS.among(nothing, "none")) == []


def test_a_network_that_diverged_counts_as_0_percent():
    several = members(none_1=BLOWN_UP)
    ours = cell(several, 1.5)
    one = summarise(ours[:1], difference("none", 50), CONTROLS.among(several, "none"))
    assert one.middle == pytest.approx(at(ours[0], 50))


def test_differences_come_first_where_there_are_controls():
    assert list(measures_of(("none", "gaussian")))[:2] == ["difference_none", "difference_gaussian"]
    assert next(iter(measures_of(()))) == "pruning_ratio"
    assert measures_of(("none",), 95)["difference_none"].at == 95


# -- in files and on the command line ------------------------------------------------------------


def rows(several: list[Member]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_text(several, CONTROLS))))


def test_the_export_has_accuracies_at_shares_and_differences_to_each_control():
    several = members(gaussian_2=result())
    got = rows(several)
    assert list(got[0]) == list(columns_of(CONTROLS))
    assert set(columns_of(CONTROLS)) - set(COLUMNS) == {
        "is_control",
        *(f"difference_{n}_at_{p}" for n in ("none", "gaussian") for p in PERCENTS),
    }
    first = next(m for m in several if m.config.noise == "none" and m.config.seed == 1)
    assert float(got[0]["accuracy_at_95"]) == pytest.approx(at(several[0], 95))
    gap = at(several[0], 95) - at(first, 95)
    assert float(got[0]["difference_none_at_95"]) == pytest.approx(gap)
    assert float(got[0]["prunable"]) == 1.0
    assert got[1]["difference_gaussian_at_80"] == ""  # its control has no curve
    assert [row["is_control"] for row in got] == ["False"] * 14 + ["True"] * 14
    assert got[14]["difference_none_at_80"] == ""


def test_parquet_has_the_same_columns():
    pq = pytest.importorskip("pyarrow.parquet")
    table = pq.read_table(io.BytesIO(parquet_bytes(members(), CONTROLS)))
    assert table.column_names == list(columns_of(CONTROLS))
    assert table.to_pylist()[14]["is_control"] is True
    assert "is_control" not in columns_of(Controls())


def sweep() -> Sweep:
    numbers: dict[str, Any] = dict.fromkeys(("failed", "running", "reused"), 0)
    return Sweep(
        id="s1", name="test", spec=SPEC.to_json(), created=0.0, state="finished", message="",
        total=28, done=28, seconds=1.0, pid=None, pid_started=None, revision=1, **numbers,
    )  # fmt: skip


def test_the_table_of_medians_has_a_column_for_each_control_and_no_row_for_them():
    head, _, *lines, nothing, said = medians(sweep(), members()).splitlines()
    assert head.endswith(
        "| points to noise-free control at 80 % removed | points to Gaussian control at 80 % "
        "removed |"
    )
    assert [line.split(" | ")[0] for line in lines] == ["| 1.5", "| 1.75"]
    assert (nothing, said.startswith("Medians over seeds, in brackets the")) == ("", True)


def test_json_has_the_comparison_at_every_share():
    import json

    cells = json.loads(as_json(sweep(), members()))["cells"]
    shares = cells[0]["at_equal_share"]
    assert [(e["control"], e["share"]) for e in shares[:2]] == [("none", 50.0), ("none", 70.0)]
    assert len(shares) == 2 * len(PERCENTS)
    assert {"difference", "low", "high", "seeds_won", "accuracy"} <= set(shares[0])
    assert cells[0]["pruning_ratio"]["median"] == 50.0
