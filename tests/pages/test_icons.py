"""The font of few icons has those that are shown, and is the one its README names."""

from __future__ import annotations

import asyncio
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from streamlit import file_util

from pages._parts.shell.icons import Icons, names
from pages._parts.shell.pages import VARIABLE, pages

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "pages" / "_parts" / "shell" / "material_icons"
NO_ICONS = {"icons", "star_filled", "x"}  # in comments, and a name that no font of Google's has
FONT = f"/lab/static/media/{names()[0]}"


def answer(*headers: tuple[bytes, bytes]) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[Any] = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": FONT, "method": "GET", "headers": list(headers)}
    with ThreadPoolExecutor(1) as apart:  # browser tests leave a loop in this thread
        apart.submit(asyncio.run, Icons(app)(scope, None, send)).result()
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def test_the_font_is_what_its_readme_says_and_made_of_the_one_that_is_installed():
    content = (FOLDER / "icons.woff2").read_bytes()
    about = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(content).hexdigest() in about
    assert f"the {len(names()) - 1} icons" in about
    assert (Path(file_util.get_static_dir()) / "static" / "media" / names()[0]).is_file()


def test_it_has_the_icons_that_pages_and_streamlit_name():
    scripts = Path(file_util.get_static_dir()).glob("static/js/*.js")
    used = {page.icon for page in pages()}
    for path in (*(ROOT / "pages").rglob("*.py"), *(ROOT / "hts").rglob("*.py"), *scripts):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r":material/([a-z0-9_]+):", text))
    assert used - set(names()) == NO_ICONS


def test_it_is_sent_once_and_then_known():
    status, headers, body = answer()
    assert (status, headers[b"content-type"]) == (200, b"font/woff2")
    assert body == (FOLDER / "icons.woff2").read_bytes()
    assert answer((b"if-none-match", headers[b"etag"]))[::2] == (304, b"")


def test_pages_of_somebody_else_get_every_icon(monkeypatch):
    monkeypatch.setenv(VARIABLE, "/somewhere")
    assert answer()[0] == 418
