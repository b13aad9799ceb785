"""What changes while a watched training goes on: tail index, compressibility, norm, loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import floor
from typing import Any

from hts.studio.figures import words
from hts.studio.figures.axes import (
    axis,
    band,
    figure,
    line,
    log_axis,
    percent_axis,
    positive,
    short,
    thin,
)
from hts.studio.figures.card import Card, card, waiting
from hts.studio.figures.points import rejected
from hts.watching.records import LayerAt, LookAt, LossAt

SOON = "The first look comes after the first step."
CHOSEN, OTHER = 0, "muted"  # colours: the layer that is chosen, and the others
FAINT = 14  # of the other layers, at most so many lines
STEP = {"rangemode": "tozero"}


def tails_card(looks: Sequence[LookAt], layer: str) -> Card:
    """Tail index of ``layer`` at every look with its interval; the other layers faintly."""
    caption = (
        "Stability index of the law fitted to the layer's weights, taken as independent draws, "
        "with its interval; other layers faint."
    )
    title = f"Tail index over training: {layer}"
    return _tails("watched_tail", title, caption, looks, layer, "No estimate yet.")


def gradients_card(looks: Sequence[LookAt], layer: str) -> Card:
    """Tail index of the gradient noise of ``layer``, where it was seen."""
    caption = (
        "Stability index of the law fitted to the difference of two minibatch gradients, a step "
        "apart, with its interval; other layers faint."
    )
    none = "No gradient noise was seen yet: it needs gradients at two steps in succession."
    title = f"Tail index of the gradient noise: {layer}"
    seen = [
        replace(look, layers=[
            replace(at, alpha=at.gradient, low=at.gradient_low, high=at.gradient_high,
                    fits=at.gradient_fits)
            for at in look.layers
        ])
        for look in looks
    ]  # fmt: skip
    return _tails("watched_gradient", title, caption, seen, layer, none)


def _tails(
    name: str, title: str, caption: str, looks: Sequence[LookAt], layer: str, none: str
) -> Card:
    own = [(look.step, at) for look, at in _of(looks, layer) if at.alpha is not None]
    if not own:
        return waiting(name, title, caption, SOON if not looks else none)
    traces = _others(looks, layer, lambda at: at.alpha if at.fits else None)
    steps = [step for step, _ in own]
    lows, highs = (
        short(getattr(at, end) if at.fits else None for _, at in own) for end in ("low", "high")
    )
    traces.append(band(steps, lows, highs, CHOSEN))
    hover = "step %{x}: α %{y:.2f} (%{customdata[0]:.2f} to %{customdata[1]:.2f})"
    drawn = line(
        layer, steps, short(at.alpha if at.fits else None for _, at in own), CHOSEN, hover=hover
    )
    ends = list(zip(lows, highs, strict=True))
    traces.append(drawn | {"mode": "lines+markers", "marker": {"size": 5}, "customdata": ends})
    gone = [(step, at.alpha) for step, at in own if not at.fits]
    if gone:
        traces.append(rejected([s for s, _ in gone], short(a for _, a in gone), "circle"))
        caption += f" {words.OPEN_MARKS}"
    lowest = min(v for _, at in own for v in (at.alpha, at.low) if v is not None)
    last_step, last = own[-1]
    said = words.alpha(last.alpha) if last.fits else words.REJECTED
    laid = figure(
        traces,
        "watched",
        xaxis=axis("step", **STEP),
        yaxis=axis("tail index α", range=[max(0.0, floor(2 * lowest - 0.2) / 2), 2.08]),
    )
    told = f"{layer}: tail index {said} at step {last_step}, {words.many(len(own), 'look')}"
    return card(name, title, caption, told, laid)


def shares_card(looks: Sequence[LookAt], layer: str) -> Card:
    """Norm-compressible share of ``layer`` at every look."""
    title = f"Norm-compressible share: {layer}"
    caption = "Percent of units, smallest norms first, that hold a tenth of the squared norm."
    return _course(
        "watched_share", title, caption, looks, layer, lambda at: at.share,
        percent_axis("share of units"), words.percent, "%{y:.1f} %",
    )  # fmt: skip


def norms_card(looks: Sequence[LookAt], layer: str) -> Card:
    """Frobenius norm of ``layer`` at every look."""
    title = f"Norm over training: {layer}"
    sizes = [at.norm for _, at in _of(looks, layer) if at.norm > 0] or [1.0]
    up = log_axis("‖W‖", min(sizes), max(sizes))
    return _course(
        "watched_norm", title, "Frobenius norm of the layer's weights.", looks, layer,
        lambda at: at.norm if at.norm > 0 else None, up, lambda v: f"{v:.3g}", "%{y:.4g}",
    )  # fmt: skip


def loss_card(losses: Sequence[LossAt]) -> Card:
    """The loss as the loop gave it."""
    title, caption = "Loss", "As the training loop gave it to the watch, every few seconds."
    if not losses:
        why = "No loss was given: w.step(loss=loss) in the loop shows it here."
        return waiting("watched_loss", title, caption, why)
    shown = thin(losses)
    values = [one.loss for one in shown]
    if min(values) > 0:
        up, kept = log_axis("loss", min(values), max(values)), positive(values)
    else:
        up, kept = axis("loss"), short(values)
    drawn = line("loss", [one.step for one in shown], kept, CHOSEN, hover="step %{x}: %{y:.4g}")
    laid = figure([drawn], "watched", xaxis=axis("step", **STEP), yaxis=up, showlegend=False)
    told = f"loss {values[0]:.3g} at step {shown[0].step}, {values[-1]:.3g} at {shown[-1].step}"
    return card("watched_loss", title, caption, told, laid)


def _course(
    name: str,
    title: str,
    caption: str,
    looks: Sequence[LookAt],
    layer: str,
    value: Callable[[LayerAt], float | None],
    up: dict[str, Any],
    say: Callable[[float], str],
    hover: str,
) -> Card:
    own = [(look.step, v) for look, at in _of(looks, layer) if (v := value(at)) is not None]
    if not own:
        return waiting(name, title, caption, SOON)
    traces = [] if name == "watched_norm" else _others(looks, layer, value)
    values = short(v for _, v in own)
    traces.append(line(layer, [s for s, _ in own], values, CHOSEN, hover=f"step %{{x}}: {hover}"))
    laid = figure(traces, "watched", xaxis=axis("step", **STEP), yaxis=up, showlegend=False)
    told = f"{layer}: {say(own[0][1])} at step {own[0][0]}, {say(own[-1][1])} at {own[-1][0]}"
    return card(name, title, caption, told, laid)


def _of(looks: Sequence[LookAt], layer: str) -> list[tuple[LookAt, LayerAt]]:
    found = [(look, at) for look in looks for at in look.layers if at.name == layer]
    return list(thin(found))


def _others(
    looks: Sequence[LookAt], layer: str, value: Callable[[LayerAt], float | None]
) -> list[dict[str, Any]]:
    names = [at.name for at in looks[-1].layers if at.name != layer][:FAINT] if looks else []
    return [
        line(name, [look.step for look, _ in known], short(value(at) for _, at in known), OTHER,
             width=1, opacity=40, hover="step %{x}: %{y:.3g}", showlegend=False)
        for name in names
        if (known := _of(looks, name))
    ]  # fmt: skip
