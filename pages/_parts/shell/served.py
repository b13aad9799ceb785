"""Scripts and styles that a browser fetches once and keeps for good, packed.

Ours lie at ``_hts/<mark>/<name>``, where the mark is a hash of the content, and are asked for
relative to the page: the app may be seen under any path.  Streamlit sends its own scripts as they
are, three megabytes for a page; they too are packed here, once for each process.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from streamlit import file_util

from hts.studio.figures import plotly_js
from pages._parts.shell.asgi import Application, Message, Receive, Send

KINDS = {".js": b"text/javascript", ".css": b"text/css"}
_SCRIPTS = Path(__file__).resolve().parent.parent / "board" / "served"
_PLACE = re.compile(r"/_hts/([\w.]+/[\w.]+)$")
_STREAMLITS = re.compile(r"/static/((?:js|css)/[\w.-]+)$")


@cache
def files() -> dict[str, Callable[[], bytes]]:
    """What makes each file of ours, packed, by its place after ``_hts/``."""
    scripts = {path.name: path.read_bytes() for path in sorted(_SCRIPTS.iterdir())}
    mark = hashlib.sha256(b"".join(scripts.values())).hexdigest()[:10]
    return {
        **{f"{mark}/{name}": cache(partial(_pack, text)) for name, text in scripts.items()},
        f"{plotly_js.SHA256[:10]}/plotly.js": plotly_js.small,
        f"{version('plotly')}/plotly_whole.js": plotly_js.whole,
    }


@cache
def address(name: str) -> str:
    """Where a file of ours is, relative to every page."""
    return next(f"_hts/{place}" for place in files() if place.endswith(f"/{name}"))


class Served:
    """ASGI middleware: answers for these files itself."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        make = _asked(scope) if scope["type"] == "http" else None
        if make is None:
            return await self.app(scope, receive, send)
        body = await run_in_threadpool(make)
        headers = [
            (b"content-type", KINDS[Path(scope["path"]).suffix]),
            (b"cache-control", b"public, immutable, max-age=31536000"),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
        ]
        accepts = (value for name, value in scope["headers"] if name == b"accept-encoding")
        if any(b"gzip" in value for value in accepts):
            headers.append((b"content-encoding", b"gzip"))
        else:
            body = gzip.decompress(body)
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        sent = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": sent})
        return None


def _asked(scope: Message) -> Callable[[], bytes] | None:
    """What makes the content that is asked for; None where that is not ours to answer."""
    if scope["method"] not in ("GET", "HEAD"):
        return None
    if place := _PLACE.search(scope["path"]):
        return files().get(place[1])
    place = _STREAMLITS.search(scope["path"])
    return partial(_streamlits, place[1]) if place and place[1] in _names() else None


@cache
def _names() -> frozenset[str]:
    home = Path(file_util.get_static_dir())
    return frozenset(f"{path.parent.name}/{path.name}" for path in home.glob("static/*/*.[jc]s*"))


@cache
def _streamlits(name: str) -> bytes:
    return _pack((Path(file_util.get_static_dir()) / "static" / name).read_bytes())


def _pack(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
