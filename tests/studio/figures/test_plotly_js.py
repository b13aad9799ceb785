"""The plotly.js kept here is what its README says; where it lacks something the whole is taken."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest

from hts.studio.figures import plotly_js

LINE = {"data": [{"type": "scatter", "x": [1], "y": [1]}], "layout": {"xaxis": {"type": "log"}}}


def test_the_file_is_the_one_whose_checksum_version_and_licence_are_written_down():
    packed = plotly_js.small()
    folder = plotly_js.PACKED.parent
    about = (folder / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(packed).hexdigest() == plotly_js.SHA256
    assert plotly_js.SHA256 in about
    version = json.loads((folder / "package.json").read_text())["dependencies"]["plotly.js"]
    assert f"plotly.js) {version}" in about
    head = gzip.decompress(packed)[:1500].decode()
    assert head.startswith(f"/* plotly.js {version}, a part of it (scatter, bar, heatmap).")
    assert (folder / "LICENSE").read_text(encoding="utf-8").strip() in head


def test_it_is_small():
    assert len(plotly_js.small()) < 400_000


@pytest.mark.parametrize(
    "more",
    [
        {"data": [{"type": "parcoords"}], "layout": {}},
        {"data": [], "layout": {"sliders": [{}]}},
        {"data": [], "layout": {"xaxis": {"rangeslider": {}}}},
    ],
)
def test_a_figure_that_needs_more_gets_the_whole(monkeypatch, more):
    monkeypatch.setattr(plotly_js, "whole", lambda: gzip.compress(b"whole"))
    assert plotly_js.script([LINE, more]) == "whole"
    assert plotly_js.script([LINE]).startswith("/* plotly.js")
