"""Nicknames: in any script, but nobody else's, and no title of the lab."""

from __future__ import annotations

import pytest

from hts.studio.lab.codes import join, make_class
from hts.studio.lab.identify import of_claims
from hts.studio.lab.names import checked_name, is_reserved, may_be_confused, skeleton
from hts.studio.lab.settings import LabSettings
from hts.validate import BadInput

TITLES = (
    "admin", "ADMlN", "adm1n", "Admin2", "admin 7", "аdmin", "ΑDMΙΝ", "ａｄｍｉｎ", "𝐚𝐝𝐦𝐢𝐧",
    "ạdmin", "the teacher", "The-Teacher", "t.e.a.c.h.e.r", "TeacherEmmy", "teaсher", "theadmin",
    "0perator", "opеrator", "the operator", "Prof Smith", "rnoderator", "Lehrer", "Учитель", "老师",
    "معلم", "you", "Guest", "somebody else", "not signed in", "R00T", "the teachers", "Admins",
    "your teacher", "superuser", "guest2", "t3acher", "4dmin", "ᴀdmin", "Админ", "المعلم", "先生",
    "t\u0336eacher",
)  # fmt: skip
WELCOME = (
    "Ann", "Zoë", "Łukasz", "José", "Nguyễn Văn Ổn", "محمد", "می\u200cشود", "山田太郎", "김철수",
    "Олександр", "Αλέξανδρος", "שרה", "O'Brien", "Ann-Marie", "J.", "ऋषभ", "தமிழ்", "ไทย", "Modesto",
    "Prospero", "Rooty", "Adam", "Stafford", "Tom1", "3rd", "Gästin",
    "Ида", "ᏣᎳᎩ", "ལྷ་ས", "l’Hôpital", "ann_b",
)  # fmt: skip


@pytest.mark.parametrize("name", TITLES)
def test_a_title_of_the_lab_is_nobodys_nickname(name):
    assert is_reserved(checked_name(name))


@pytest.mark.parametrize("name", WELCOME)
def test_names_of_every_script_are_welcome_as_they_are(name):
    assert checked_name(name) == name
    assert not is_reserved(name)


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "x" * 25, "a\nb\x00", "a\u202eb", "a\u200bb", "\u3164", "a\u3164", "-a", ".",
        "a<b", "a:b", "a\u200cb", "e" + "\u0301" * 6, "a\ufe0f", "\u0301a", "🙂", "x" * 10**6,
    ],
)  # fmt: skip
def test_what_hides_or_runs_over_is_no_name(name):
    with pytest.raises(BadInput, match="a nickname has 1 to 24 letters") as refused:
        checked_name(name)
    assert len(str(refused.value)) < 300


def test_a_name_is_kept_in_one_form():
    assert checked_name(" Ａnn   B ") == "Ann B"
    assert checked_name("e\u0301") == "é"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ann", "Аnn"), ("ann", "ANN"), ("ann", "a.n.n"), ("Ann", "Αnn"),
     ("Tom1", "Toml"), ("Omar", "0mar"), ("Emma", "Ernrna"),
     ("Ann", "Ann\u0332"), ("Ann", "Αηη"), ("Ann", "ᴀnn"), ("José", "Jоse\u0301"), ("Rosa", "r0sa"),
     ("محمد", "محـمد"), ("محمد", "محمّد")],
)  # fmt: skip
def test_names_that_look_alike_are_confused(one, other):
    assert may_be_confused(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lia", "Ila"),
        ("Jose", "José"),
        ("Ann", "Anna"),
        ("Ali", "All"),
        ("Ella", "Elia"),
        ("Ian", "Lan"),
        ("कि", "के"),
        ("On", "Ổn"),
    ],
)
def test_names_that_can_be_told_apart_are_not(one, other):
    assert not may_be_confused(one, other)


def test_letters_are_read_as_the_first_of_those_that_look_alike():
    assert skeleton("рауре") == skeleton("paype")  # Cyrillic and Latin
    assert skeleton("m") == "rn"


def test_nobody_joins_under_a_name_that_looks_like_a_classmates(store, people):
    klass = make_class(store, "New", by=people["emmy"])
    join(store, klass.code, "Ann")
    for name in ("Аnn", "ann", "A n n"):
        with pytest.raises(BadInput, match="is taken in this class"):
            join(store, klass.code, name)
    join(store, klass.code, "Anna")
    assert [mate.nickname for mate in store.classes.mates(klass.number)] == ["Ann", "Anna"]


def test_nobody_joins_as_who_runs_the_lab(store, people):
    klass = make_class(store, "New", by=people["emmy"])
    for name in ("emmy", "Еmmy", "felix", "root", "the teacher", "operator"):
        with pytest.raises(BadInput, match="could be taken for somebody who runs this lab"):
            join(store, klass.code, name)
    assert store.classes.mates(klass.number) == []


def test_who_has_signed_in_joins_under_a_name_of_the_lab_only_if_it_is_theirs(store, people):
    klass = make_class(store, "New", by=people["emmy"])
    with pytest.raises(BadInput, match="could be taken"):
        join(store, klass.code, "Emmy", known=people["max"])
    assert join(store, klass.code, "Emmy", known=people["emmy"]) is None


def test_a_provider_cannot_make_a_member_an_admin_by_name():
    settings = LabSettings(modes=("oidc",), admins=frozenset(["ada@example.org"]))
    claims = {"email": "max@example.org", "name": "The Operator"}
    assert of_claims(settings, claims).name == "max@example.org"
    claims = {"email": "ada@example.org", "name": "Admin Ada"}
    assert of_claims(settings, claims).name == "Admin Ada"
