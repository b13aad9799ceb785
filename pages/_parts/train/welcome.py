"""The Train page before anything runs: what will be seen, and where to begin."""

from __future__ import annotations

import streamlit as st

from hts.runs.presets import PRESETS
from hts.studio.store.store import Store
from pages._parts.board.live_board import figure_cards
from pages._parts.board.views import data_title, noise_words
from pages._parts.form.address import matching_preset
from pages._parts.form.settings import settings, show_runs, twin
from pages._parts.guide.energy_figure import removed_energy_card
from pages._parts.shell import widgets
from pages._parts.shell.ownership import no_start

SEE = (
    ("monitoring", "Accuracy and loss", "while it trains, beside a twin that shares its seed"),
    ("bar_chart", "The weights", "as a histogram and a tail, with the stable law fitted to them"),
    ("ssid_chart", "The tail index", "with its interval, beside the alpha that was injected"),
    ("content_cut", "What can be pruned", "and the accuracy that is left, at every ratio"),
)


def welcome(store: Store) -> None:
    """An invitation; with runs in the store also the way back to them."""
    st.title("Train with heavy-tailed noise, watch what can be pruned", anchor=False)
    st.markdown(_what_train_does())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Train now",
            key="train_now",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            disabled=no_start(store) is not None,
            help=no_start(store),
        )
        st.caption("or choose settings on the left and press Train (Ctrl + Enter)")
    widgets.cards(SEE)
    figure_cards(removed_energy_card(), key="welcome_figure")
    _recent(store)


def _what_train_does() -> str:
    name = matching_preset(settings(), twin())
    for preset in PRESETS:
        if preset.name == name:
            return f"**{preset.title}.** {preset.sentence}"
    return f"Your own settings on {data_title(settings()['data'])} are ready to go."


def _start() -> None:
    st.session_state.start_now = True


def _recent(store: Store) -> None:
    runs = store.runs.list(limit=4)
    if not runs:
        return
    st.markdown("**Recent runs**")
    with st.container(horizontal=True):
        for run in runs:
            label = f"{data_title(run.config.data)}, {noise_words(run)} · {run.state}"
            st.button(label, key=f"open_{run.id}", on_click=show_runs, args=(run.id,))
