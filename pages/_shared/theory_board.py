"""The Theory page's results and figures, read and made once for all viewers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import streamlit as st

from hts.figures import theory_curves as curves
from hts.figures import theory_laws as laws
from hts.figures.card import Card
from hts.theory.files import read, shipped
from hts.theory.records import Found
from pages._shared.once import Once

_found: Once[Found[Any]] = Once(16)


def result_of(name: str, path: Path | None = None) -> Found[Any] | None:
    """The result in ``path``, or the one that is shipped; None without one."""
    path = path or shipped(name)
    if path is None:
        return None
    return _found.get((str(path), path.stat().st_mtime_ns), lambda: read(name, path))


def board(name: str, found: Found[Any]) -> bytes:
    """The figures of an experiment as its controls are set, as JSON."""
    cards = _CARDS[name](found.result)
    return msgspec.json.encode({"cards": [card.payload() for card in cards]})


def _chaos(result: Any) -> list[Card]:
    return [curves.chaos_error(result), curves.chaos_pairs(result), curves.chaos_law(result)]


def _euler(result: Any) -> list[Card]:
    return [curves.euler_error(result), curves.euler_width(result)]


def _width(result: Any) -> list[Card]:
    kappas = [f"{kappa:g}" for kappa in result.settings.kappas]
    chosen = st.segmented_control("Share κ that is kept", kappas, default=kappas[0],
                                  required=True, key="kappa", bind="query-params")  # fmt: skip
    return [curves.width_error(result, kappas.index(chosen))]


def _limit(result: Any) -> list[Card]:
    times = [f"{time:g}" for time in result.plane.times]
    chosen = st.select_slider("Time", times, value=times[-1], key="time", bind="query-params")
    at = times.index(chosen)
    lines = [laws.line_law(found, at, f"line-{i}") for i, found in enumerate(result.lines)]
    return [*lines, curves.limit_distance(result), laws.plane_law(result.plane, at),
            laws.plane_output(result.plane, at)]  # fmt: skip


def _emergent(result: Any) -> list[Card]:
    return [curves.emergent_index(result)]


_CARDS = {"chaos": _chaos, "euler": _euler, "width": _width, "limit": _limit,
          "emergent": _emergent}  # fmt: skip
