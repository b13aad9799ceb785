"""Numbers as people type them: taken where they mean one, refused where they may mean two."""

from __future__ import annotations

import pytest

from hts.studio.typed_number import as_typed, decimal_mark, read_number
from hts.validate import BadInput


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            ("1e4", 1e4),
            ("1E-3", 1e-3),
            ("2,5e3", 2500),
            (" 3 ", 3),
            ("+3", 3),
            ("\u22120,5", -0.5),
        ),
        *(("0,07", 0.07), ("2,5", 2.5), (",5", 0.5), (".5", 0.5), ("5.", 5), ("0,075", 0.075)),
        *(("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1,000,000", 1e6), ("1.000.000", 1e6)),
        *(("10 000", 1e4), ("10\u202f000,5", 10000.5), ("1'000", 1000), ("1.500e1", 15)),
    ],
)
@pytest.mark.parametrize("mark", [".", ","])
def test_a_number_that_can_only_be_one_is_taken_in_every_country(text, number, mark):
    assert read_number(text, mark=mark) == number


@pytest.mark.parametrize(
    ("text", "mark", "number"), [("1.500", ".", 1.5), ("1,500", ",", 1.5), ("0.125", ",", 0.125)]
)
def test_three_decimals_are_taken_behind_the_decimal_mark_of_the_country(text, mark, number):
    assert read_number(text, mark=mark) == number


@pytest.mark.parametrize(("text", "mark"), [("1,500", "."), ("1.500", ",")])
def test_what_may_be_two_numbers_is_refused_with_both(text, mark):
    with pytest.raises(BadInput, match=rf"can mean 1\{mark}500 or 1500"):
        read_number(text, mark=mark)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "abc",
            "1,2,3",
            "12,34,567",
            "1.5.2",
            "1,000,00",
            "1,,000",
            "1.,2",
            "1 00",
            "..",
            "e5",
        ),
        *(
            "0x10",
            "inf",
            "nan",
            "1_000",
            "50 %",
            "1e400",
            "1e99999",
            "0,07,",
            "\u0661",
            "1.234,567.8",
        ),
    ],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadInput, match=r"is not a number|is too large"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [("1e4", ".", 10_000), ("1,500", ".", 1500), ("1.500", ",", 1500), ("9" * 19, ".", 10**19 - 1)],
)
def test_whole_numbers_stay_exact(text, mark, number):
    found = read_number(text, whole=True, mark=mark)
    assert (found, type(found)) == (number, int)


@pytest.mark.parametrize("text", ["2,5", "0.5", "1e-3", "1.500", "1e99"])
def test_nothing_is_rounded_to_a_whole_number(text):
    with pytest.raises(BadInput, match=r"not a whole number|too large"):
        read_number(text, whole=True)


def test_a_thousand_and_one_are_told_apart_or_refused():
    with pytest.raises(BadInput, match="can mean 1 or 1000"):
        read_number("1.000", whole=True, mark=".")


@pytest.mark.parametrize(
    ("locale", "mark"),
    [("de-DE", ","), ("de", ","), ("pt_BR", ","), ("en-US", "."), ("de-CH", "."), ("es-MX", "."),
     ("ja-JP", "."), (None, "."), ("", ".")],
)  # fmt: skip
def test_the_decimal_mark_of_a_country(locale, mark):
    assert decimal_mark(locale) == mark


@pytest.mark.parametrize("value", [1.125, 0.1, 1 / 3, 1e-9, 123.456, 1e22, -2.5, 0.1 + 0.2])
@pytest.mark.parametrize("mark", [".", ","])
def test_what_a_field_shows_is_read_as_the_same_number(value, mark):
    assert read_number(as_typed(value, mark), mark=mark) == value
