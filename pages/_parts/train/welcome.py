"""The Train page before anything runs: what heavy tails do, at once, and one button to train."""

from __future__ import annotations

import streamlit as st

from hts.runs.presets import PRESETS
from hts.studio.foreign_text import in_markdown
from hts.studio.store.store import Store
from pages._parts.board.views import data_title, noise_words
from pages._parts.form.address import matching_preset
from pages._parts.form.numbers import refused_of
from pages._parts.form.settings import key, settings, show_runs
from pages._parts.guide.glossary import glossary
from pages._parts.guide.pure_noise import SENTENCE, pure_noise
from pages._parts.shell.ownership import no_start


def welcome(store: Store) -> None:
    """The noise alone, the button, and the way back to the runs there are."""
    st.title("See what heavy-tailed noise does to a network", anchor=False)
    st.markdown(SENTENCE)
    noise, network = st.columns([7, 3], gap="large")
    with noise:
        pure_noise("first")
    with network:
        _train(store)
        glossary()
    _recent(store)


def _train(store: Store) -> None:
    st.subheader("Now train a network", anchor=False)
    st.markdown(_what_train_does())
    no = no_start(store) or in_markdown(refused_of(key))
    st.button(
        "Train now",
        key="train_now",
        type="primary",
        icon=":material/play_arrow:",
        on_click=_start,
        disabled=bool(no),
        help=no or None,
    )
    st.caption(
        "Or choose settings in the sidebar first. What pruning costs in **accuracy** is not "
        "settled by the norm: the run shows both, beside its control."
    )


def _what_train_does() -> str:
    name = matching_preset(settings())
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
            label = f"{data_title(run.config.data)}, {noise_words(run)} · {run.outcome}"
            st.button(label, key=f"open_{run.id}", on_click=show_runs, args=(run.id,))
