"""A result on the page Reproduce: claims, tables, what was run."""

from __future__ import annotations

import functools

import streamlit as st

from hts.reproduce.claim import Judged
from hts.reproduce.claims import judged
from hts.reproduce.result import Reproduction, to_json
from hts.reproduce.tables import TABLES, settings_rows
from hts.reproduce.words import sizes_words
from hts.shared_cache import SharedCache
from hts.table_file import FORMATS, table_bytes
from pages._parts.reproduce import words
from pages._parts.reproduce.claim import claim_card
from pages._parts.shell import widgets

TALLEST = 560  # pixels
_judged: SharedCache[list[Judged]] = SharedCache(4)


def show_result(result: Reproduction, *, reveal: bool) -> None:
    """Claims, the numbers, what was run and on what."""
    st.caption(words.made_words(result))
    key = (result.command, result.created, len(result.networks))
    for one in _judged.get(key, lambda: judged(result)):
        claim_card(result, one, reveal=reveal)
    st.header("All numbers", anchor=False)
    st.caption("Medians over seeds, at the end of each regime.")
    rows = list(settings_rows(result))
    widgets.table(
        rows,
        {"setup": st.column_config.TextColumn(width=150, pinned=True)},
        height=TALLEST,
        key="reproduce_table",
        alt=f"Medians over seeds of {len(rows)} settings",
    )
    with st.container(horizontal=True, gap="small"):
        for name in TABLES:
            for ending in FORMATS:
                make = functools.partial(_file, result, name, ending)
                widgets.download(f"{name}{ending}", make, f"{name}{ending}",
                                 f"get_{name}_{ending[1:]}", width="content")  # fmt: skip
        widgets.download("Everything (JSON)", lambda: to_json(result), "reproduction.json",
                         "get_json", width="content")  # fmt: skip
    st.header("What was run", anchor=False)
    st.markdown(f"{sizes_words(result)}\n\n{words.data_words(result)}")


def _file(result: Reproduction, name: str, ending: str) -> bytes:
    return table_bytes(list(TABLES[name](result)), ending)
