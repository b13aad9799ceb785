"""Cards as one HTML file that opens without a connection: plotly.js is inside it, once."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence

from hts.studio.figures import plotly_js
from hts.studio.figures.card import Card
from hts.studio.figures.theme import LIGHT, paint

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #0d1416; background: #fcfcfb;
       max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.1rem; margin: 0 0 .3rem; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); }
figure { margin: 0; border: 1px solid #dfe4e3; border-radius: .5rem; padding: .8rem; min-width: 0; }
figure.wide, figure.full { grid-column: 1 / -1; }
.chart { --height: 22rem; height: calc(var(--height) + var(--more, 0px)); }
figcaption, .quiet { color: #5f6b6e; font-size: .87rem; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .15rem 1.2rem .15rem 0; }
pre { white-space: pre-wrap; font-size: .8rem; }
"""
# As wide as A4 without its margins, so that it prints as it looks.
PAPER = """
@page { size: A4; margin: 13mm 12mm; }
body { max-width: 43rem; font-size: 14px; } .cards { grid-template-columns: minmax(0, 1fr); }
.chart { --height: 17rem; } figure, tr, pre { break-inside: avoid; } h2 { break-after: avoid; }
table { font-size: 12.5px; } td, th { padding-right: .7rem; }
tr:not(:first-child) td:not(:nth-child(2):last-child) { white-space: nowrap; }
.cards { margin-bottom: 1.5rem; }
@media print { body { margin: 0 auto; } .modebar { display: none; } }
"""

# As on the board, rows of a legend beyond the first make a figure taller.
_DRAW = """
const room = (node) => {
  const { showlegend, legend } = node._fullLayout;
  const more = `${showlegend && legend ? Math.max(0, legend._height - 29) : 0}px`;
  if (node.style.getPropertyValue("--more") === more) return;
  node.style.setProperty("--more", more);
  Plotly.Plots.resize(node);
};
for (const node of document.querySelectorAll(".chart")) {
  const { data, layout } = JSON.parse(node.nextElementSibling.textContent);
  const config = { responsive: true, displaylogo: false };
  Plotly.newPlot(node, data, { ...layout, autosize: true }, config).then(() => {
    room(node);
    node.on("plotly_afterplot", () => room(node));
  });
}
"""

Rows = Sequence[tuple[str, ...]]


def report_page(
    title: str,
    summary: str,
    tables: Sequence[tuple[str, Rows]],
    cards: Sequence[Card],
    *,
    found: Sequence[str] = (),
    style: str = "",
    after: str = "",
) -> str:
    """One page: a title, a summary, tables (names and values), the figures, and HTML ``after``.

    ``found``: sentences below the summary, as a list.
    """
    script = plotly_js.script(card.figure for card in cards if card.figure)
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}{style}</style><script>{script}</script></head><body>",
        f"<h1>{html.escape(title)}</h1><p>{html.escape(summary)}</p>",
    ]
    if found:
        parts.append(f"<ul>{''.join(f'<li>{html.escape(said)}</li>' for said in found)}</ul>")
    for heading, rows in tables:
        parts.append(
            f"<h2>{html.escape(heading)}</h2><table>{''.join(map(_row, rows))}</table><br>"
        )
    parts += ['<div class="cards">', *map(_figure, cards), "</div>", after]
    parts.append(f"<script>{_DRAW}</script></body></html>")
    return "\n".join(parts)


def _row(row: tuple[str, ...]) -> str:
    values = "".join(f"<td>{html.escape(value)}</td>" for value in row[1:])
    return f"<tr><th>{html.escape(row[0])}</th>{values}</tr>"


def _figure(card: Card) -> str:
    if card.figure is None:
        inside = f'<p class="quiet">{html.escape(card.empty)}</p>'
    else:
        # A closing tag in a name must not end the script.
        drawn = json.dumps(paint(dict(card.figure), LIGHT)).replace("<", "\\u003c")
        inside = (
            f'<div class="chart" role="img" aria-label="{html.escape(card.alt)}"></div>'
            f'<script type="application/json">{drawn}</script>'
        )
    return (
        f'<figure class="{card.size}"><h2>{html.escape(card.title)}</h2>{inside}'
        f"<figcaption>{html.escape(card.caption)}</figcaption></figure>"
    )
