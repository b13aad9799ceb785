"""What the figures of the theory share: names of noises, guides, cards on logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from hts.noise.types import noise_type
from hts.studio.figures.axes import figure, line, log_axis, short
from hts.studio.figures.card import Card, Size, card
from hts.studio.figures.theme import Idea, ideas
from hts.theory.fit import line_through
from hts.theory.settings import Case


class _Noisy(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def alpha(self) -> float | None: ...


Told = TypeVar("Told", bound=_Noisy)


def titles(cases: Iterable[_Noisy]) -> list[str]:
    """``type III, α 1.75``; of one type alone ``α 1.75``; ``no noise``."""
    found = [(case.kind, case.alpha) for case in cases]
    alone = len({kind for kind, alpha in found if alpha is not None}) == 1
    return [
        f"α {alpha:g}" if alone and alpha is not None and len(found) > 1
        else Case(kind, alpha).title.replace("alpha", "α")
        for kind, alpha in found
    ]  # fmt: skip


def looks(cases: Iterable[_Noisy]) -> list[Idea]:
    """How each case is drawn, by its noise: heavy-tailed, Gaussian or none."""
    return ideas(
        None if case.alpha is None else noise_type(case.kind).stability(case.alpha)
        for case in cases
    )


def told(cases: Sequence[Told]) -> Iterator[tuple[Idea, str, Told]]:
    """Each case with how it is drawn and its title."""
    return zip(looks(cases), titles(cases), cases, strict=True)


def marked(trace: dict[str, Any], drawn: Idea) -> dict[str, Any]:
    """A line with the symbols of its idea, so that it is known without colour too."""
    return {**trace, "mode": "lines+markers", "marker": {"size": 7, "symbol": drawn.symbol}}


def type_words(cases: Iterable[_Noisy]) -> str:
    """``Type III noise.`` where `titles` leaves the type out, else nothing."""
    found = list(cases)
    kinds = {case.kind for case in found if case.alpha is not None}
    if len(kinds) != 1 or len(found) < 2:
        return ""
    word = noise_type(kinds.pop()).word
    return f"{word[:1].upper()}{word[1:]} noise. "


def guide(sizes: Sequence[float], typical: Sequence[float], slope: float, **more: Any) -> Any:
    """A dashed line of that slope through the middle of a curve."""
    name, values = f"slope {_spelled(slope)}", line_through(sizes, typical, slope)
    return line(name, list(sizes), short(values), "muted", dash="dash", width=1.4, **more)


def width_axis(title: str, sizes: Sequence[float], room: float = 0.04) -> dict[str, Any]:
    """A logarithmic axis over just these sizes; ``room`` in decades on both sides."""
    low, high = min(sizes), max(sizes)
    ends = [math.log10(low) - room, math.log10(high) + room]
    return log_axis(title, low, high, range=ends)


def log_card(
    name: str,
    title: str,
    caption: str,
    said: list[str],
    traces: list[dict[str, Any]],
    across: str,
    sizes: Sequence[float],
    up: str,
    values: Sequence[float],
    size: Size = "",
) -> Card:
    """A card of lines on logarithmic axes over ``sizes`` and the positive ones of ``values``."""
    there = [v for v in values if v > 0]
    laid = figure(
        traces, name, xaxis=width_axis(across, sizes),
        yaxis=log_axis(up, min(there), max(there)),
    )  # fmt: skip
    return card(name, title, caption, said, laid, size=size)


def _spelled(slope: float) -> str:
    """``−1/2``, or two digits where the slope is no simple fraction."""
    near = Fraction(slope).limit_denominator(9)
    text = str(near) if abs(float(near) - slope) < 1e-9 else f"{slope:.2f}"
    return text.replace("-", "−")
