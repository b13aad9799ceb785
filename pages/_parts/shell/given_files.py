"""Files that are given to a page lie on disk until they are taken in, not in the web's memory.

Streamlit keeps every upload in the memory of the web process until its visitor leaves.  `OnDisk`,
an ASGI middleware, writes what is larger than ``SMALL`` to a folder of this process and passes on
an empty file in its place; `given` says where the content of a widget's file is.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages._parts.shell.asgi import Application, Message, Receive, Send

SMALL = 2**20  # bytes that may stay in memory
KEPT_SECONDS = 3600  # what nobody took in by then goes
_OVERHEAD = 2**20  # bytes around a file in its request
_PLACE = re.compile(r"/_stcore/upload_file/[^/]+/([0-9a-f-]{36})$")
_REPLACED = {b"content-type", b"content-length"}
_BOUNDARY = "given-on-disk"


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Of this process; it goes with it."""
    return tempfile.TemporaryDirectory(prefix="hts-given-")


def _path(file_id: str) -> Path:
    return Path(_folder().name, file_id)


def given(file: UploadedFile) -> Path | BinaryIO:
    """The content of a widget's file: its place on disk, or the file itself if it is small."""
    path = _path(file.file_id)
    return path if path.exists() else file


def let_go(file: UploadedFile) -> None:
    """The file has been taken in: its copy goes."""
    _path(file.file_id).unlink(missing_ok=True)


class OnDisk:
    """ASGI middleware: large uploads pass as empty ones, their content waits on disk."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        place = _PLACE.search(scope["path"]) if scope["type"] == "http" else None
        length = Headers(scope=scope).get("content-length", "") if place else ""
        most = st.get_option("server.maxUploadSize") * 2**20 + _OVERHEAD
        if place and scope["method"] == "DELETE":
            _path(place[1]).unlink(missing_ok=True)
        if not place or not length.isdecimal() or not SMALL < int(length) <= most:
            return await self.app(scope, receive, send)  # small, or Streamlit refuses it
        path, answered = _path(place[1]), 0

        async def noticed(message: Message) -> None:
            nonlocal answered
            answered = message.get("status", answered)
            await send(message)

        form = await _parsed(Request(scope, receive))
        files = [part for part in form.values() if isinstance(part, UploadFile)]
        body = b""
        if len(files) == 1:
            await run_in_threadpool(_keep, files[0], path)
            body = _without_content(files[0])
        await form.close()
        kind = f"multipart/form-data; boundary={_BOUNDARY}".encode()
        headers = [pair for pair in scope["headers"] if pair[0] not in _REPLACED]
        headers += [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await self.app({**scope, "headers": headers}, _saying(body), noticed)
        if answered != 204:  # Streamlit knows no such visitor, or no such file
            path.unlink(missing_ok=True)
        return None


async def _parsed(request: Request) -> FormData:
    """The parts of the request, files on disk; none if it is damaged."""
    try:
        return await MultiPartParser(request.headers, request.stream(), max_files=1).parse()
    except (MultiPartException, ClientDisconnect, KeyError):
        return FormData()


def _keep(upload: UploadFile, path: Path) -> None:
    """Move the content to its place; what lies there for too long goes."""
    for old in path.parent.iterdir():
        with suppress(FileNotFoundError):  # another visitor's has just been taken in
            if old.stat().st_mtime < time.time() - KEPT_SECONDS:
                old.unlink(missing_ok=True)
    with path.open("wb") as out:
        shutil.copyfileobj(upload.file, out, 2**20)


def _without_content(upload: UploadFile) -> bytes:
    name = (upload.filename or "").replace("\\", "\\\\").replace('"', '\\"')
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    kind = f"Content-Type: {upload.content_type or 'application/octet-stream'}"
    return f"--{_BOUNDARY}\r\n{head}\r\n{kind}\r\n\r\n\r\n--{_BOUNDARY}--\r\n".encode()


def _saying(body: bytes) -> Receive:
    """What `receive` gives of a request with this body."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
