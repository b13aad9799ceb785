"""Several runs as one file: a table of them, or all their recorded steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from hts.studio.catalogue import tables
from hts.studio.catalogue.listing import differing, each_run, fold
from hts.studio.figures import words
from hts.studio.store.store import Store
from hts.studio.transfer.export import metrics_of_all
from hts.table_file import table_bytes
from pages._parts.shell import widgets

MOST_METRICS = 200  # runs whose steps one file from this page holds
ENDINGS = (".csv", ".parquet")


def take_all(store: Store, numbers: Sequence[int], groups: Sequence[Sequence[int]] = ()) -> None:
    """A button for the files of all runs that are listed."""
    if not numbers:
        return
    with st.popover(
        f"Export all {words.count(len(numbers))}", icon=":material/table_view:", key="take_all"
    ):
        files(store, numbers, "all")
        if groups:
            _buttons("Medians over seeds", "medians", "all", lambda ending: table_bytes(
                tables.folded_rows(fold(store, group) for group in groups), ending))  # fmt: skip


def files(store: Store, numbers: Sequence[int], key: str) -> None:
    """The table of these runs and all their steps, as CSV and as Parquet."""
    zone = _zone()

    def table(ending: str) -> bytes:
        return table_bytes(tables.run_rows(each_run(store, numbers), zone), ending)

    def metrics(ending: str) -> bytes:
        about = tables.about_metrics(each_run(store, numbers), differing(store, numbers))
        return metrics_of_all(store, about, ending)

    _buttons("Runs", "runs", key, table)
    if len(numbers) <= MOST_METRICS:
        _buttons("Metrics", "metrics", key, metrics)
    else:
        st.caption(
            f"Metrics of at most {MOST_METRICS} runs are written here; "
            "`python -m hts runs --metrics FILE` writes those of any number."
        )


def _buttons(label: str, name: str, key: str, make: Callable[[str], bytes]) -> None:
    for ending in ENDINGS:
        kind = {".csv": "CSV", ".parquet": "Parquet"}[ending]
        widgets.download(
            f"{label} ({kind})", lambda ending=ending: make(ending), f"{name}{ending}",
            f"take_{key}_{name}_{kind}",
        )  # fmt: skip


def _zone() -> tzinfo | None:
    """The time zone of whoever looks; None, that of this machine, where it is not told."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
