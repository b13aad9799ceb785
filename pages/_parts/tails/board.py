"""The boards of the Tails page: from a sample to its report, made once for all viewers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from hts.estimates import alpha_words
from hts.records import LayerView, MethodEstimate
from hts.shared_cache import SharedCache
from hts.studio.figures import words as spoken
from hts.studio.figures.axes import rule
from hts.studio.figures.card import Card, number_card
from hts.studio.figures.run.tail import tail_history
from hts.studio.figures.tails.against_fit import pp_card, qq_card
from hts.studio.figures.tails.against_k import Height, Scale, against_k
from hts.studio.figures.tails.forest import forest_card
from hts.studio.figures.tails.sample import sizes_card, tail_card
from hts.studio.figures.view import arms_of
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.recorded import recorded_curve, recorded_plots
from hts.tails.report import TailReport, tail_report
from pages._parts.tails.source import Course, Recorded, Sample
from pages._parts.tails.words import NO_POWER_LAW, alpha

SCALES: dict[str, Scale] = {"log k": "log", "k": "linear", "threshold": "threshold"}
HEIGHTS: dict[str, Height] = {"α": "alpha", "ξ = 1/α": "xi"}

_one_sample = threading.Lock()  # at a time in memory, however many people look at theirs
_reports: SharedCache[TailReport] = SharedCache(24)  # some hundred kilobytes each


def report_of(sample: Sample) -> TailReport:
    """The report of a sample; the sample itself is let go.  Raises `BadInput`."""

    def made() -> TailReport:
        with _one_sample:
            return tail_report(sample.load(), sample.kind)

    return _reports.get((sample.key, sample.kind), made)


def forest_board(sample: Sample, report: TailReport) -> bytes:
    """All estimates, and the truth where it is known."""
    truth = sample.truth.alpha if sample.truth else None
    return _encoded([forest_card(report.estimates, truth=truth, known=sample.known)])


def sample_board(sample: Sample, report: TailReport) -> bytes:
    """Sizes and tail with the fitted laws."""
    hill = report.estimate("hill") if report.single else None
    share = (hill.upper or 0) / report.size if hill else 0.0
    look = {"of": sample.of, "symbol": sample.symbol, "keep": f"tails-{sample.of}"}
    sizes = sizes_card(report.histogram, **look)
    return _encoded([sizes, tail_card(report.ccdf, hill=hill, share=share, **look)])


def k_board(
    sample: Sample, report: TailReport, share: float, scale: str, height: str
) -> tuple[bytes, str]:
    """The tail estimates at k as numbers and against k as a figure; and what the rules choose."""
    k = report.k_of(share)
    unit = report.unit if not report.single else sample.of
    card = against_k(
        report.curves,
        of=unit,
        k=k,
        scale=SCALES[scale],
        height=HEIGHTS[height],
        truth=sample.truth.alpha if sample.truth else None,
        known=sample.known,
    )
    read = f"{100 * k / report.size:.2g} % of {spoken.count(report.size)} {unit}"
    beyond = f"all beyond {np.exp(report.upper.logs[k]):.3g}"
    count = f"k = {spoken.count(k)}"
    metrics = [number_card("k", "Largest values read", count, interval=read, note=beyond)]
    for curve in report.curves:
        title, value = ESTIMATORS[curve.method].title, "no power law"
        if (at := report.at_k(curve.method, k)) is None:
            metrics.append(number_card(curve.method, title, value, note="the values are tied"))
            continue
        if at.alpha < NO_POWER_LAW:
            value = f"α = {alpha_words(at.alpha)}"
        ends = f"95 % interval {alpha(at.low)} to {alpha(at.high)}"
        metrics.append(number_card(curve.method, title, value, interval=ends))
    return _encoded([card], metrics), rules_said(report)


def rules_said(report: TailReport) -> str:
    """``Rules for Hill's k: a fixed share of 5 % takes 500, ...``."""
    chosen = report.curves[0].chosen or {}
    names = {
        "share": "a fixed share of 5 %", "stability": "stability (Reiss and Thomas)",
        "bootstrap": "the double bootstrap (Danielsson and others)",
        "ks": "the smallest KS distance (Clauset and others)",
    }  # fmt: skip
    said = [f"{names[rule]} takes {spoken.count(k)}" for rule, k in chosen.items()]
    return f"Rules for Hill's k: {', '.join(said)}." if said else ""


def laws(report: TailReport) -> dict[str, str]:
    """The methods against whose laws the sample is drawn, by what a button calls the law."""
    named = {method: ESTIMATORS[method].law.removeprefix("a ") for method in report.plots}
    return {f"{law[0].upper()}{law[1:]}": method for method, law in named.items()}


def fit_board(report: TailReport, method: str) -> bytes:
    """QQ and PP plots against the fit of ``method``."""
    qq, pp = report.plots[method]
    fit = ESTIMATORS[method].law
    return _encoded([qq_card(qq, fit=fit), pp_card(pp, fit=fit)])


def course_board(course: Course) -> bytes:
    """The tail index through training, the step looked at ruled."""
    card = replace(tail_history(arms_of([course.run]), layer=course.layer), size="full")
    if card.figure is not None:
        ruled = rule(x=course.step, dash="solid", colour="text")
        card.figure["layout"]["shapes"] = [*card.figure["layout"].get("shapes", []), ruled]
    return _encoded([card])


def recorded_estimates(layer: LayerView) -> list[MethodEstimate]:
    """The one estimate that was recorded."""
    if layer.tail is None:
        return []
    return [MethodEstimate(method="mle", title=ESTIMATORS["mle"].title, tail=layer.tail)]


def recorded_board(recorded: Recorded) -> bytes:
    """Everything that the record of a step still shows."""
    layer = recorded.layer.of_single()
    keep = "tails-recorded"
    cards = [
        sizes_card(layer.weights, of="weights", symbol="w", keep=keep),
        tail_card(layer.ccdf, of="weights", symbol="w", keep=keep),
    ]
    plots = recorded_plots(layer.ccdf)
    if plots is not None:
        fit = "the recorded fit"
        cards += [qq_card(plots[0], fit=fit, keep=keep), pp_card(plots[1], fit=fit, keep=keep)]
    if layer.hill is not None and layer.hill.k and layer.tail is not None:
        curve = recorded_curve(layer.hill, layer.tail.size)
        cards.append(against_k([curve], of=layer.tail.sample, keep=keep))
    return _encoded(cards)


def _encoded(cards: list[Card], metrics: Sequence[dict[str, str]] = ()) -> bytes:
    return msgspec.json.encode({"metrics": metrics, "cards": cards})
