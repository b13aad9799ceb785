"""Every answer says what a browser may load; a document's own scripts are named by their hash."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pages._parts.shell.policy import ANYBODY, FRAMED_BY, Policy, policy


def answer(
    kind: bytes, *sends: bytes, host: bytes = b"lab.example.org", path: str = "/"
) -> tuple[dict, bytes]:
    """Headers and body of what comes back of an answer of this kind."""
    sent: list[Any] = []

    async def app(scope, receive, send):
        headers = [(b"content-type", kind), (b"content-security-policy", b"default-src *")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for i, part in enumerate(sends):
            more = i + 1 < len(sends)
            await send({"type": "http.response.body", "body": part, "more_body": more})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"host", host)]}
    with ThreadPoolExecutor(1) as apart:  # browser tests leave a loop in this thread
        apart.submit(asyncio.run, Policy(app)(scope, None, send)).result()
    names = [name for name, _ in sent[0]["headers"]]
    assert len(names) == len(set(names))
    return dict(sent[0]["headers"]), b"".join(message["body"] for message in sent[1:])


def said(headers: dict) -> dict[str, str]:
    """The policy by directive."""
    parts = headers[b"content-security-policy"].decode().split("; ")
    return dict(part.partition(" ")[::2] for part in parts)


def test_a_document_names_its_own_scripts_and_no_others_run():
    script = b"window.x = false"
    headers, body = answer(b"text/html", b"<script>" + script[:5], script[5:] + b"</script>")
    assert body == b"<script>" + script + b"</script>"
    own = base64.b64encode(hashlib.sha256(script).digest()).decode()
    assert said(headers)["script-src"] == f"'self' blob: 'wasm-unsafe-eval' 'sha256-{own}'"


def test_no_script_of_a_file_to_download_runs():
    script = b"<script>alert(1)</script>"
    headers, body = answer(b"text/html", script, path="/lab/media/report.html")
    assert body == script
    assert "sha256" not in said(headers)["script-src"]


def test_nothing_is_loaded_from_elsewhere():
    headers, body = answer(b"image/png", b"1", b"2")
    assert body == b"12"
    for directive, sources in said(headers).items():
        assert "http" not in sources, directive
        assert "*" not in sources, directive
    assert said(headers)["object-src"] == "'none'"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"


def test_only_scripts_of_ours_run_and_none_is_made_of_text():
    sources = said(answer(b"text/html", b"")[0])["script-src"]
    assert "'unsafe-inline'" not in sources
    assert "'unsafe-eval'" not in sources


@pytest.mark.parametrize(
    ("host", "sockets"),
    [
        (b"lab.example.org", "'self' ws://lab.example.org wss://lab.example.org"),
        (b"[::1]:8501", "'self' ws://[::1]:8501 wss://[::1]:8501"),
        (b"x; script-src *", "'self'"),
        (b"*", "'self'"),
    ],
)
def test_websockets_go_to_the_server_that_was_asked(host, sockets):
    assert said(answer(b"text/html", b"", host=host)[0])["connect-src"] == sockets


def test_who_may_frame_a_page_is_named(monkeypatch):
    assert said(answer(b"text/html", b"")[0])["frame-ancestors"] == "'self'"
    monkeypatch.setenv(FRAMED_BY, "https://a.example  https://b.example")
    named = said(answer(b"text/html", b"")[0])["frame-ancestors"]
    assert named == "'self' https://a.example https://b.example"
    assert "frame-ancestors" not in policy(framed_by=ANYBODY)
