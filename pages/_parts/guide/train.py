"""Train: one button starts the first preset, and its figure stands where the button was."""

from __future__ import annotations

import streamlit as st

from hts.config.arms import members
from hts.runs.presets import PRESETS
from hts.studio.foreign_text import in_markdown
from hts.studio.store.store import Store
from pages._parts.board.views import Shown, heading, settings_line
from pages._parts.form.submission import affordable, submit
from pages._parts.guide import place
from pages._parts.guide.live import live_figures
from pages._parts.shell import widgets
from pages._parts.shell.ownership import no_start
from pages._parts.shell.server import shared_store


def train(store: Store, shown: Shown) -> None:
    """The run that the button started."""
    run = shown.main.run
    st.caption(f"{in_markdown(heading(run))} · {len(shown.networks)} networks")
    live_figures(store, shown, "history", removed=0)
    st.caption(in_markdown(settings_line(run)))


def train_button(store: Store) -> None:
    """Starts the preset with as many seeds as this machine does in some minutes."""
    preset = PRESETS[0]
    several = members(affordable(preset.whole))
    no = no_start(store)
    with st.container(border=True):
        st.markdown(f"**{preset.title}.** {preset.look} {len(several)} networks train at once.")
        widgets.button(
            "Train", "play_arrow", "tour_train", _start, no=no, help=None, type="primary"
        )
        widgets.say_refusal("tour")


def _start() -> None:
    place.take(submit(shared_store(), affordable(PRESETS[0].whole).to_dict()))
