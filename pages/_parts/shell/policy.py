"""What a browser may load for a page of ours: nothing from elsewhere.

Said beside every answer but the scripts and styles of `served`, which load nothing by themselves.

Text that is not ours is shown as text (`hts.studio.foreign_text`); this is the second fence.
Images, scripts, frames and connections of other servers are refused, and so are scripts in a page
but those that it was sent with.  Streamlit needs the exceptions: it writes styles into the page,
runs the code of components from ``blob:`` addresses, which only a script can make, and counts large
numbers in WebAssembly.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import re

from pages._parts.shell.asgi import Application, Message, Receive, Send

FRAMED_BY = "HTS_FRAMED_BY"  # whose pages may hold a view of ours, as "https://courses.example.org"
ANYBODY = "*"

_MEDIA = "/media/"  # files to download, which may hold what others wrote
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?")
_BESIDE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


def policy(*, host: str = "", framed_by: str = "", scripts: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy; ``scripts``: hashes of those within the page.

    ``host``: by which name the server was asked; not every browser takes a websocket for its own.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    hashes = "".join(f" '{one}'" for one in scripts)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: 'wasm-unsafe-eval'{hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "worker-src 'self' blob:",
            f"connect-src 'self'{sockets}",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            *([] if framed_by == ANYBODY else [f"frame-ancestors 'self' {framed_by}".rstrip()]),
        )
    )


class Policy:
    """ASGI middleware: every answer says the policy; a document also which scripts are its own."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.framed_by = " ".join(os.environ.get(FRAMED_BY, "").split())

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        asked = dict(scope.get("headers", ()))
        host = asked.get(b"host", b"").decode("latin-1")
        held: Message = {}
        body = b""

        def headed(start: Message, scripts: tuple[str, ...] = ()) -> Message:
            said = policy(host=host, framed_by=self.framed_by, scripts=scripts).encode()
            names = {b"content-security-policy", *(name for name, _ in _BESIDE)}
            kept = [header for header in start["headers"] if header[0].lower() not in names]
            own = (b"content-security-policy", said)
            return {**start, "headers": [*kept, *_BESIDE, own]}

        async def guarded(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                given = dict(message.get("headers", ()))
                if given.get(b"content-type", b"").startswith(b"text/html"):
                    held.update(message)
                else:
                    await send(headed(message))
            elif held and message["type"] == "http.response.body":
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await send(headed(held, () if _MEDIA in scope["path"] else _hashes(body)))
                    await send({**message, "body": body})
            else:
                await send(message)

        await self.app(scope, receive, guarded)
        return None


@functools.lru_cache(maxsize=4)
def _hashes(document: bytes) -> tuple[str, ...]:
    found = (hashlib.sha256(inside).digest() for inside in _INLINE.findall(document))
    return tuple(f"sha256-{base64.b64encode(one).decode()}" for one in found)
