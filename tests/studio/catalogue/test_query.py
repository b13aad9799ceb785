"""The words of a filter: what they find, and what is said of those that cannot be read."""

from __future__ import annotations

from datetime import datetime

import pytest

from hts.studio.catalogue.listing import Asked, briefly, listed
from hts.studio.jobs.annotations import annotate
from hts.validate import BadInput


@pytest.fixture
def found(store, finished):
    """``found("alpha<1.9")``: the names of the runs that a filter leaves."""
    for name, settings, accuracy in (
        ("light", {"alpha": 1.9, "lr": 1e6}, 60.0),
        ("heavy", {"alpha": 1.5, "noise": "II", "target_accuracy": 90.0}, 92.5),
        ("falling", {"alpha": "2@0/1.5@50"}, 93.0),
        ("silent", {"noise": "none", "train_output": False}, 95.0),
    ):
        run_id = finished(settings, test_accuracy=accuracy)
        annotate(store, run_id, name=name, star=name == "heavy", tags=[f"week {len(name)}", "all"])

    def find(where: str) -> set[str]:
        return {row["name"] for row in briefly(store, listed(store, Asked(where=where)).numbers)}

    return find


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("", {"light", "heavy", "falling", "silent"}),
        ("alpha<1.9", {"heavy"}),
        ("alpha >= 1.5", {"light", "heavy"}),
        ("alpha=none", {"silent"}),
        ("alpha=2@0/1.5@50", {"falling"}),
        ("noise=II|none", {"heavy", "silent"}),
        ("noise!=III", {"heavy", "silent"}),
        ("lr=1e6", {"light"}),
        ("train_output=no", {"silent"}),
        ("target_accuracy=none test_accuracy>92", {"falling", "silent"}),
        ("star=yes", {"heavy"}),
        ('tag="week 5" tag=all', {"light", "heavy"}),
        ("LIGHT", {"light"}),
        ("digits 'x", set()),
        ("%", set()),
        ("state=finished|stopped steps>=1000", {"light", "heavy", "falling", "silent"}),
        ("created>2001-01-01", {"light", "heavy", "falling", "silent"}),
        (f"created>{datetime.now().year + 2}-01-01", set()),
    ],
)
def test_a_filter_finds(found, where, names):
    assert found(where) == names


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("alpa<1", "Did you mean 'alpha'"),
        ("alpha<big", "alpha must be compared with a number, got 'big'"),
        ("alpha<1|2", "alpha < must be followed by one number"),
        ("noise<III", "noise < must be followed by one number"),
        ("star=perhaps", "star must be yes or no, got 'perhaps'"),
        ("created>yesterday", "a day such as 2026-03-01, got 'yesterday'"),
        ("alpha<", "words and comparisons such as"),
        ("'; DROP TABLE runs", None),
    ],
)
def test_what_cannot_be_read_is_said(found, where, said):
    if said is None:
        assert found(where) == set()
        return
    with pytest.raises(BadInput) as caught:
        found(where)
    assert said in str(caught.value)
