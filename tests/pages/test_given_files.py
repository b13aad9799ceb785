"""Large uploads wait on disk; Streamlit gets an empty file in their place."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from starlette.datastructures import UploadFile
from starlette.requests import Request

from pages._parts.shell import given_files
from pages._parts.shell.given_files import SMALL, OnDisk, given, let_go

FILE_ID = "01234567-89ab-cdef-0123-456789abcdef"
PLACE = f"/lab/_stcore/upload_file/session/{FILE_ID}"
FILE = SimpleNamespace(file_id=FILE_ID)


def upload(content: bytes, *, status=204, method="PUT", path=PLACE, name="a.npz") -> list[bytes]:
    """Send one file through the middleware; what the app behind it saw of its content."""
    seen: list[bytes] = []

    async def behind(scope, receive, send):
        request = Request(scope, receive)
        if scope["method"] == "PUT":
            form = await request.form()
            for part in form.values():
                assert isinstance(part, UploadFile)
                assert part.filename == name
                seen.append(await part.read())
            await form.close()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    head = f'Content-Disposition: form-data; name="x"; filename="{name}"\r\n\r\n'.encode()
    body = b"--edge\r\n" + head + content + b"\r\n--edge--\r\n"
    parts = [body[k : k + 50_000] for k in range(0, len(body), 50_000)]

    async def receive():
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message):
        pass

    headers = [
        (b"content-type", b"multipart/form-data; boundary=edge"),
        (b"content-length", str(len(body)).encode()),
    ]
    scope = {"type": "http", "method": method, "path": path, "headers": headers,
             "query_string": b""}  # fmt: skip
    with ThreadPoolExecutor(1) as apart:  # here a browser's loop may be running
        apart.submit(lambda: asyncio.run(OnDisk(behind)(scope, receive, send))).result()
    return seen


@pytest.fixture(autouse=True)
def nothing_left():
    yield
    let_go(FILE)


def test_a_large_file_waits_on_disk_until_it_is_let_go():
    content = bytes(range(256)) * (SMALL // 200)
    assert upload(content, name='a "b" ü.npz') == [b""]
    path = given(FILE)
    assert path.read_bytes() == content
    let_go(FILE)
    assert given(FILE) is FILE


def test_a_small_file_passes_as_it_is():
    assert upload(b"abc") == [b"abc"]
    assert given(FILE) is FILE


def test_what_streamlit_refuses_is_not_kept():
    assert upload(bytes(2 * SMALL), status=403) == [b""]
    assert given(FILE) is FILE


def test_what_is_deleted_in_the_browser_goes():
    upload(bytes(2 * SMALL))
    upload(b"", method="DELETE")
    assert given(FILE) is FILE


def test_what_nobody_takes_in_goes_after_a_while(monkeypatch):
    upload(bytes(2 * SMALL))
    path = given(FILE)
    monkeypatch.setattr(given_files, "KEPT_SECONDS", -1)
    upload(bytes(2 * SMALL), path=PLACE.replace(FILE_ID, "f" * 36))
    assert not path.exists()


@pytest.mark.parametrize("path", ["/_stcore/upload_file/s/..%2f", "/other", f"{PLACE}/x"])
def test_other_requests_are_left_alone(path):
    content = bytes(2 * SMALL)
    assert upload(content, path=path) == [content]


def test_a_file_that_goes_while_another_comes_is_no_fault():
    upload(bytes(2 * SMALL))
    gone = given(FILE).with_name("gone")  # listed, and not there any more when it is looked at
    gone.symlink_to(gone.with_name("nowhere"))
    try:
        assert upload(bytes(2 * SMALL)) == [b""]
    finally:
        gone.unlink()
