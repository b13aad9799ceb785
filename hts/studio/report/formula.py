"""Formulas twice: for KaTeX on a page, and as plain HTML for a file that opens offline."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from hts.studio.foreign_text import in_markdown


@dataclass(frozen=True)
class Formula:
    """One formula; ``tex`` without dollar signs, ``html`` with tags."""

    tex: str
    html: str


Text = tuple[str | Formula, ...]
"""A paragraph: words and the formulas among them."""

SCALE = Formula(
    r"\sigma\,\eta^{1/\alpha}", "<i>σ</i>\u202f<i>η</i><sup>1/<i>α</i></sup>"
)  # of one step's noise
XI = Formula(r"\xi", "<i>ξ</i>")
ERROR = Formula(
    r"\lVert W - W_{\mathrm{pruned}} \rVert_F^2 \le 0.1\,\lVert W \rVert_F^2",
    "‖<i>W</i> − <i>W</i><sub>pruned</sub>‖<sup>2</sup> ≤ 0.1 ‖<i>W</i>‖<sup>2</sup>",
)
COVERAGE = Formula(
    r"1 - 2\,P(\mathrm{Bin}(n, 1/2) < k)",
    "1 − 2 <i>P</i>(Bin(<i>n</i>, 1/2) &lt; <i>k</i>)",
)

_TEX = (
    (r"\|\|(.+?)\|\|", r"\\lVert \1 \\rVert"),
    (r"\|([^|]+)\|", r"\\lvert \1 \\rvert"),
    (r"\^(\w+)", r"^{\1}"),
    (r"\bexp\(", r"\\exp("),
    (r"\bsum_", r"\\sum_"),
    (r"\balpha\b", r"\\alpha"),
)
_HTML = (
    (r"\|\|", "‖"),
    (r"\^(\w+)", r"<sup>\1</sup>"),
    (r"_(\w)", r"<sub>\1</sub>"),
    (r"\bsum\b", "∑"),
    (r"\balpha\b", "<i>α</i>"),
    (r"\bu\b", "<i>u</i>"),
    (r"-", "−"),
)


def characteristic(said: str) -> Formula:
    """``E exp(i<u, xi>) = exp(-||u||^alpha)``, of a noise type's `NoiseType.characteristic`."""
    tex, plain = said, html.escape(said).replace("sum_j", "sum<sub>j</sub>")
    for pattern, to in _TEX:
        tex = re.sub(pattern, to, tex)
    for pattern, to in _HTML:
        plain = re.sub(pattern, to, plain)
    return Formula(
        rf"E\,e^{{i\langle u, \xi\rangle}} = {tex}",
        f"<i>E</i> exp(<i>i</i>⟨<i>u</i>, <i>ξ</i>⟩) = {plain}",
    )


def markdown(text: Text) -> str:
    """The paragraph for a page."""
    return "".join(in_markdown(part) if isinstance(part, str) else f"${part.tex}$" for part in text)


def paragraphs(texts: Iterable[Text]) -> str:
    """Paragraphs for a file."""
    parts = (
        "".join(html.escape(part) if isinstance(part, str) else part.html for part in text)
        for text in texts
    )
    return "".join(f"<p>{part}</p>" for part in parts)
