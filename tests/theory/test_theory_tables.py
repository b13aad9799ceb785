"""Tables of the theory's results: every point of a figure, its numbers as they are stored."""

from __future__ import annotations

import csv
import io

import pytest
from theory_factories import chaos_result, width_result

from hts.records import encode
from hts.studio.cli.main import main
from hts.table_file import FORMATS, table_bytes
from hts.theory import files
from hts.theory.claims import CLAIMS
from hts.theory.records import RESULTS, Found, Made
from hts.theory.tables import TABLES


def found(name, result):
    made = Made(command=f"python -m hts theory {name}", date="2026-01-01T00:00:00+00:00",
                version="0", seconds=1, threads=1)  # fmt: skip
    claims = list(CLAIMS[name](result))
    return Found(experiment=name, record=2, made=made, claims=claims, result=result)


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("table", TABLES)
def test_stored_results_are_written_in_every_format(name, table):
    for path in files.all_shipped(name).values():
        rows = list(TABLES[table](files.read(name, path)))
        assert len({tuple(row) for row in rows}) == 1  # of the same columns
        read = list(csv.reader(io.StringIO(table_bytes(rows, ".csv").decode())))
        assert [len(line) for line in read] == [len(rows[0])] * (len(rows) + 1)
        assert all(table_bytes(rows, ending) for ending in FORMATS)


def test_the_numbers_of_chaos_are_those_of_its_curves():
    result = chaos_result(slope=-0.5)
    (case,) = result.cases
    rows = list(TABLES["numbers"](found("chaos", result)))
    distances = [row for row in rows if row["measured"].startswith("distance")]
    assert [row["n"] for row in distances] == case.error.sizes
    for name in ("typical", "low", "high", "mean", "median"):
        assert [row[name] for row in distances] == getattr(case.error, name)
    assert len(rows) == 3 + 3 * len(case.averages)


def test_the_numbers_of_width_have_both_steps_of_every_system_that_was_run():
    result = width_result(alpha=1.75, slope=-0.1)
    settings = result.settings
    rows = list(TABLES["numbers"](found("width", result)))
    ran = [row for row in result.regime if row.theorem is not None]
    each = len(settings.kappas)
    assert len(rows) == each * (len(settings.widths) * len(result.cases) + 2 * len(ran))
    theorem = [row for row in rows if row["eta"] == ran[0].step]
    assert [row["mean error"] for row in theorem] == ran[0].theorem
    assert all(0 <= row["low"] <= row["mean error"] <= row["high"] <= 1 for row in rows)


def test_the_command_writes_the_table_of_a_stored_file(tmp_path, capsys):
    path, table = tmp_path / "chaos.json", tmp_path / "chaos.csv"
    one = found("chaos", chaos_result(slope=-0.5))
    path.write_bytes(encode(one))
    main(["theory", "chaos", "--from", str(path), "--table", str(table), "--rows", "verdicts"])
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert [row["statement"] for row in rows] == [claim.name for claim in one.claims]
    assert one.claims[0].says in capsys.readouterr().out
    for wrong in (["--table", str(tmp_path / "x.xlsx")], ["--rows", "all"]):
        assert main(["theory", "chaos", "--from", str(path), *wrong]) == 2
