"""The tables of the README, the tutorial and the presets' own page are the stored results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hts.runs.claims import Gain
from hts.runs.presets import PRESETS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
CLAIMS = (ROOT / "docs" / "presets.md").read_text(encoding="utf-8")
SHARES = (0.0, 0.5, 0.8, 0.9, 0.98)
ROWS = {
    "first-look": {
        "main": "type III noise, alpha 1.5",
        "none": "no noise, same target",
        "gaussian": "Gaussian noise, same target",
        "none-steps": "no noise, same steps",
        "gaussian-steps": "Gaussian noise, same steps",
    },
    "full-budget": {
        "main": "type III noise, alpha 1.75",
        "none": "no noise",
        "gaussian": "Gaussian noise",
    },
}


def rows(name: str) -> list[str]:
    networks = next(preset for preset in PRESETS if preset.name == name).networks
    made = []
    for arm, label in ROWS[name].items():
        of = networks.of(arm).values()
        kept = np.median([one.curve.at(SHARES) for one in of], axis=0)
        steps = np.median([one.steps for one in of])
        cells = [f"{steps:.0f}", *(f"{value:.0f}" for value in kept)]
        won = "" if arm == "main" else _difference(Gain(share=0.8, over=arm).of(networks))
        made.append(f"| {label} | {' | '.join(cells)} | {won} |")
    return made


def _difference(figure) -> str:
    low, value, high = (
        f"{round(v):+d}".replace("-", "−").replace("+0", "0")
        for v in (figure.low, figure.value, figure.high)
    )
    return f"{value} ({low} to {high}), {figure.won} of {figure.seeds}"


@pytest.mark.parametrize(
    ("page", "name"),
    [(README, "first-look"), (TUTORIAL, "first-look"), (TUTORIAL, "full-budget")],
    ids=["README, first look", "tutorial, first look", "tutorial, full budget"],
)
def test_the_tables_are_the_stored_result(page, name):
    for row in rows(name):
        assert row in page, row


def claimed_rows(preset) -> list[str]:
    made = []
    for part in preset.claim.parts:
        if part.claims:
            found = part.measure.of(preset.networks)
            span = f" ({found.low:.3g} to {found.high:.3g})" if found.low < found.high else ""
            won = "" if found.won is None else f"{found.won} of {found.seeds}"
            cells = (preset.name, part.measure.title, part.bound, f"{found.value:.3g}{span}", won)
            made.append(f"| {' | '.join(cells)} |")
    return made


@pytest.mark.parametrize("preset", [p for p in PRESETS if p.claim], ids=lambda p: p.name)
def test_every_bound_of_a_claim_is_in_the_table_with_what_is_stored(preset):
    for row in claimed_rows(preset):
        assert row in CLAIMS, row
