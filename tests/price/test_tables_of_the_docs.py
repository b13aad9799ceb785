"""The tables of docs/price.md are those that the command writes from the stored results."""

import re
from pathlib import Path

import pytest

from hts.price.choose import Choice
from hts.price.files import read
from hts.price.price_row import COLUMNS
from hts.price.tables import TABLES
from hts.table_file import table_bytes

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "price.md").read_text()
STORED = sorted((ROOT / "results" / "price").glob("*.json"))
LEFT_OUT = ("90 % removed, fine-tuned", "90 % removed, refitted")  # they stand in another table
PRICES = ("method", "value", *(c for c in COLUMNS if c not in LEFT_OUT), "step time over no noise")


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    ("name", "columns"), [("accuracies", None), ("prices", PRICES), ("rulings", None)]
)
def test_a_table_is_of_the_stored_result(path, name, columns):
    rows = [{key: row[key] for key in columns or row} for row in TABLES[name](Choice(read(path)))]
    section = re.split(r"^## ", DOCS, flags=re.M)
    (ours,) = (one for one in section if f"`results/price/{path.name}`" in one)
    assert table_bytes(rows, ".md").decode() in ours
