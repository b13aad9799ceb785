"""Pages where several people share the store."""

from __future__ import annotations

import sys

import pytest

from hts.studio.lab.codes import make_key, student, teacher
from hts.studio.lab.people import OPERATOR


def person(store, lab, name):
    found = student(store, lab(name))
    assert found is not None
    return found.id


def test_who_is_not_known_comes_in_by_a_code(open_in_app, lab, store, said):
    page = open_in_app("")
    assert "This is a shared lab" in said(page)
    assert [w.label for w in page.text_input][:2] == ["Class code", "Nickname"]
    assert page.sidebar.children == {}
    page.text_input(key="join_code").input("wrong")
    page.text_input(key="join_name").input("Ann")
    page.button[0].click().run()
    assert "No class has the code 'wrong'" in said(page)
    page.text_input(key="join_code").input(lab.code)
    page.button[0].click().run()
    assert "This is a shared lab" not in said(page)
    assert [mate.nickname for mate in store.classes.mates(1)] == ["Ann"]
    assert not page.button(key="train").disabled
    page.button(key="sign_out").click().run()
    assert "This is a shared lab" in said(page)


def test_signing_in_without_a_provider_is_said_in_plain_words(open_in_app, lab, home, said):
    pytest.importorskip("authlib", reason="needs requirements-hosted.txt")
    (home / "lab.toml").write_text('mode = "oidc"', encoding="utf-8")
    page = open_in_app("")
    page.button(key="sign_in").click().run()
    assert "the server's `secrets.toml` does not say where" in said(page)
    assert not page.exception


def test_what_signing_in_needs_is_said_where_it_is_not_installed(
    open_in_app, lab, home, said, monkeypatch
):
    (home / "lab.toml").write_text('mode = "oidc"', encoding="utf-8")
    monkeypatch.setitem(sys.modules, "httpx", None)
    assert "Signing in needs httpx on the server" in said(open_in_app(""))


def test_a_teacher_comes_in_by_a_key(open_in_app, lab, store, said):
    page = open_in_app("")
    key = make_key(store, "Emmy", by=OPERATOR)
    for shown in ("x" * 43, key):
        page.text_input(key="teacher_key").input(shown)
        next(button for button in page.button if button.label == "Sign in").click().run()
        assert ("No teacher has this key." in said(page)) == (shown != key)
    assert "This is a shared lab" not in said(page)
    assert teacher(store, key).role == "teacher"


def test_a_guest_looks_around_and_starts_nothing(open_in_app, lab, said):
    page = open_in_app("")
    page.button(key="look_around").click().run()
    assert page.button(key="train").disabled
    assert "Guests can view runs" in page.button(key="train").help
    page.button(key="come_in").click().run()
    assert "This is a shared lab" in said(page)


def test_a_public_run_is_read_by_its_address_alone(open_in_app, lab, store, finished, said):
    shown, hidden = finished(seed=5), finished(seed=6)
    store.runs.set_visibility(shown, "public")
    assert "seed 5" in said(open_in_app("", run=shown))
    page = open_in_app("", run=hidden)
    assert "or it is not yours to see" in said(page)
    assert "seed 6" not in said(page)


def test_buttons_that_one_may_not_press_say_why(open_as, lab, store):
    from factories import config

    run_id = store.runs.create(config(), owner=person(store, lab, "Ann"), visibility="lab")
    mine = open_as("Ann", "", run=run_id)
    assert not mine.button(key="do_stop").disabled
    theirs = open_as("Bob", "", run=run_id)
    for key in ("do_stop", "do_pause"):
        assert theirs.button(key=key).disabled
        assert theirs.button(key=key).help.startswith("It belongs to Ann;")
    theirs.button(key="do_repeat").click().run()
    assert store.runs.list(limit=1)[0].owner == person(store, lab, "Bob")


def test_the_owner_says_who_sees_it(open_as, lab, store, said):
    from factories import config

    run_id = store.runs.create(config(), owner=person(store, lab, "Ann"), visibility="lab")
    page = open_as("Ann", "", run=run_id)
    assert "Yours." in said(page)
    page.selectbox(key=f"visible_{run_id}").select("private").run()
    assert store.runs.get(run_id).visibility == "private"
    assert "or it is not yours to see" in said(open_as("Bob", "", run=run_id))


def test_the_same_request_is_the_same_run_and_says_so(open_as, lab, store, said):
    first, second = open_as("Ann", ""), open_as("Bob", "")
    first.button(key="train").click().run()
    second.button(key="train").click().run()
    runs = store.runs.list()
    assert len(runs) == 1
    assert {run.owner for run in runs} == {person(store, lab, "Ann")}
    assert "Of Ann, and you asked for the same." in said(second)
    assert "somebody else asked for the same" in said(first.run())


def test_a_queued_run_says_where_it_stands(open_as, lab, store, said):
    from factories import config

    for seed, name in enumerate(("Ann", "Ann", "Bob")):
        run_id = store.runs.create(
            config(seed=seed), owner=person(store, lab, name), visibility="private"
        )
    page = open_as("Bob", "", run=run_id)
    assert "Number 2 of 3 in the queue, which serves 2 people in turn" in said(page)


def test_runs_are_mine_my_classs_or_everyones(open_as, lab, store):
    from factories import config

    ids = {
        name: store.runs.create(config(seed=n), owner=person(store, lab, name), visibility="lab")
        for n, name in enumerate(("Ann", "Bob"))
    }
    ids["nobody"] = store.runs.create(config(seed=9), visibility="public")
    page = open_as("Ann", "runs")
    listed = {}
    for scope in ("Mine", "Class", "Everyone"):
        page.segmented_control(key="runs_of").set_value(scope).run()
        listed[scope] = set(page.dataframe[0].value["Run"])
    assert listed["Mine"] == {ids["Ann"]}
    assert listed["Class"] == {ids["Ann"], ids["Bob"]}
    assert listed["Everyone"] == set(ids.values())


def test_draining_is_said_on_every_page(open_as, store, said):
    store.queue.drain("Back at noon.")
    for name in ("", "runs", "guide"):
        assert "Back at noon." in said(open_as("Ann", name))


def test_settings_that_cannot_be_used_let_nobody_in(open_in_app, home, lab, said):
    (home / "lab.toml").write_text('mode = "open"', encoding="utf-8")
    page = open_in_app("")
    assert "This lab is not set up correctly, so nobody can sign in" in said(page)
    assert not page.button


def test_one_user_alone_sees_nothing_of_this(open_in_app, open_page, finished, said):
    run_id = finished()
    page = open_in_app("", run=run_id)
    keys = {widget.key for kind in (page.button, page.selectbox) for widget in kind}
    assert not {"sign_out", "come_in", f"visible_{run_id}"} & keys
    assert not open_page("runs").segmented_control
