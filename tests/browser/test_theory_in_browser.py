"""Theory and Reproduce in a real browser: a guess, the answer with its figure, data, files."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

import pytest
from browser_steps import SECONDS, figure, no_traceback
from playwright.sync_api import expect

from hts.theory.records import Found, WidthResult
from pages._parts.shell.served import address

pytestmark = pytest.mark.browser

PICTURE = """async (pdf) => {
  const data = [{ type: "heatmap", z: [[0, 1], [2, 3]] }];
  const size = { width: 300, height: 200 };
  const svg = await Plotly.toImage({ data, layout: {} }, { format: "svg", ...size });
  const { pdfOf } = await import(new URL(pdf, document.baseURI).href);
  const made = await pdfOf(decodeURIComponent(svg.slice(svg.indexOf(",") + 1)), 300, 200);
  return [...new Uint8Array(await made.arrayBuffer())];
}"""


def test_theory_shows_its_figure_after_the_guess_and_hands_out_the_data(visit, tmp_path):
    import msgspec

    page = visit("/theory")
    card = page.locator(".st-key-theory_width")
    expect(card.get_by_text("Choose, and the answer appears.")).to_be_visible()
    card.get_by_role("radio", name="Stays for all").click()
    expect(card.get_by_text("Seen instead: Falls for heavy tails only.")).to_be_visible(
        timeout=120 * SECONDS
    )
    figure(page, "width-error")
    figure(page, "width-reach")
    card.get_by_role("radio", name="0.25").click()
    expect(page.locator("[data-card=width-error] .hts-title")).to_contain_text("κ = 0.25")
    card.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as coming:
        page.locator(".st-key-get_width button").click()
    coming.value.save_as(tmp_path / "width.json")
    found = msgspec.json.decode((tmp_path / "width.json").read_bytes(), type=Found[WidthResult])
    assert found.experiment == "width"
    no_traceback(page)


def test_reproduce_shows_a_verdict_after_the_guess_and_hands_out_the_runs(visit, tmp_path):
    page = visit("/reproduce")
    expect(page.get_by_text("Choose, and the answer appears.")).to_be_visible()
    page.get_by_role("radio", name="It depends").click()
    expect(page.get_by_text("Rule: ", exact=False)).to_be_visible(timeout=120 * SECONDS)
    figure(page, "trend-0")
    figure(page, "effects-0")
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as coming:
        page.locator(".st-key-get_json_0 button").click()
    coming.value.save_as(tmp_path / "runs.json")
    assert json.loads((tmp_path / "runs.json").read_text())["networks"]
    no_traceback(page)


def content(pdf: bytes) -> list[bytes]:
    """The streams of a PDF: what is drawn, then pictures."""
    assert pdf.startswith(b"%PDF-1.4")
    assert pdf.endswith(b"%%EOF\n")
    start = int(pdf.split(b"startxref\n")[1].split()[0])
    assert pdf[start : start + 4] == b"xref"
    found = re.finditer(rb"/Length (\d+) >>\nstream\n", pdf)
    return [zlib.decompress(pdf[one.end() : one.end() + int(one[1])]) for one in found]


def test_every_figure_can_be_saved_as_svg_and_as_pdf_of_lines_and_letters(visit, tmp_path: Path):
    page = visit("/reproduce?answers=true&claim=gaussian")
    figure(page, "effects-0")
    card = page.locator("[data-card=effects-0]")
    for name in ("SVG", "PDF"):
        with page.expect_download() as coming:
            card.get_by_role("button", name=name).click()
        assert coming.value.suggested_filename == f"effects-0.{name.lower()}"
        coming.value.save_as(tmp_path / name)
    assert "claimed" in (tmp_path / "SVG").read_text()
    (drawn,) = content((tmp_path / "PDF").read_bytes())
    letters = bytes.fromhex("".join(re.findall(r"<(..)> Tj", drawn.decode()))).decode("latin-1")
    assert "claimed" in letters
    assert len(re.findall(rb" l\b", drawn)) > 10
    made = page.evaluate(PICTURE, address("figure_pdf.js"))
    drawn, mask, picture = content(bytes(made))
    assert b"/I0 Do" in drawn
    assert len(picture) == 3 * len(mask) > 0
    assert len(set(picture)) > 2
    no_traceback(page)
