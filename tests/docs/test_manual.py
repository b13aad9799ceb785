"""The manual builds without a warning, asks nothing of other hosts, and has every public name."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("manual")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q",
         "-d", str(place / "doctrees"), "docs", str(place / "site")],
        capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "HTS_HOME": str(place / "home"), "HTS_PLUGINS": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return place / "site"


class Fetched(HTMLParser):
    """What a browser would fetch for a page by itself."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "img", "iframe", "source"):
            self.found.append(given.get("src") or "")
        if tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload", "preconnect"):
            self.found.append(given.get("href") or "")


def test_pages_fetch_nothing_from_elsewhere(manual):
    pages = sorted(manual.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        for place in Fetched(page).found:
            assert not re.match(r"(https?:)?//", place), f"{page.name}: {place}"
    for style in manual.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\([\"']?(https?:)?//", text), style.name


def test_formulas_are_drawn_and_words_have_places(manual):
    assert "<math" in (manual / "science.html").read_text(encoding="utf-8")
    assert 'id="norm-compressible-share"' in (manual / "glossary.html").read_text(encoding="utf-8")
    assert "hts.inspect" in (manual / "notebooks/your-own-network.html").read_text(encoding="utf-8")


def test_the_reference_has_every_public_name(manual):
    page = (manual / "reference.html").read_text(encoding="utf-8")
    faces = [path.parent.name for path in sorted(ROOT.glob("hts/*/__init__.py"))]
    packages = ["hts", *(f"hts.{name}" for name in faces if name != "studio")]
    missing = []
    for name in packages:
        package = importlib.import_module(name)
        for public in getattr(package, "__all__", ()):
            value = getattr(package, public)
            if callable(value) and getattr(value, "__doc__", None) and hasattr(value, "__name__"):
                missing += [f"{name}.{public}"] * (f'id="{name}.{public}"' not in page)
    assert missing == []
