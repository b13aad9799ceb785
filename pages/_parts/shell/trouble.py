"""What a page says when something ends it: a sentence where files are at fault, else the fault."""

from __future__ import annotations

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.store.database import unusable
from hts.validate import capitalised


def say_trouble(error: Exception) -> bool:
    """Streamlit's handler of uncaught errors; True where it has been said in words."""
    said = unusable(error)
    if said:
        st.error(in_markdown(capitalised(said)), icon=":material/block:")
    return bool(said)
