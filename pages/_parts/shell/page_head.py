"""What pages have in their head, so that nothing jumps, all can be read and keys work.

What Streamlit sends to a page comes after the first picture of it; a style that is to hold that
picture still has to be there before.  Where Streamlit names its parts otherwise one day, the style
says nothing and pages are as Streamlit makes them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pages._parts.shell import served
from pages._parts.shell.asgi import Application, Message, Receive, Send

_OWN = Path(__file__)
# What a board needs before its first figure.
_SCRIPTS = (
    "board.js",
    "figure_card.js",
    "drawing.js",
    "nodes.js",
    "figure_axes.js",
    "figure_labels.js",
)
_END = b"</head>"
# An answer that is compressed, or "as you know it already", has no head to put anything into.
_NOT_ASKED = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
_NOT_SAID = {b"content-length", b"etag", b"last-modified"}


@cache
def _head() -> bytes:
    """Our style and keys; and what figures are drawn with, fetched while Streamlit starts."""
    style, script = (
        f"<{tag}>{_OWN.with_suffix(suffix).read_text(encoding='utf-8')}</{tag}>"
        for tag, suffix in (("style", ".css"), ("script", ".js"))
    )
    links = (
        f'<link {kind} href="./{served.address(name)}">'
        for name, kind in (
            ("board.css", 'rel="stylesheet"'),
            *((name, 'rel="modulepreload"') for name in _SCRIPTS),
            ("plotly.js", 'rel="preload" as="script"'),
        )
    )
    return "".join((style, *links, script)).encode()


class PageHead:
    """ASGI middleware: documents get the head, everything else passes as it is."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = scope.get("headers", [])
        if scope["type"] != "http" or not any(
            name == b"accept" and b"text/html" in value for name, value in headers
        ):
            return await self.app(scope, receive, send)
        asked = [header for header in headers if header[0] not in _NOT_ASKED]
        start: Message = {}
        body = b""

        async def styled(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            kept = [header for header in start["headers"] if header[0] not in _NOT_SAID]
            whole = body.replace(_END, _head() + _END, 1)
            length = (b"content-length", str(len(whole)).encode())
            await send({**start, "headers": [*kept, length]})
            await send({**message, "body": whole})

        await self.app({**scope, "headers": asked}, receive, styled)
        return None
