"""The account of a run as one HTML file to print or pass on; it opens offline."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Sequence

from hts.studio.figures.card import Card
from hts.studio.figures.report import PAPER, report_page
from hts.studio.figures.run import RUN_FIGURES
from hts.studio.figures.view import EnsembleView
from hts.studio.report.account import Account
from hts.studio.report.formula import paragraphs
from hts.studio.report.prediction import SHARE

FIGURES = ("pruning", "difference", "norms", "history")
"""Those that tell what pruning costs, and how it was trained."""


def figures(view: EnsembleView) -> list[Card]:
    """`FIGURES` of a run, with the share marked that is asked about; without those it has not."""
    drawn = (RUN_FIGURES[name].card(view.arms, pruned=SHARE) for name in FIGURES)
    return [dataclasses.replace(card, size="half") for card in drawn if card is not None]


def account_file(told: Account, cards: Sequence[Card]) -> str:
    """HTML text, some 1 MB because plotly.js is inside it."""
    tables = [(table.title, [table.head, *table.rows]) for table in told.tables]
    sources = "".join(f"<li>{html.escape(one.said)}</li>" for one in told.references)
    entries = "\n\n".join(one.bibtex for one in told.references)
    after = (
        f"<h2>Methods</h2>{paragraphs(told.methods)}<h2>References</h2><ul>{sources}</ul>"
        f"<h2>BibTeX</h2><pre>{html.escape(entries)}</pre>"
    )
    return report_page(told.title, told.summary, tables, cards, found=told.found, style=PAPER,
                       after=after)  # fmt: skip
