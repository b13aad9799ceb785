"""The icons that are shown, in place of a font of all there are: a fifth of what a page weighs."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from pages._parts.shell.asgi import Application, Message, Receive, Send
from pages._parts.shell.pages import VARIABLE

_HERE = Path(__file__).parent / "material_icons"


@cache
def names() -> tuple[str, ...]:
    """The file of Streamlit's that it was made of, and the icons in it."""
    return tuple((_HERE / "names.txt").read_text(encoding="utf-8").split())


@cache
def _font() -> tuple[bytes, bytes]:
    """It, and its mark."""
    content = (_HERE / "icons.woff2").read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'.encode()


class Icons:
    """ASGI middleware: answers for the font, unless pages of somebody else's may show others.

    Browsers ask each time whether it is still the same, since its address is Streamlit's.
    """

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        whole, *_ = names()
        asked = scope["type"] == "http" and scope["path"].endswith(f"/static/media/{whole}")
        if not asked or os.environ.get(VARIABLE):
            return await self.app(scope, receive, send)
        content, mark = _font()
        known = (b"if-none-match", mark) in scope["headers"]
        body = b"" if known or scope["method"] == "HEAD" else content
        headers = [
            (b"content-type", b"font/woff2"),
            (b"cache-control", b"no-cache"),
            (b"etag", mark),
            (b"x-content-type-options", b"nosniff"),
        ]
        if not known:
            headers.append((b"content-length", str(len(content)).encode()))
        await send({"type": "http.response.start", "status": 304 if known else 200,
                    "headers": headers})  # fmt: skip
        await send({"type": "http.response.body", "body": body})
        return None
