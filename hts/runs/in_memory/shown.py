"""Rows of plain values as HTML, as a pandas table and as a plotly figure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from hts.config import RunConfig
from hts.config.arms import TOGETHER
from hts.extras import missing
from hts.validate import BadInput

if TYPE_CHECKING:
    import pandas
    from plotly import graph_objects

    Frame: TypeAlias = pandas.DataFrame
    Figure: TypeAlias = graph_objects.Figure
    Scatter: TypeAlias = graph_objects.Scatter

Row = Mapping[str, object]


def frame(rows: Sequence[Row]) -> Frame:
    """A pandas DataFrame, a row each; raises `BadInput` where pandas is not installed."""
    try:
        import pandas as pd
    except ImportError:
        raise missing("to_frame()", "pandas", extra="tables") from None
    return pd.DataFrame([dict(row) for row in rows])


def figure(lines: Sequence[Mapping[str, object]], *, x: str, y: str) -> Figure:
    """Lines, each with the settings of a plotly Scatter, over axes called ``x`` and ``y``.

    Raises `BadInput` where plotly is not installed.
    """
    try:
        import plotly.graph_objects as go
    except ImportError:
        raise missing("plot()", "plotly", extra="plot") from None
    drawn = [go.Scatter(mode="lines+markers", **line) for line in lines]
    return go.Figure(drawn, go.Layout(xaxis_title=x, yaxis_title=y, template="plotly_white"))


def table(rows: Sequence[Row]) -> str:
    """An HTML table with a header, from rows of the same columns."""
    columns = list(rows[0]) if rows else []
    head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
    lines = [
        "".join(f"<td>{html.escape(_said(row[name]))}</td>" for name in columns) for row in rows
    ]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def alone(config: RunConfig, function: str) -> RunConfig:
    """``config``, refused where other networks are to train beside it."""
    for name, usual in TOGETHER.items():
        if config.given(name) != usual:
            raise BadInput(
                f"{function} trains one network for each seed, got {name}={config.given(name)}: "
                "sweep over seed and noise instead, or use python -m hts train."
            )
    return config


def _said(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
