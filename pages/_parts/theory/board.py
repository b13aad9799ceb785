"""The Theory page's results and figures, read and made once for all viewers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import streamlit as st

from hts.shared_cache import SharedCache
from hts.studio.figures.card import Card
from hts.studio.figures.theory import chaos, curves, laws, width
from hts.studio.figures.theory.card import titles
from hts.theory.files import all_shipped, read
from hts.theory.records import Found

_found: SharedCache[Found[Any]] = SharedCache(16)


def result_of(name: str, path: Path | None) -> Found[Any] | None:
    """The result in ``path``; None without one."""
    if path is None:
        return None
    return _found.get((str(path), path.stat().st_mtime_ns), lambda: read(name, path))


def stored(name: str) -> Path | None:
    """The stored result that is chosen, where there are several: a control of its own."""
    there = all_shipped(name)
    if len(there) < 2:
        return next(iter(there.values()), None)
    chosen = st.segmented_control(
        "Stored result", list(there), default=next(iter(there)), required=True,
        key=f"stored_of_{name}", format_func=lambda label: label.replace("alpha", "α"),
    )  # fmt: skip
    return there[chosen]


def board(name: str, found: Found[Any]) -> bytes:
    """The figures of an experiment as its controls are set, as JSON."""
    return msgspec.json.encode({"cards": _CARDS[name](found.result)})


def _chaos(result: Any) -> list[Card]:
    names = titles(result.cases)
    chosen = st.segmented_control("Noise in front", names, default=names[0], required=True,
                                  key=f"noise of {', '.join(names)}")  # fmt: skip
    at = names.index(chosen)
    return [show(result, at) for show in (chaos.chaos_error, chaos.chaos_pairs, chaos.chaos_law)]


def _width(result: Any) -> list[Card]:
    kappas, bounds = result.settings.kappas, result.settings.errors
    with st.container(horizontal=True, gap="medium"):
        kept = _one_of("Share κ that is kept", kappas, "kappa")
        kappa = [f"{value:g}" for value in kappas].index(kept)
        eps = float(_one_of("Error ε to reach", bounds, "eps"))
    return [
        width.width_error(result, kappa), width.width_reach(result, kappas[kappa], eps),
        width.regime_error(result, kappa), width.regime_steps(result),
    ]  # fmt: skip


def _one_of(label: str, values: Sequence[float], key: str) -> str:
    names = [f"{value:g}" for value in values]
    return str(st.segmented_control(label, names, default=names[0], required=True, key=key,
                                    bind="query-params"))  # fmt: skip


def _limit(result: Any) -> list[Card]:
    times = [f"{time:g}" for time in result.plane.times]
    chosen = st.select_slider("Time", times, value=times[-1], key="time", bind="query-params")
    at = times.index(chosen)
    lines = [laws.line_law(result, place, at) for place in range(len(result.lines))]
    return [*lines, laws.plane_law(result, at), laws.plane_output(result, at),
            laws.limit_distance(result), laws.limit_coupling(result)]  # fmt: skip


_CARDS: dict[str, Callable[[Any], list[Card]]] = {
    "chaos": _chaos,
    "euler": lambda result: [curves.euler_error(result), curves.euler_width(result)],
    "width": _width,
    "limit": _limit,
    "emergent": lambda result: [curves.emergent_index(result)],
}
