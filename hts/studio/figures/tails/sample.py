"""A sample's sizes and its tail, with the fitted laws over them."""

from __future__ import annotations

from math import ceil, log10

from hts.records import Ccdf, Histogram, TailIndex
from hts.studio.figures import words
from hts.studio.figures.axes import decade_axis, figure, line, log_axis, positive
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.run.ccdf import fitted_law
from hts.studio.figures.run.histogram import bars, laws

SIZES = "Bars count the {of} by size. "
FIT = "The middle decides a stable fit, so look where the fit and the Gaussian part: on the right."
NO_FIT = "No stable law is drawn: none was fitted to single {of}."
TAIL = (
    "Share of {of} larger than x. A power law falls along a straight line of slope −α, a Gaussian "
    "bends down. {hill}"
)


def sizes_card(histogram: Histogram, *, of: str, symbol: str, keep: str) -> Card:
    """Counts of sizes with the fitted stable law; ``of`` names them: values or weights."""
    caption = (SIZES + (FIT if histogram.fitted else NO_FIT)).format(of=of)
    if not any(histogram.counts):
        return waiting("sizes", f"Sizes of the {of}", caption, f"All {of} are zero.")
    top = max(10, *histogram.counts)
    total = sum(histogram.counts) + histogram.below + histogram.above
    most = histogram.counts.index(max(histogram.counts))
    last = max(place for place, n in enumerate(histogram.counts) if n)
    usual, largest = 10 ** histogram.edges[most], 10 ** histogram.edges[last + 1]
    said = [f"{words.count(total)} {of}, most frequent near {usual:.2g}, largest {largest:.2g}"]
    if histogram.fitted is not None:
        beyond = sum(histogram.counts[most:])
        fitted = sum(histogram.fitted[most:])
        said.append(f"{words.count(beyond)} lie beyond the peak, the stable fit expects "
                    f"{words.count(round(fitted))}")  # fmt: skip
    laid = figure(
        [bars(of, histogram, 0, symbol=symbol, of=of), *laws(histogram)],
        keep,
        xaxis=decade_axis(f"|{symbol}|", histogram.edges[0], histogram.edges[-1]),
        yaxis=log_axis(f"number of {of}", 1, top, range=[log10(0.5), ceil(log10(top))]),
    )
    return card("sizes", f"Sizes of the {of}", caption, said, laid)


def tail_card(
    ccdf: Ccdf, *, of: str, symbol: str, keep: str, hill: TailIndex | None = None, share: float = 0
) -> Card:
    """Survival function with the stable fit, and Hill's power law beyond its threshold.

    ``share`` of the sample lies beyond that threshold.
    """
    shown = [(x, s) for x, s in zip(ccdf.x, ccdf.survival, strict=True) if x > 0 and s > 0]
    title = f"Tail of the {of}"
    if not shown:
        caption = TAIL.format(of=of, hill="").strip()
        return waiting("survival", title, caption, f"All {of} are zero.")
    x, survival = ([pair[i] for pair in shown] for i in (0, 1))
    hover = f"P(|{symbol}| > %{{x:.3g}}) = %{{y:.2g}}<extra></extra>"
    traces = [line(of, positive(x), positive(survival), 0, width=2.6, hovertemplate=hover)]
    said = [f"one in {words.count(round(1 / survival[-1]))} {of} exceeds {x[-1]:.3g}"]
    if ccdf.fitted is not None:
        traces.append(fitted_law("stable fit", ccdf.x, ccdf.fitted))
        said.append(f"the stable fit gives {ccdf.fitted[len(shown) - 1]:.2g} there")
    note = ""
    if hill is not None and hill.threshold is not None and hill.threshold < x[-1]:
        ends = [hill.threshold, x[-1]]
        power = positive(share * (at / hill.threshold) ** -hill.alpha for at in ends)
        name = "Hill's power law"
        traces.append(line(name, positive(ends), power, 2, dash="dot", hoverinfo="skip"))
        note = f"Dots: Hill's power law through the largest {100 * share:.2g} %."
        said.append(f"Hill's power law has slope −{hill.alpha:.2f}")
    laid = figure(
        traces,
        keep,
        xaxis=log_axis("x", min(x), max(x)),
        yaxis=log_axis(f"P(|{symbol}| > x)", min(survival), 1),
    )
    return card("survival", title, TAIL.format(of=of, hill=note).strip(), said, laid)
