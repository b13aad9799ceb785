"""Style and keys of pages get into documents, and into nothing else."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pages._parts.shell.page_head import PageHead

PAGE = [b"<html><head><title>x</title></he", b"ad><body></body></html>"]


def answer(accept: bytes, *, sends: list[bytes] = PAGE) -> tuple[dict[bytes, bytes], bytes, list]:
    """Headers and body of what comes back, and the headers the app was asked with."""
    asked: list[tuple[bytes, bytes]] = []
    sent: list[Any] = []

    async def app(scope, receive, send):
        asked.extend(scope["headers"])
        length = str(sum(map(len, sends))).encode()
        headers = [(b"content-length", length), (b"etag", b"1"), (b"x-own", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for i, part in enumerate(sends):
            more = i + 1 < len(sends)
            await send({"type": "http.response.body", "body": part, "more_body": more})

    async def send(message):
        sent.append(message)

    given = [(b"accept", accept), (b"accept-encoding", b"gzip"), (b"cookie", b"c")]
    scope = {"type": "http", "headers": given}
    with ThreadPoolExecutor(1) as apart:  # browser tests leave a loop in this thread
        apart.submit(asyncio.run, PageHead(app)(scope, None, send)).result()
    return dict(sent[0]["headers"]), b"".join(m["body"] for m in sent[1:]), asked


def test_a_document_carries_style_and_keys_at_the_end_of_its_head():
    headers, body, asked = answer(b"text/html,*/*")
    before, style, after = body.partition(b"<style>")
    assert before + style == b"<html><head><title>x</title><style>"
    assert b"stSidebar" in after
    assert after.endswith(b"</script></head><body></body></html>")
    assert headers == {b"content-length": str(len(body)).encode(), b"x-own": b"2"}
    assert (b"cookie", b"c") in asked
    assert not any(name == b"accept-encoding" for name, _ in asked)


def test_what_is_no_document_passes_as_it_is():
    headers, body, asked = answer(b"*/*")
    assert body == b"".join(PAGE)
    assert headers[b"etag"] == b"1"
    assert (b"accept-encoding", b"gzip") in asked
    _, body, _ = answer(b"text/html", sends=[b'{"no": "head"}'])
    assert body == b'{"no": "head"}'
