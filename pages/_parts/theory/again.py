"""Run an experiment of the Theory page again, in a process of its own, and follow it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from hts.studio.figures.words import duration
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import background as side
from hts.studio.store.store import Store
from hts.theory.records import VERSION
from hts.validate import BadInput
from pages._parts.board.side_progress import follow
from pages._parts.shell.number_field import is_number, number_field
from pages._parts.shell.ownership import no_start

MOST_SEED = 10**9
SIZES = {"quick": "Quick, about a minute", "full": "Full"}


def chosen_file(store: Store, name: str) -> Path | None:
    """The file of the result that was asked for anew, once it is there; None: the stored one.

    Says how it goes on meanwhile.  What is asked for stands in the address, ``chaos=quick-3``.
    """
    wanted = _wanted(st.query_params.get(name))
    if wanted is None:
        return None
    asked = _asked(name, *wanted)
    found = side.ask(store, None, "theory", asked, start=False)
    if found.state == "done":
        return found.path
    if found.state == "working":
        follow(store, None, "theory", asked, key=f"computing_{name}")
    elif found.state == "failed":
        st.error(in_markdown(found.says), icon=":material/error:")
    else:
        st.caption(f"The {wanted[0]} run with seed {wanted[1]} has not been computed here.")
    return None


def run_again(store: Store, name: str, takes: float | None) -> None:
    """Size, seed and a button; another one leads back to the stored result.

    ``takes``: seconds of the full size, where they are known.
    """
    full = SIZES["full"] + ("" if takes is None else f", about {duration(takes)}")
    size = st.segmented_control("Size", list(SIZES), format_func={**SIZES, "full": full}.get,
                                default="quick", required=True, key=f"size_{name}")  # fmt: skip
    seed = number_field("Seed", f"seed_{name}", 2, whole=True, low=0, high=MOST_SEED, width=180)
    why = no_start(store)
    pressed = st.button("Run it again", key=f"again_{name}", icon=":material/replay:",
                        disabled=not is_number(seed) or why is not None, help=why)  # fmt: skip
    if pressed and is_number(seed):
        asked = _asked(name, size, seed)
        try:
            if side.ask(store, None, "theory", asked, start=False).state == "failed":
                side.again(store, None, "theory", asked)
            side.ask(store, None, "theory", asked)
        except BadInput as error:
            st.error(in_markdown(error))
            return
        st.query_params[name] = f"{size}-{seed}"
        st.rerun()
    if name in st.query_params and st.button("Back to the stored result", key=f"stored_{name}"):
        del st.query_params[name]
        st.rerun()


def _asked(name: str, size: str, seed: int) -> dict[str, Any]:
    return {"experiment": name, "quick": size == "quick", "seed": seed, "record": VERSION}


def _wanted(text: str | None) -> tuple[str, int] | None:
    size, _, seed = (text or "").partition("-")
    if size not in SIZES or not seed.isdecimal() or int(seed) > MOST_SEED:
        return None
    return size, int(seed)
