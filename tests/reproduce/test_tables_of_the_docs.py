"""The tables of docs/reproduce.md are those that the command writes from the stored results."""

import re
from pathlib import Path

import pytest

from hts.paired.verdict import RULINGS, SIDE, holm
from hts.reproduce.result import load
from hts.reproduce.tables import TABLES
from hts.table_file import table_bytes

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "reproduce.md").read_text()
STORED = {path: load(ROOT / path) for path in set(re.findall(r"`(results/reproduce/\S+)`", DOCS))}
QUICK, WIDTH, MNIST, CIFAR, AGAIN = (
    f"results/reproduce/{name}.json"
    for name in ("quick", "width-ecg5000", "mnist-published", "cifar10", "first-look-100")
)
TRENDS = ("claim", "part", "verdict", "effect", "low", "high", "agree", "seeds", "p_corrected")


ONCE = (
    "setup", "noise", "alpha", "strength", "reached", "steps", "train_accuracy", "test_0",
    "test_80", "test_90", "compressible", "test_compressed", "moved_by_gradient", "moved_by_noise",
    "core_seconds",
)  # fmt: skip


def shown_gain(row) -> bool:
    shown = row["noise"] == "III" and row["pruned"] in (80, 90)
    return shown and row["alpha"] == (1.75 if row["setup"] == "ecg5000-paper" else 1.5)


def shown_trend(row) -> bool:
    return row["claim"] in ("width", "probability")


@pytest.mark.parametrize(
    ("heading", "file", "name", "shown", "columns"),
    [
        ("Accuracy at equal pruned share", QUICK, "gains", shown_gain, None),
        ("Verdicts by regime", QUICK, "families", lambda row: True, None),
        ("The first look, a hundred fresh seeds", AGAIN, "gains", shown_gain, None),
        ("The first look, a hundred fresh seeds", AGAIN, "families", lambda row: True, None),
        ("Growth with the width", WIDTH, "verdicts", shown_trend, TRENDS),
        ("CIFAR-10", CIFAR, "gains", shown_gain, None),
        ("CIFAR-10", CIFAR, "families", lambda row: True, None),
        ("MNIST, the published example", MNIST, "settings", lambda row: True, ONCE),
    ],
)
def test_a_table_is_of_the_stored_result(heading, file, name, shown, columns):
    rows = [row for row in TABLES[name](STORED[file]) if shown(row)]
    picked = [{key: row[key] for key in columns or row} for row in rows]
    section = DOCS.split(f"### {heading}\n")[1].split("\n#")[0]
    assert table_bytes(picked, ".md").decode() in section


def test_verdicts_can_be_worked_out_from_the_table_alone():
    families: dict[tuple[str, ...], list] = {}
    for row in TABLES["verdicts"](STORED[QUICK]):
        families.setdefault((row["claim"], row["setup"], row["regime"]), []).append(row)
    for rows in families.values():
        sides = [holm([row[side] for row in rows]) for side in ("p_for", "p_against")]
        told = [(row["verdict"], row["p_corrected"]) for row in rows]
        assert told == [
            ("supported" if p <= SIDE else "not supported" if q <= SIDE else "undecided", min(p, q))
            for p, q in zip(*sides, strict=True)
        ]
    assert {row["verdict"] for rows in families.values() for row in rows} == set(RULINGS)
