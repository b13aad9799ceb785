"""What is decided for a whole table, what is asked about, and what is left out and said."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from hts import data
from hts.data.reading.dialect import Dialect
from hts.data.reading.own_table import preview_table, register_table
from hts.validate import BadInput


def rows(first: list[object], labels: list[object], separator: str = ",") -> str:
    """Twelve rows or more: a column of ``first``, another number, a label."""
    return "".join(
        f"{first[k % len(first)]}{separator}{(k * 7) % 12}{separator}{labels[k % len(labels)]}\n"
        for k in range(max(12, len(first), len(labels)))
    )


def about(name: str, home) -> dict:
    return json.loads((home / "tables" / f"{name[6:]}.json").read_text())


def classes(text: str, **told: object) -> tuple[str, ...]:
    return data.info(register_table(text.encode(), dialect=Dialect(**told))).class_names


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["7_1", "71", "5"], ("5", "71", "7_1")),
        (["007", "7", "07"], ("007", "07", "7")),
        (["0x10", "16"], ("0x10", "16")),
        (["+1", "1"], ("+1", "1")),
        (["1.0", "1"], ("1", "1.0")),
        (["2.0", "10.0"], ("2", "10")),
        (["3.00", "1.00"], ("1", "3")),
        (["2.0", "10.00"], ("10.00", "2.0")),
        (["12345678901234567", "12345678901234568"], ("12345678901234567", "12345678901234568")),
        (["None", "Mild"], ("Mild", "None")),
        (["inf", "sup"], ("inf", "sup")),
        (["-", "+"], ("+", "-")),
        (["1e1", "10"], ("10", "1e1")),
        (["\u0661", "1"], ("1", "\u0661")),
    ],
)
def test_labels_are_texts_unless_all_spell_whole_numbers_in_one_way(labels, expected, home):
    assert classes("a,b,label\n" + rows([0.5, 1.5, 2.5, 4.5, 8.5], labels)) == expected


@pytest.mark.parametrize("cell", ["1_0", "0x1A", "1d3", "twelve", "True", "\u0661", "1 2", "12%"])
def test_a_feature_that_is_no_number_is_placed(cell, home):
    with pytest.raises(BadInput, match=r"'a' \(.* in line 3; 1 of 12 rows\)"):
        register_table(b"a,b,label\n" + rows([0.5, cell, *range(10)], ["x", "y"]).encode())


@pytest.mark.parametrize(
    ("cells", "separator", "told"),
    [
        (["2.750", "975,5", "12,25"], ";", ","),
        (["2,750", "975.5"], "\t", "."),
        (["2,750", "3,125"], ";", ","),
        (["2.750", "975", "3.125"], ";", "."),
        (['"2,750"', '"3,125"'], ",", ","),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_about(cells, separator, told, home):
    text = f"a{separator}b{separator}label\n" + rows(cells, ["x", "y"], separator)
    with pytest.raises(BadInput, match=r"can mean 2750 .*choose the mark \(--thousands"):
        register_table(text.encode())
    assert "can mean" in preview_table(text.encode())["problem"]
    assert classes(text, decimal=told) == ("x", "y")


def test_an_answer_decides_and_is_part_of_the_name(home):
    text = b"a;b;label\n" + rows(["1.428", "975", "1.5"], ["x", "y"], ";").encode()
    plain = register_table(text)
    assert "decimal point" in data.info(plain).sentence
    assert register_table(text, dialect=Dialect(decimal=".", separator=";")) == plain
    text = text.replace(b"1.5", b"2.500")
    fraction = register_table(text, dialect=Dialect(decimal=".", thousands=""))
    thousand = register_table(text, dialect=Dialect(thousands="."))
    assert fraction != thousand
    assert data.info(fraction).scaling.mean[0] < 500 < data.info(thousand).scaling.mean[0]
    assert about(thousand, home)["dialect"]["thousands"] == "."
    assert "thousands point" in data.load(thousand).source


@pytest.mark.parametrize(
    "target",
    [
        [f"{k / 8}".replace(".", ",") for k in range(24)],
        [f"{k / 8:.3e}" for k in range(1, 25)],
        [f"1.{k:03d},5" for k in range(24)],
        [f"{k}.{k} kg" for k in range(24)],
        [f"+{k}.25" for k in range(24)],
    ],
)
def test_a_continuous_target_is_refused_however_it_is_written(target, home):
    text = "a;b;price\n" + rows(["1", "2", "4"], target * 2, ";")
    with pytest.raises(BadInput, match="'price' looks continuous"):
        register_table(text.encode())


def test_an_index_is_left_out_and_said_and_can_be_kept(home):
    order = np.random.default_rng(0).permutation(900)[:40].tolist()
    cells = [[n, (k * 7) % 11, "xy"[k % 2]] for k, n in enumerate(order)]
    body = "\n".join(",".join(map(str, row)) for row in cells)
    text = f",b,label\n{body}\n".encode()
    left = register_table(text)
    assert data.info(left).inputs == 1
    assert "Left out: 1 column (row index)" in data.info(left).sentence
    kept = register_table(text, dialect=Dialect(index_column="none"))
    assert kept != left
    assert data.info(kept).inputs == 2
    named = text.replace(b",b", b"id,b", 1)
    assert data.info(register_table(named)).inputs == 2
    assert data.info(register_table(named, dialect=Dialect(index_column="id"))).inputs == 1
    with pytest.raises(BadInput, match="index column must be one of id, b, label, got 'no'"):
        register_table(named, dialect=Dialect(index_column="no"))
    repeated = text.replace(str(order[0]).encode() + b",", str(order[1]).encode() + b",", 1)
    assert data.info(register_table(repeated)).inputs == 2


def test_a_named_index_may_be_text(home):
    text = "name,a,b,label\n" + "".join(f"n{k},{k % 5},{k % 7},{'xy'[k % 2]}\n" for k in range(20))
    with pytest.raises(BadInput, match="'name'"):
        register_table(text.encode())
    assert (
        data.info(register_table(text.encode(), dialect=Dialect(index_column="name"))).inputs == 2
    )


def test_what_is_missing_can_be_said(home):
    text = "a,b,label\n" + rows([0.5, 1.5, 2.5, 4.5, 8.5], ["NA", "EU", "none"])
    with pytest.raises(BadInput, match="4 labels are missing"):
        register_table(text.encode())
    assert classes(text, missing=("?",)) == ("EU", "NA", "none")
    with pytest.raises(BadInput, match="8 labels are missing"):
        classes(text, missing=("none", "na"))
    with pytest.raises(BadInput, match=r"3 feature values are missing.*line 2, column 'a'"):
        classes(text.replace("NA", "SA"), missing=("0.5",))


@pytest.mark.parametrize("header", ["0,1,2", "1,2,3"])
def test_a_numbered_header_can_be_read_both_ways(header, home):
    text = f"{header}\n" + rows([0.5, 1.5, 2.5, 4.5, 8.5], [2, 3])
    named = register_table(text.encode())
    assert about(named, home)["columns"] == header.split(",")[:2]
    data_row = register_table(text.encode(), dialect=Dialect(header=False))
    assert about(data_row, home)["rows"] == about(named, home)["rows"] + 1
    assert data_row != named


@pytest.mark.parametrize(
    "text",
    [
        "0,1,2\n" + rows([0.5, 1.5, 2.5, 4.5, 8.5], [2, 3]),
        "a,b,label\n" + rows([0.5, 1.5, 2.5, 4.5], ["01", "1", "2"]),
        "a,b,label\n" + rows([0.5, 1.5, 2.5, 4.5], ["1_2", "12", "2"]),
        ",b,label\n" + rows([30, 7, 12, 5, 3, 9, 8, 1, 2, 4, 6, 10], ["x", "y"]),
    ],
)
def test_what_was_read_otherwise_before_has_another_name_now(text, home):
    before = f"table:{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    assert register_table(text.encode()) != before


def test_a_first_row_that_counts_is_asked_about(home):
    text = "0,1\n" + "".join(f"{k},{k % 2}\n" for k in range(3, 20))
    with pytest.raises(BadInput, match=r"the first row reads 0, 1: .*--header or --no-header"):
        register_table(text.encode())
    assert about(register_table(text.encode(), dialect=Dialect(header=True)), home)["rows"] == 17
    assert about(register_table(text.encode(), dialect=Dialect(header=False)), home)["rows"] == 18


def test_six_thousand_columns(home):
    x = np.random.default_rng(0).normal(size=(20, 6000)).round(3)
    lines = [",".join([*map(str, row), "xy"[k % 2]]) for k, row in enumerate(x.tolist())]
    text = ",".join([*(f"c{k}" for k in range(6000)), "label"]) + "\n" + "\n".join(lines)
    assert data.info(register_table(text.encode())).inputs == 6000


def test_a_row_of_another_width_is_placed_wherever_it_stands(home):
    text = "a;b;label\n" + rows(["0,5", "1,5"] * 3000, ["x", "y"], ";")
    with pytest.raises(BadInput, match="line 6002 has 2 cells, the table has 3 columns"):
        register_table((text + "3,5;x\n").encode())


def test_a_number_written_otherwise_far_down_is_no_number(home):
    text = "a,b,label\n" + rows(["0.5", "1.5"] * 9000, ["x", "y"])
    with pytest.raises(BadInput, match=r"'a' \('2,5' in line 18002; 1 of 18001 rows\)"):
        register_table((text + '"2,5",3,x\n').encode())


def test_names_can_be_shown(home):
    text = "a\x1b[31m,b,label\n" + rows([0.5, 1.5, 2.5, 4.5], ["x\x07", "y" * 500, "y" * 501])
    name = register_table(text.encode(), filename="\u202etable.csv")
    known = data.info(name)
    assert len(set(known.class_names)) == 3
    everything = [*known.class_names, known.title, known.sentence, *about(name, home)["columns"]]
    assert all(text.isprintable() and len(text) < 400 for text in everything)


def test_a_preview_shows_rows_classes_and_what_is_left_out(home):
    text = b",a,b,c,label\n" + b"".join(
        b"%d,%d,%d,7,%s\n" % (k, k % 5, k % 3, b"xyz"[k % 3 : k % 3 + 1]) for k in range(30)
    )
    shown = preview_table(text)
    assert shown["names"] == ["column 1", "a", "b", "c", "label"]
    assert shown["rows"][1] == ["1", "1", "1", "7", "y"]
    assert (shown["classes"], shown["counts"]) == (["x", "y", "z"], [10, 10, 10])
    assert shown["dropped"] == ["row numbers", "c"]
    assert (shown["label"], shown["problem"], shown["of_classes"]) == ("label", "", 3)
    assert (shown["train"], shown["test"], shown["inputs"]) == (24, 6, 2)
    assert shown["kinds"] == ["left out", "number", "number", "left out", "label"]
    assert json.loads(json.dumps(shown)) == {
        **shown,
        "dialect": shown["dialect"] | {"missing": None},
    }
    assert data.tables() == []


def test_a_preview_of_what_cannot_be_used_still_shows_it(home):
    shown = preview_table(b"a,b,label\n1,2,x\n3,town,y\n5,6,x\n7,8,y\n")
    assert shown["rows"][1] == ["3", "town", "y"]
    assert "'town' in line 3" in shown["problem"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"separator": ";;"}, "one character"),
        ({"decimal": ""}, "one character"),
        ({"decimal": ".", "thousands": "."}, "cannot be the decimal and the thousands mark"),
        ({"encoding": "klingon"}, "no text encoding 'klingon'"),
        ({"encoding": "ascii"}, "line 2 is not ascii text: byte 0xc3"),
    ],
)
def test_choices_that_cannot_be(told, says, home):
    with pytest.raises(BadInput, match=says):
        classes("a,b,label\n" + rows([1, 2, 4], ["ä", "ö"]), **told)


def test_marks_that_come_far_down_are_decided_upon_too(home):
    plain = rows(["975.25", "13.5"] * 4000, ["x", "y"])
    text = ("a,b,label\n" + plain + '"1,234.75",3,x\n').encode()
    name = register_table(text)
    assert "thousands comma" in data.info(name).sentence
    assert data.info(name).scaling.mean[0] == pytest.approx(494.5, rel=0.01)
    with pytest.raises(BadInput, match=r"'1\.234' can mean 1234"):
        register_table(("a;b;label\n" + rows(["975,25", "13,5"] * 4000, ["x", "y"], ";")
                        + "1.234;3;x\n").encode())  # fmt: skip


def test_a_first_row_whose_text_comes_again_is_data(home):
    text = "1.5,2.5,a\n" + rows([0.5, 1.5, 2.5], ["1", "a"])
    assert about(register_table(text.encode()), home)["rows"] == 13


def test_a_field_may_have_any_length(home):
    text = "a,b,label\n" + rows([0.5, 1.5, 2.5, 4.5] * 500, ["x", "y"])
    text += ("7.5,3," + "z" * 3_000_000 + "\n") * 2
    assert len(classes(text)) == 3


def test_features_decide_on_the_decimal_mark_where_labels_have_another(home):
    text = "a;b;label\n" + rows(["0,25", "12,5"], ["1.0", "2.0"], ";")
    name = register_table(text.encode())
    assert "decimal comma" in data.info(name).sentence
    assert data.info(name).class_names == ("1", "2")


def test_without_a_header_whole_numbers_are_an_index_only_if_they_may_count_rows(home):
    kept = [[k * 1000 + 7, k % 5, "xy"[k % 2]] for k in range(20)]
    dropped = [[(k * 7) % 23, k % 5, "xy"[k % 2]] for k in range(20)]
    for cells, inputs in ((kept, 2), (dropped, 1)):
        text = "\n".join(",".join(map(str, row)) for row in cells)
        assert data.info(register_table(text.encode())).inputs == inputs
