"""Links between README, docs and notebooks lead to a file that is there, and to a heading of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("docs/notebooks/*.ipynb")),
]
MADE = {"docs/house.svg"}  # by the manual


def text(page: Path) -> str:
    content = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        cells = json.loads(content)["cells"]
        content = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return re.sub(r"^```.*?^```$", "", content, flags=re.M | re.S)


def anchors(page: Path) -> set[str]:
    """As GitHub names the headings."""
    found = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text(page), re.M)
    }
    if page.name == "glossary.md":  # the manual names every word
        found |= set(re.findall(r"^\[(.+)\]$", (ROOT / "hts/glossary.toml").read_text(), re.M))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if target.is_relative_to(ROOT) and target.relative_to(ROOT).as_posix() in MADE:
            continue
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_is_short_enough_to_be_read():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_this_repository_that_a_page_names_are_there(page):
    rooms = "hts|pages|tests|deploy|docs|bench|results|examples"
    for named in re.findall(rf"`((?:{rooms})/[\w./-]+)`", text(page)):
        assert (ROOT / named).exists() or named == "deploy/.env", named  # made by who hosts
