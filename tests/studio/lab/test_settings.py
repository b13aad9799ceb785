"""The lab's settings: what is read, what is refused and how."""

from __future__ import annotations

import os

import pytest

from hts.studio.lab.people import GUEST, LOCAL, Person
from hts.studio.lab.settings import LIMITS, current, read_text
from hts.validate import BadInput


def test_without_a_file_there_is_one_user_who_may_everything():
    settings = current({})
    assert not settings.hosted
    assert settings.modes == ("none",)
    assert LOCAL.may_everything
    assert not GUEST.may_everything


def test_a_whole_file():
    settings = read_text(
        """
        mode = ["oidc", "codes"]
        admins = ["Ada@Example.org"]
        teachers = ["emmy@example.org"]
        members = ["max@example.org"]
        visibility = "public"
        idle_minutes = 2.5
        [oidc]
        claim = "sub"
        [limits.member]
        running = 1
        seconds = 60
        """
    )
    assert settings.hosted
    assert settings.modes == ("oidc", "codes")
    names = ("ADA@example.org", "Emmy@example.org", "max@example.org", "eve@example.org")
    assert [settings.role_of(name) for name in names] == ["admin", "teacher", "member", "guest"]
    assert settings.visibility == "public"
    assert settings.idle_seconds == 150
    assert settings.oidc.claim == "sub"
    assert settings.limits["member"].running == 1
    assert settings.limits["member"].seconds == 60
    assert settings.limits["member"].queued == LIMITS["member"].queued
    assert settings.limits["teacher"] == LIMITS["teacher"]


def test_whoever_signs_in_is_a_member_unless_members_are_named():
    assert read_text('mode = "oidc"').role_of("anybody") == "member"
    assert read_text('mode = "oidc"\nmembers = "all"').role_of("anybody") == "member"
    assert read_text('mode = "oidc"\nmembers = []').role_of("anybody") == "guest"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('mode = "open"', "mode must be one of none, oidc, proxy, codes, got 'open'"),
        ("mode = []", "mode must be none or some of oidc, proxy, codes, got []"),
        ('mode = ["none", "codes"]', "where anybody is let in as the only user, nobody can be"),
        ("mode = 3", 'mode must be a list of texts such as ["ada@example.org"], got 3'),
        ('admin = ["a"]', "Did you mean 'admins'?"),
        ('admins = "ada"', "admins must be a list of texts"),
        ('visibility = "all"', "visibility must be one of private, lab, public, got 'all'"),
        ("idle_minutes = 0", "idle_minutes must be a number in (0, 1e+06], got 0"),
        ("oidc = 1", "oidc must be a table, written [oidc], got 1"),
        ('[proxy]\nsecret = "x"', "a setting of [proxy] must be one of user_header"),
        ("[proxy]\nsecret_env = 5", "secret_env of [proxy] must be a text, got 5"),
        ("[limits.guest]\nrunning = 1", "limits must be one of teacher, member, got 'guest'"),
        ("[limits.member]\nrun = 1", "Did you mean 'running'?"),
        ("[limits.member]\nrunning = -1", "limits.member: running must be a whole number from 0"),
        ("limits = 3", "limits must be tables such as [limits.member], got 3"),
        ("mode = ", "the lab's settings cannot be read as TOML"),
    ],
)
def test_what_cannot_be_is_said(text, said):
    with pytest.raises(BadInput) as caught:
        read_text(text)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_lets_nobody_in(tmp_path):
    with pytest.raises(BadInput, match=r"HTS_LAB names .*nowhere.toml, which cannot be read"):
        current({"HTS_LAB": str(tmp_path / "nowhere.toml")})


def test_a_file_is_read_again_when_it_changes(tmp_path):
    path = tmp_path / "lab.toml"
    path.write_text('mode = "oidc"')
    assert current({"HTS_LAB": str(path)}).modes == ("oidc",)
    path.write_text('mode = "codes"')
    os.utime(path, ns=(1, 1))
    assert current({"HTS_LAB": str(path)}).modes == ("codes",)
    path.write_text("mode = 1")
    with pytest.raises(BadInput, match=r"^lab.toml: mode must be a list"):
        current({"HTS_LAB": str(path)})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "1 to 80 printable"),
        ("a" * 81, "1 to 80"),
        ("a\u202eb", "printable"),
        ("a\nb", "print"),
    ],
)
def test_a_person_has_a_name_that_can_be_shown(name, said):
    with pytest.raises(BadInput, match=said):
        Person(id="oidc:x", name=name, role="member", how="oidc")
