"""`python -m hts verify intervals` says what it found of the stored seeds, line by line."""

import json

import numpy as np

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
    assert "FAIL law: intervals of 5 seeds say 93.75 %" in capsys.readouterr().out
