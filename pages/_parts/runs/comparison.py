"""Up to five runs laid over each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from hts.config import RunConfig
from hts.shared_cache import SharedCache
from hts.studio.figures import words
from hts.studio.figures.run import cards
from hts.studio.figures.run.board import encode_board
from hts.studio.figures.view import arms_of
from hts.studio.store.run_row import Run, UnknownRun
from hts.studio.store.store import Store
from hts.studio.store.tail import View
from hts.validate import capitalised
from pages._parts.board.live_board import live_board
from pages._parts.board.views import data_title, noise_words, run_view
from pages._parts.form.address import shown
from pages._parts.runs.selection import LARGEST_COMPARISON

_payloads: SharedCache[bytes] = SharedCache(24)


def comparison(store: Store, ids: Sequence[str]) -> None:
    """The runs, those that exist, in one set of figures."""
    views, missing = [], []
    for run_id in ids[:LARGEST_COMPARISON]:
        try:
            views.append(store.tail.view(run_id))
        except UnknownRun as error:
            missing.append(capitalised(error))
    if len(ids) > LARGEST_COMPARISON:
        missing.append(
            f"{len(ids)} runs were asked for; the first {LARGEST_COMPARISON} are shown, since more "
            "lines cannot be told apart."
        )
    for text in missing:
        st.warning(text, icon=":material/link_off:")
    if not views:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader(f"Comparing {words.many(len(views), 'run')}", anchor=False)
        if not st.context.is_embedded:
            st.button("Close", icon=":material/close:", key="close_comparison", on_click=_close)
    runs = [view.run for view in views]
    names = labels(runs)
    st.dataframe(
        _differences(runs, names),
        key="differences",
        alt="Settings in which the compared runs differ",
    )
    removed = st.slider("Pruned share", 0, 100, 50, format="%d %%", key="pruned",
                        bind="query-params")  # fmt: skip
    active = any(run.active for run in runs)
    body = st.fragment(run_every=2.0 if active else None, key="compared")(_figures)
    body(store, [view.run.id for view in views], names, int(removed))


def _figures(store: Store, ids: Sequence[str], names: Sequence[str], removed: int) -> None:
    try:
        views = [store.tail.view(run_id) for run_id in ids]
    except UnknownRun:
        st.rerun()
    key = (str(store.home.root), removed, *((v.run.id, v.version) for v in views))
    live_board(_payloads.get(key, lambda: _make(views, names, removed / 100)), key="compare_board")


def _make(views: Sequence[View], names: Sequence[str], pruned: float) -> bytes:
    runs = [run_view(view, name) for view, name in zip(views, names, strict=True)]
    drawn = cards(arms_of(runs), pruned=pruned, compared=len(runs) > 2)
    return encode_board({"cards": [card.payload() for card in drawn]})


def labels(runs: Sequence[Run]) -> list[str]:
    """Names by noise, made different by what else differs."""
    names = [noise_words(run) for run in runs]
    for field, mark in (("data", ""), ("width", "n "), ("sigma", "σ "), ("seed", "seed ")):
        values = [run.effective.given(field) for run in runs]
        if len(set(names)) < len(names) and len(set(values)) > 1:
            texts = [data_title(v) if field == "data" else f"{mark}{shown(v)}" for v in values]
            names = [f"{name}, {text}" for name, text in zip(names, texts, strict=True)]
    if len(set(names)) < len(names):
        names = [f"{name}, {run.id}" for name, run in zip(names, runs, strict=True)]
    return names


def _differences(runs: Sequence[Run], names: Sequence[str]) -> pd.DataFrame:
    rows = {"Run": [run.id for run in runs]}
    for field in dataclasses.fields(RunConfig):
        values = [run.effective.given(field.name) for run in runs]
        if len(set(values)) > 1:
            rows[field.metadata["title"]] = [shown(value) for value in values]
    return pd.DataFrame(rows, index=list(names)).T


def _close() -> None:
    for name in ("compare", "pruned"):
        st.query_params.pop(name, None)
