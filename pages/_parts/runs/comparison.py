"""Up to twenty runs laid over each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from hts.config import RunConfig
from hts.config.arms import in_words
from hts.glossary import term
from hts.shared_cache import SharedCache
from hts.studio.catalogue.columns import MEASURED, SETTINGS
from hts.studio.catalogue.facts import given, measured
from hts.studio.figures import words
from hts.studio.figures.parallel import Across, parallel
from hts.studio.figures.run import cards
from hts.studio.figures.run.board import encode_board
from hts.studio.figures.view import ArmView
from hts.studio.foreign_text import in_markdown
from hts.studio.store.run_row import Run, UnknownRun
from hts.studio.store.store import Store
from hts.studio.store.tail import View
from hts.validate import capitalised
from pages._parts.board.live_board import figure_cards, live_board
from pages._parts.board.views import data_title, look_up, noise_words, run_view
from pages._parts.form.address import shown
from pages._parts.runs.selection import LARGEST_COMPARISON

MOST_NAMED = 6  # runs whose names stand in legends; those of more are numbered
COLOURS = "test_accuracy"  # the lines of parallel coordinates

_payloads: SharedCache[bytes] = SharedCache(24)
_TELLING: tuple[Callable[[RunConfig], str], ...] = (  # what tells runs of one noise apart
    lambda config: data_title(config.data),
    lambda config: f"n {config.width}",
    lambda config: f"σ {config.given('sigma')}",
    lambda config: in_words(config).partition(",")[0],
)


def comparison(store: Store, ids: Sequence[str]) -> None:
    """The runs, those that exist, in one set of figures; of several networks the noisy ones."""
    found, missing = [], []
    for run_id in ids[:LARGEST_COMPARISON]:
        try:
            found.append(look_up(store, run_id))
        except UnknownRun as error:
            missing.append(capitalised(error))
    if len(ids) > LARGEST_COMPARISON:
        missing.append(f"{len(ids)} runs were asked for; the first {LARGEST_COMPARISON} are shown.")
    for text in missing:
        st.warning(in_markdown(text), icon=":material/link_off:")
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader(f"Comparing {words.many(len(found), 'run')}", anchor=False)
        if not st.context.is_embedded:
            st.button("Close", icon=":material/close:", key="close_comparison", on_click=_close)
    runs = [one.main.run for one in found]
    names = labels(runs)
    if len(runs) > MOST_NAMED:
        names = [f"{place}: {name}" for place, name in enumerate(names, 1)]
    st.dataframe(
        _differences(runs, names),
        key="differences",
        height="content",
        column_config={"_index": st.column_config.Column(width=220)},
        alt="Settings and results in which the compared runs differ",
    )
    axes = _axes(runs)
    if len(runs) > 2 and len(axes) > 1:
        figure_cards(parallel(names, axes, keep="compared", what="a run"), key="compared_axes")
    removed = st.slider(term("pruned-share").label, 0, 100, 50, format="%d %%", key="pruned",
                        bind="query-params")  # fmt: skip
    active = any(run.active for run in runs)
    body = st.fragment(run_every=2.0 if active else None, key="compared")(_figures)
    if len(runs) > MOST_NAMED:  # a legend has no room for so many names
        names = [name.partition(":")[0] for name in names]
    body(store, [run.id for run in runs], names, int(removed))


def _figures(store: Store, ids: Sequence[str], names: Sequence[str], removed: int) -> None:
    try:
        found = [look_up(store, run_id) for run_id in ids]
    except UnknownRun:
        st.rerun()
    networks = [one.arms[0][2] for one in found]
    key = (str(store.home.root), removed, *names, *((v[0].run.id, v[0].version) for v in networks))
    made = _payloads.get(key, lambda: _make(networks, names, removed / 100))
    live_board(made, key="compare_board")


def _make(networks: Sequence[Sequence[View]], names: Sequence[str], pruned: float) -> bytes:
    arms = [
        ArmView(key=views[0].run.id, label=name, runs=tuple(run_view(v, name) for v in views))
        for views, name in zip(networks, names, strict=True)
    ]
    drawn = cards(arms, pruned=pruned, compared=True)
    return encode_board({"cards": [card.payload() for card in drawn]})


def labels(runs: Sequence[Run]) -> list[str]:
    """Their names, or those of their noise, made different by what else differs."""
    names = [run.title or noise_words(run) for run in runs]
    for tell in _TELLING:
        texts = [tell(run.effective) for run in runs]
        if len(set(names)) < len(names) and len(set(texts)) > 1:
            names = [f"{name}, {text}" for name, text in zip(names, texts, strict=True)]
    if len(set(names)) < len(names):
        names = [f"{name}, {run.id}" for name, run in zip(names, runs, strict=True)]
    return names


def _differences(runs: Sequence[Run], names: Sequence[str]) -> pd.DataFrame:
    """Settings, then results, in which they differ; a column for each run."""
    rows = {"Run": [run.id for run in runs]}
    if any(run.title for run in runs):
        rows["Name"] = [run.title for run in runs]
    for field in dataclasses.fields(RunConfig):
        values = [run.effective.given(field.name) for run in runs]
        if len(set(values)) > 1:
            rows[field.metadata["title"]] = [_said(value) for value in values]
    rows |= {one.title: list(map(one.said, one.values)) for one in _results(runs)}
    return pd.DataFrame(rows, index=list(names)).T


def _said(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else shown(value)


def _axes(runs: Sequence[Run]) -> list[Across]:
    """The settings that differ, then the results, for parallel coordinates."""
    found = []
    for name, column in SETTINGS.items():
        values = [given(r.effective, name, r.effective.without_effect) for r in runs]
        if len(set(values)) > 1 and any(value is not None for value in values):
            found.append(Across(title=column.title, values=values))
    return found + _results(runs)


def _results(runs: Sequence[Run]) -> list[Across]:
    """What they came to, where they differ; what colours the lines comes last."""
    results = [measured(run.result) for run in runs]
    found = []
    for name in (*(name for name in MEASURED if name != COLOURS), COLOURS):
        column = MEASURED[name]
        values = [
            None if (value := result.get(name)) is None else round(value, column.digits)
            for result in results
        ]
        if len({value for value in values if value is not None}) > 1:
            unit = f", {column.unit}" if column.unit else ""
            found.append(Across(title=f"{column.title}{unit}", values=values, digits=column.digits))
    return found


def _close() -> None:
    for name in ("compare", "pruned"):
        st.query_params.pop(name, None)
