"""The plotly.js that draws figures: a small part of it, and the whole for what that part lacks."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

TRACES = ("scatter", "bar", "heatmap")
LACKS = ("images", "rangeselector", "rangeslider", "sliders", "updatemenus")  # parts of a layout
SHA256 = "2f1f8e5ee0362239f6248657ac699a9d5def1a683a04d4af72ddf2bbb9669448"  # of the packed part
PACKED = Path(__file__).parent / "plotly_small" / "plotly-small.min.js.gz"


@cache
def small() -> bytes:
    """The part that knows `TRACES`, packed by gzip."""
    return PACKED.read_bytes()


@cache
def whole() -> bytes:
    """All of plotly.js, as the Python package has it, packed by gzip."""
    from plotly.offline import get_plotlyjs  # 40 ms that few pages need

    return gzip.compress(get_plotlyjs().encode(), mtime=0)


def script(figures: Iterable[Any]) -> str:
    """The smaller of the two that draws these figures."""
    return gzip.decompress(small() if all(map(_enough, figures)) else whole()).decode()


def _enough(figure: Any) -> bool:
    layout = figure["layout"]
    axes = (part for part in layout.values() if isinstance(part, dict))
    used = {trace.get("type", "scatter") for trace in figure["data"]}
    return used <= set(TRACES) and not any(set(LACKS) & set(part) for part in (layout, *axes))
