"""What the server takes from whom, and the cookie that scripts cannot read."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages._parts.shell import door
from pages._parts.shell.door import Door, let_in, ticket_for


class Behind:
    """What is behind the door: it notes what comes through."""

    def __init__(self) -> None:
        self.came: list[dict] = []
        self.first = b""

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "websocket" and self.first:
            await send({"type": "websocket.send", "bytes": self.first})
        while True:
            message = await receive()
            self.came.append(message)
            if message["type"] == "websocket.disconnect" or scope["type"] == "http":
                return


def asked(scope: dict, said=(), first: bytes = b"") -> tuple[Behind, list[dict]]:
    """Who is behind the door, and what went out, after a client ``said`` that."""
    behind, out = Behind(), []
    behind.first = first
    left = list(said)

    async def receive():
        return left.pop(0) if left else {"type": "websocket.disconnect", "code": 1000}

    async def send(message):
        out.append(message)

    talk = Door(behind)({"headers": [], "method": "GET", **scope}, receive, send)
    with ThreadPoolExecutor(1) as apart:  # browser tests leave a loop in this thread
        apart.submit(asyncio.run, talk).result()
    return behind, out


def upload(session: str) -> dict:
    return {"type": "http", "path": f"/lab/_stcore/upload_file/{session}/f-1", "method": "PUT"}


def test_only_who_may_start_something_uploads() -> None:
    body = [{"type": "http.request", "body": b"x" * 100}]
    behind, out = asked(upload("stranger"), body)
    assert behind.came == []
    assert out[0]["status"] == 403
    let_in("member", starts=True)
    behind, out = asked(upload("member"), body)
    assert behind.came == body
    let_in("member", starts=False)  # has signed out
    behind, out = asked(upload("member"), body)
    assert behind.came == []
    assert out[0]["status"] == 403


def hello(session: str) -> bytes:
    message = ForwardMsg()
    message.new_session.initialize.session_id = session
    return message.SerializeToString()


@pytest.mark.parametrize("kind", ["bytes", "text"])
def test_a_stranger_says_nothing_long(kind) -> None:
    letter = b"x" if kind == "bytes" else "x"
    short = {"type": "websocket.receive", kind: letter * door.LONGEST_OF_STRANGERS}
    long = {"type": "websocket.receive", kind: letter * (door.LONGEST_OF_STRANGERS + 1)}
    behind, out = asked({"type": "websocket", "path": "/"}, [short, long, short], hello("nobody"))
    assert behind.came == [short, {"type": "websocket.disconnect", "code": 1009}]
    assert out[-1] == {"type": "websocket.close", "code": 1009}


def test_a_member_may_paste_a_sweep() -> None:
    let_in("pasting", starts=True)
    long = {"type": "websocket.receive", "bytes": b"x" * door.LONGEST}
    more = {"type": "websocket.receive", "bytes": b"x" * (door.LONGEST + 1)}
    behind, _ = asked({"type": "websocket", "path": "/"}, [long, more], hello("pasting"))
    assert behind.came == [long, {"type": "websocket.disconnect", "code": 1009}]


@pytest.mark.parametrize("kind", door.NOT_ASKED)
def test_in_a_lab_nobody_clears_what_others_use(monkeypatch, kind) -> None:
    asked_for, rerun = BackMsg(), BackMsg()
    setattr(asked_for, kind, True)
    rerun.rerun_script.query_string = "run=1"
    said = [{"type": "websocket.receive", "bytes": one.SerializeToString()}
            for one in (asked_for, rerun)]  # fmt: skip
    behind, _ = asked({"type": "websocket", "path": "/"}, said, hello("alone"))
    assert behind.came[:2] == said
    monkeypatch.setenv("HTS_LAB", "lab.toml")
    behind, _ = asked({"type": "websocket", "path": "/"}, said, hello("in a lab"))
    assert behind.came[:1] == said[1:]


def hand_in(ticket: str, method: str = "POST", scheme: str = "http") -> tuple[int, dict]:
    scope = {"type": "http", "path": "/lab/_hts/token", "method": method, "scheme": scheme}
    scope["headers"] = [(b"x-hts-ticket", ticket.encode())]
    behind, out = asked(scope)
    assert behind.came == []
    cookie = SimpleCookie()
    for name, value in out[0]["headers"]:
        if name == b"set-cookie":
            cookie.load(value.decode())
    return out[0]["status"], dict(cookie)


def test_a_ticket_sets_a_cookie_that_scripts_do_not_read_once() -> None:
    ticket = ticket_for("secret-token")
    assert hand_in(ticket, method="GET")[0] == 404
    ticket = ticket_for("secret-token")
    status, cookies = hand_in(ticket, scheme="https")
    assert status == 204
    found = cookies["hts_class"]
    assert found.value == "secret-token"
    assert (found["httponly"], found["secure"], found["samesite"]) == (True, True, "Lax")
    assert (found["path"], int(found["max-age"])) == ("/", 60 * 24 * 3600)
    assert hand_in(ticket) == (404, {})
    assert hand_in("guessed") == (404, {})


def test_an_empty_token_takes_the_cookie_away() -> None:
    status, cookies = hand_in(ticket_for(""))
    assert (status, cookies["hts_class"].value, cookies["hts_class"]["max-age"]) == (204, "", "0")


def test_an_old_ticket_is_worth_nothing(monkeypatch) -> None:
    ticket = ticket_for("secret-token")
    monkeypatch.setattr(door, "TICKET_SECONDS", -1.0)
    assert hand_in(ticket) == (404, {})


def test_what_is_remembered_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(door, "KEPT", 5)
    for number in range(20):
        let_in(f"session {number}", starts=True)
    assert "session 19" in door._inside
    assert "session 14" not in door._inside
