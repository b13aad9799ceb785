"""Presets to begin with: each starts a run and opens it."""

from __future__ import annotations

import streamlit as st

from hts.runs.presets import PRESETS
from hts.studio.foreign_text import in_markdown
from hts.studio.store.store import Store
from hts.validate import BadInput
from pages._parts.form.settings import show_runs
from pages._parts.form.submission import affordable, submit
from pages._parts.guide.text import TRY
from pages._parts.shell.ownership import no_start


def try_presets(store: Store) -> None:
    """A card for each, with its sentence and a button."""
    st.subheader("More to try", anchor=False)
    st.caption("Each starts a run at once and takes you to it.")
    no = no_start(store)
    for place, column in enumerate(st.columns(len(TRY))):
        preset = next(preset for preset in PRESETS if preset.name == TRY[place])
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{preset.title}**")
            st.caption(preset.sentence)
            if st.button(
                "Start",
                icon=":material/play_arrow:",
                key=f"try_{preset.name}",
                disabled=no is not None,
                help=no,
            ):
                try:
                    run_id = submit(store, affordable(preset.whole).to_dict())
                except BadInput as error:
                    st.error(in_markdown(error))
                else:
                    show_runs(run_id)
                    st.switch_page("pages/train.py", query_params={"run": run_id})
