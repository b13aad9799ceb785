"""What the Sweep page shows of a sweep: a measure over two axes, the others fixed, one cell.

All of it is in the address, as text: ``?sweep=s3&measure=tail_index&x=alpha&y=width&noise=III``,
``cell=1.75,2000``, and ``share=80`` for measures at a pruned share.  What does not fit the sweep is
left out without a word: it is a view, not data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from hts.studio.sweeps.measures import DEFAULT_SHARE, PERCENTS
from pages._parts.form.address import shown
from pages._parts.shell import own_address

PAGE = "sweep"
PREFERRED = ("alpha", "width", "sigma")  # axes to begin with, where a sweep has them

Axes = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Look:
    """A view that fits the sweep.  ``cell``: place of its x value and of its y value."""

    measure: str
    share: int  # percent
    x: str
    y: str | None
    fixed: Mapping[str, Any]
    cell: tuple[int, int] | None


def asked() -> dict[str, str]:
    """The view as the address says it; to be changed through `choose` and `show_sweep`."""
    return st.session_state.setdefault("sweep_look", {})


def show_sweep(sweep_id: str | None) -> None:
    """Show another sweep from its beginning, or none."""
    st.session_state.sweep_look = {} if sweep_id is None else {"sweep": sweep_id}


def choose(**parts: str | None) -> None:
    """Change parts of the view; None takes one back."""
    for name, value in parts.items():
        asked().pop(name, None)
        if value is not None:
            asked()[name] = value


def read_page_address() -> None:
    """Follow the page's address if somebody else changed it."""
    params = dict(st.query_params)
    if not own_address.is_own(PAGE, params):
        st.session_state.sweep_look = params


def write_page_address() -> None:
    """Make the address of the page say what it shows."""
    own_address.write(PAGE, dict(asked()))


def grid_axes(axes: Axes) -> dict[str, tuple[Any, ...]]:
    """The axes to draw: seeds are replicates, unless there is nothing else."""
    return {n: tuple(v) for n, v in axes.items() if n != "seed" or len(axes) == 1}


def look(axes: Axes, measures: Sequence[str]) -> Look:
    """The view asked for, where it fits a sweep with these (drawable) ``axes``."""
    given = asked()
    if not axes:
        raise ValueError("a sweep is drawn over at least one setting")
    order = sorted(axes, key=lambda name: PREFERRED.index(name) if name in PREFERRED else 9)
    x = given.get("x") if given.get("x") in axes else None
    y = given.get("y") if given.get("y") in axes and given.get("y") != x else None
    x = x or next(name for name in order if name != y)
    y = y or next((name for name in order if name != x), None)
    measure = given.get("measure", "")
    fixed = {
        name: _named(values, given.get(name, ""), values[0]) for name, values in axes.items()
        if name not in (x, y)
    }  # fmt: skip
    return Look(
        measure=measure if measure in measures else measures[0],
        share=_named(PERCENTS, given.get("share", str(DEFAULT_SHARE)), DEFAULT_SHARE),
        x=x,
        y=y,
        fixed=fixed,
        cell=_cell(given.get("cell", ""), axes[x], ("",) if y is None else axes[y]),
    )


def cell_text(x: Any, y: Any) -> str:
    """A cell as the address names it."""
    return f"{shown(x)},{shown(y)}"


def _named(values: Sequence[Any], text: str, otherwise: Any) -> Any:
    return next((value for value in values if shown(value) == text), otherwise)


def _cell(text: str, xs: Sequence[Any], ys: Sequence[Any]) -> tuple[int, int] | None:
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            if cell_text(x, y) == text:
                return column, row
    return None
