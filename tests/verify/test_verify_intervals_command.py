"""`python -m hts verify intervals` says what it found of the stored seeds, line by line."""

import json

import numpy as np
import pytest

from hts.studio.cli.main import main
from hts.verify import intervals


def test_it_has_a_line_for_every_figure_and_way_and_fails_where_one_does(capsys, monkeypatch):
    rng = np.random.default_rng(3)
    figures = [intervals.Stored(name="law", values=rng.standard_cauchy(200))]
    families = [rng.standard_cauchy((200, 4))]
    monkeypatch.setattr(intervals, "stored", lambda: (figures, families))
    assert main(["verify", "intervals", "--repeats", "200", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 3 + 4 * 3
    assert all(row["passed"] for row in rows)
    monkeypatch.setattr(intervals, "LOWEST", 1.0)
    assert main(["verify", "intervals", "--repeats", "100"]) == 1
    said = capsys.readouterr().out
    assert "FAIL law: intervals of 5 seeds contain the median of all 200 in 9" in said
    assert "% of draws (stated: 93.75 %)" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["intervals", "--out", "x"], "intervals takes --quick, --repeats and --json, got --out."),
        (
            ["noise", "--quick"],
            "takes --draws, --alpha, --all-alphas, --device and --json, got --q",
        ),
        (["device", "--first-seed", "3"], "takes --device, --out and --json, got --first-seed."),
    ],
)
def test_an_option_of_another_check_is_refused(words, says, capsys):
    assert main(["verify", *words]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert len(said.splitlines()) == 1
