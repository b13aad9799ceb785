"""Scripts are packed, kept for good by their hash, and found under any path."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from streamlit import file_util

from pages._parts.shell.served import Served, address

STATIC = Path(file_util.get_static_dir()) / "static"
ELSEWHERE = 418


def answer(
    path: str, *, method: str = "GET", accept: bytes = b"gzip, br"
) -> tuple[int, dict, bytes]:
    """Status, headers and body; `ELSEWHERE` where the app was asked."""
    sent: list[Any] = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": ELSEWHERE, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    headers = [(b"accept-encoding", accept)] if accept else []
    scope = {"type": "http", "path": path, "method": method, "headers": headers}
    with ThreadPoolExecutor(1) as apart:  # browser tests leave a loop in this thread
        apart.submit(asyncio.run, Served(app)(scope, None, send)).result()
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.mark.parametrize("under", ["", "/lab", "/user/ana/proxy/8501"])
@pytest.mark.parametrize("name", ["board.js", "board.css", "plotly.js"])
def test_a_file_of_ours_is_found_under_every_path_and_kept_for_good(under, name):
    status, headers, body = answer(f"{under}/{address(name)}")
    assert status == 200
    assert headers[b"cache-control"] == b"public, immutable, max-age=31536000"
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"content-length"] == str(len(body)).encode()
    assert headers[b"content-type"] == (b"text/css" if name.endswith("css") else b"text/javascript")
    _, plain, whole = answer(f"{under}/{address(name)}", accept=b"")
    assert b"content-encoding" not in plain
    assert gzip.decompress(body) == whole


def test_an_address_of_another_content_is_not_answered():
    old = address("board.js").replace("_hts/", "_hts/0")
    assert answer(f"/{old}")[0] == ELSEWHERE


def test_scripts_of_streamlit_are_packed_and_nothing_beside_them_is_given():
    script = max((STATIC / "js").glob("protobuf.*.js"))
    status, headers, body = answer(f"/lab/static/js/{script.name}")
    assert status == 200
    assert gzip.decompress(body) == script.read_bytes()
    assert len(body) < 0.5 * len(script.read_bytes())
    assert headers[b"x-content-type-options"] == b"nosniff"
    for path in ("/static/js/none.js", "/static/js/../index.html", "/static/../static/js/x.js"):
        assert answer(path)[0] == ELSEWHERE
    assert answer(f"/static/js/{script.name}", method="POST")[0] == ELSEWHERE
    assert answer(f"/static/js/{script.name}", method="HEAD")[2] == b""
