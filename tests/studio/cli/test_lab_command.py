"""`python -m hts lab` and `bench fairness`."""

from __future__ import annotations

import json

import pytest

from bench.fairness import measure, verdict
from hts.studio.cli.main import main
from hts.studio.lab.codes import teacher
from hts.studio.store.store import Store
from hts.validate import BadInput


def test_check_says_what_the_settings_mean(home, hosted, capsys, monkeypatch):
    hosted('mode = ["proxy", "codes"]\nteachers = ["emmy"]\n[limits.member]\nrunning = 3')
    assert main(["lab", "check"]) == 1
    said = capsys.readouterr().out
    assert "People are named by the proxy in X-Forwarded-User" in said
    assert "A member may have 3 runs computing, 20 waiting" in said
    assert "Teachers: emmy." in said
    assert "trouble: mode proxy needs a secret of 16 characters or more" in said
    monkeypatch.setenv("HTS_PROXY_SECRET", "a secret of the proxy")
    hosted('mode = "proxy"\nadmins = ["ada"]')
    assert main(["lab", "check", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["modes"] == ["proxy"]
    assert found["troubles"] == []
    monkeypatch.delenv("HTS_LAB")
    assert main(["lab", "check"]) == 0
    assert "the only user" in capsys.readouterr().out


def test_classes_are_made_listed_and_closed(home, hosted, capsys):
    assert main(["lab", "class", "list"]) == 0
    assert "no classes yet" in capsys.readouterr().out
    assert main(["lab", "class", "make", "Pruning 101", "--teacher", "Emmy@example.org"]) == 0
    code = capsys.readouterr().out.strip()
    assert main(["lab", "class", "list", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["code"], found["teacher"]) == (code, "oidc:emmy@example.org")
    assert not found["closed"]
    assert main(["lab", "class", "close", code]) == 0
    assert main(["lab", "class", "list"]) == 0
    assert "open, closed" in capsys.readouterr().out
    assert main(["lab", "class", "make", "B", "--teacher", "max@example.org"]) == 2
    assert "max@example.org is no teacher here" in capsys.readouterr().err


def test_a_teacher_gets_a_key_and_loses_it(home, hosted, capsys):
    assert main(["lab", "teacher", "Emmy"]) == 0
    key = capsys.readouterr().out.strip()
    with Store(home) as store:
        assert teacher(store, key).id == "key:emmy"
    assert main(["lab", "class", "make", "A", "--teacher", "emmy"]) == 0
    assert main(["lab", "teacher", "EMMY", "--revoke"]) == 0
    with Store(home) as store:
        assert teacher(store, key) is None
        assert [made.teacher for made in store.classes.list()] == ["key:emmy"]
    hosted('mode = "oidc"')
    assert main(["lab", "teacher", "Emmy"]) == 2
    assert "here they sign in" in capsys.readouterr().err


def test_draining_is_begun_and_over(home, capsys):
    assert main(["lab", "drain", "--says", "Back at noon."]) == 0
    with Store(home) as store:
        assert store.queue.draining() == "Back at noon."
    assert main(["lab", "drain", "--over"]) == 0
    with Store(home) as store:
        assert store.queue.draining() is None


def test_the_verdict_on_starts():
    fair = [(1.0, "a"), (2.0, "b"), (3.0, "b"), (4.0, "b")]
    assert verdict(fair, 2, 1.0)["fair"] is True
    assert verdict(fair, 2, 1.0)["last_first_start"] == 1.0
    assert verdict(fair, 2, 1.0)["first_third_start"] == 3.0
    assert verdict(fair, 3, 1.0)["fair"] is False  # somebody was never served
    assert verdict(fair[:2], 3, 1.0)["fair"] is None
    assert verdict([(1.0, "b"), (2.0, "b"), (3.0, "b"), (4.0, "a")], 2, 1.0)["fair"] is False


@pytest.mark.process
@pytest.mark.slow
def test_a_small_crowd_is_served_in_turn_by_a_real_scheduler():
    found = measure(people=3, runs=9, greedy=5)
    assert found["fair"] is True
    assert found["served"] == 3
    with pytest.raises(BadInput, match="cannot be"):
        measure(people=5, runs=10, greedy=9)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.5", "lab.example.org", ""])
def test_a_lab_in_which_nobody_signs_in_is_not_served_to_others(
    home, hosted, capsys, monkeypatch, address
):
    served = ["lab", "check", "--address", address]
    assert main(served) == 0  # people sign in
    hosted('mode = "none"')
    assert main(served) == 2
    said = capsys.readouterr().err
    assert "would be the only user and might do everything" in said
    assert "HTS_LAB" in said
    monkeypatch.delenv("HTS_LAB")
    assert main(served) == 2
    monkeypatch.setenv("HTS_OPEN", "maybe")
    assert main(served) == 2
    monkeypatch.setenv("HTS_OPEN", "yes")
    assert main(served) == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_on_this_machine_alone_nobody_need_sign_in(home, monkeypatch, address):
    monkeypatch.delenv("HTS_LAB", raising=False)
    monkeypatch.delenv("HTS_OPEN", raising=False)
    assert main(["lab", "check", "--address", address]) == 0


def test_a_class_has_the_seats_that_are_said(home, hosted, capsys):
    made = ["lab", "class", "make", "Pruning 101", "--teacher", "Emmy@example.org"]
    assert main([*made, "--seats", "12"]) == 0
    with Store() as store:
        assert store.classes.of_code(capsys.readouterr().out.strip()).seats == 12
    assert main([*made, "--seats", "none"]) == 2
    assert "seats must be a whole number from 1 to 1000" in capsys.readouterr().err
