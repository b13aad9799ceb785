"""What the server takes from whom, and the cookie by which a student comes back.

`Door`, an ASGI middleware, lets only those upload who may start something, and takes no long
message from anybody else: a visitor who has not signed in leaves nothing in the server's memory.
Pages tell it who a visitor is (`let_in`), since the identity is known to them alone.  In a lab
nobody clears the caches of all, which Streamlit lets every visitor do.

A token never passes through a script of a page.  The page gets a ticket for it, good for one use,
and hands that in at ``_hts/token``; the answer sets the cookie, which scripts cannot read.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from http.cookies import SimpleCookie

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from hts.studio.lab.settings import VARIABLE
from pages._parts.shell.asgi import Application, Message, Receive, Send

COOKIE = "hts_class"
COOKIE_SECONDS = 60 * 24 * 3600
PLACE = "/_hts/token"
HEADER = b"x-hts-ticket"  # another site's page cannot send it
TICKET_SECONDS = 600.0
LONGEST_OF_STRANGERS = 64 * 1024  # bytes of a message: a form, an address
LONGEST = 8 * 2**20  # a pasted sweep has up to 2^20 characters
TOO_LARGE = 1009  # RFC 6455, 7.4.1
KEPT = 10_000
NOT_ASKED = ("clear_cache", "load_git_info", "set_run_on_save")

_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/")


class _Latest:
    """The latest so many values by name; safe for threads."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, name: str, value: str) -> None:
        with self._lock:
            self._values[name] = (time.monotonic(), value)
            self._values.move_to_end(name)
            while len(self._values) > KEPT:
                self._values.popitem(last=False)

    def take(self, name: str) -> tuple[float, str] | None:
        with self._lock:
            return self._values.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._values


_inside, _tickets = _Latest(), _Latest()


def let_in(session: str, *, starts: bool) -> None:
    """Note whether the visitor of this session of Streamlit's may start something."""
    if starts:
        _inside.put(session, "")
    else:
        _inside.take(session)


def ticket_for(token: str) -> str:
    """What sets the cookie to ``token`` when it is handed in; empty: to none."""
    ticket = secrets.token_urlsafe(24)
    _tickets.put(ticket, token)
    return ticket


class Door:
    """ASGI middleware: see above."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await self._talk(scope, receive, send)
        if scope["type"] == "http":
            if scope["path"].endswith(PLACE):
                return await _answer(send, *_cookie(scope))
            place = _UPLOAD.search(scope["path"])
            if place and scope["method"] == "PUT" and place[1] not in _inside:
                return await _answer(send, 403, [])
        return await self.app(scope, receive, send)

    async def _talk(self, scope: Message, receive: Receive, send: Send) -> None:
        session = ""

        async def heard() -> Message:
            message = await receive()
            most = LONGEST if session in _inside else LONGEST_OF_STRANGERS
            if len(message.get("bytes") or message.get("text") or "") <= most:
                return await heard() if _for_all(message.get("bytes")) else message
            await send({"type": "websocket.close", "code": TOO_LARGE})
            return {"type": "websocket.disconnect", "code": TOO_LARGE}

        async def said(message: Message) -> None:
            nonlocal session
            if not session and message.get("bytes"):
                session = _session_in(message["bytes"])
            await send(message)

        await self.app(scope, heard, said)


def _for_all(raw: bytes | None) -> bool:
    """Whether it asks for what would befall every visitor of a lab."""
    message = BackMsg()
    with suppress(DecodeError):  # Streamlit closes the connection
        message.ParseFromString(raw or b"")
    return message.WhichOneof("type") in NOT_ASKED and VARIABLE in os.environ


def _session_in(raw: bytes) -> str:
    """The session that a message of the server begins; empty for other messages."""
    message = ForwardMsg()
    message.ParseFromString(raw)
    return str(message.new_session.initialize.session_id)


def _cookie(scope: Message) -> tuple[int, list[tuple[bytes, bytes]]]:
    """The answer to who hands in a ticket."""
    shown = next((value for name, value in scope["headers"] if name == HEADER), b"")
    found = _tickets.take(shown.decode("latin-1"))
    if scope["method"] != "POST" or found is None or time.monotonic() - found[0] > TICKET_SECONDS:
        return 404, []
    jar = SimpleCookie({COOKIE: found[1]})
    jar[COOKIE].update({"path": "/", "httponly": True, "samesite": "Lax"})
    jar[COOKIE]["max-age"] = COOKIE_SECONDS if found[1] else 0
    jar[COOKIE]["secure"] = scope.get("scheme") == "https"
    return 204, [(b"set-cookie", jar[COOKIE].OutputString().encode())]


async def _answer(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
    own = [(b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *own]})
    await send({"type": "http.response.body", "body": b""})
