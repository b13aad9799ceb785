"""One experiment on the page Theory: question, expectation, answer, figures."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from hts.records import encode
from hts.studio.figures import words
from hts.studio.figures.words import greek
from hts.studio.store.store import Store
from hts.table_file import table_bytes
from hts.theory import files
from hts.theory.answers import ANSWERS
from hts.theory.records import Found
from hts.theory.tables import TABLES
from hts.validate import capitalised
from pages._parts.board.live_board import live_board
from pages._parts.shell.widgets import download
from pages._parts.theory.again import chosen_file, run_again
from pages._parts.theory.board import board, result_of, stored
from pages._parts.theory.words import TOPICS, Topic

FILES = {".csv": "CSV", ".parquet": "Parquet", ".tex": "LaTeX"}
BADGES = {True: ("Holds", "green"), False: ("Does not hold", "red"), None: ("Seen", "gray")}


def topic_card(store: Store, name: str, *, reveal: bool) -> None:
    """The question, what the viewer expects, then the answer."""
    topic = TOPICS[name]
    with st.container(border=True, key=f"theory_{name}"):
        st.subheader(topic.title, anchor=name)
        st.markdown(topic.question)
        expected = st.segmented_control("What do you expect?", topic.choices, key=f"expect_{name}")
        if expected is None and not reveal:
            st.caption("Choose, and the answer appears.")
            return
        found = result_of(name, chosen_file(store, name) or stored(name))
        if found is not None:
            st.markdown(seen(topic, expected, *ANSWERS[name](found.result)))
        st.markdown(topic.answer)
        st.latex(topic.equation)
        if found is None:
            st.caption(f"There is no stored result: run `python -m hts theory {name}`.")
        else:
            show_found(name, found)
        with st.container(horizontal=True, gap="small"):
            if found is not None:
                with st.popover("Download", icon=":material/download:"):
                    _downloads(name, found)
            with st.popover("Run it again", icon=":material/replay:"):
                full = result_of(name, files.shipped(name))
                run_again(store, name, None if full is None else full.made.seconds)


def seen(topic: Topic, expected: str | None, place: int | None, says: str) -> str:
    """What the result gives, beside what was expected."""
    says = words.minus(greek(says))
    says = f"{says[0].upper()}{says[1:]}."
    if place is None:
        return f"**Not so simple.** {says}"
    if expected == topic.choices[place]:
        return f"**As you expected.** {says}"
    return f"**Seen{' instead' if expected else ''}: {topic.choices[place]}.** {says}"


def show_found(name: str, found: Found[Any]) -> None:
    """Figures, verdicts and origin."""
    live_board(board(name, found), key=f"board_{name}")
    with st.expander("Numbers and verdicts", expanded=len(found.claims) < 8):
        said = "\n".join(
            f"- :{BADGES[claim.passed][1]}-badge[{BADGES[claim.passed][0]}] "
            f"**{capitalised(claim.name)}**: {claim.says}"
            for claim in found.claims
        )
        st.markdown(words.minus(greek(said)).replace("$", "\\$"))
    made = found.made
    st.caption(f"`{made.command}` with hts {made.version}, {made.date[:16].replace('T', ' ')} UTC, "
               f"{made.seconds:.0f} s.")  # fmt: skip


def _downloads(name: str, found: Found[Any]) -> None:
    """Its tables and the whole record; each is made when it is asked for."""
    for table in (name for name, rows in TABLES.items() if any(True for _ in rows(found))):
        for ending, kind in FILES.items():
            make = partial(_file, found, table, ending)
            download(f"{capitalised(table)} ({kind})", make, f"theory-{name}-{table}{ending}",
                     f"get_{name}_{table}_{ending[1:]}")  # fmt: skip
    download("Everything (JSON)", lambda: encode(found), f"theory-{name}.json", f"get_{name}")


def _file(found: Found[Any], table: str, ending: str) -> bytes:
    return table_bytes(list(TABLES[table](found)), ending)
