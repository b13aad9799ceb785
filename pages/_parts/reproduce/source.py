"""The results there are: those that come with the program, and those computed here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from hts.reproduce import result as reproduce_result
from hts.reproduce.protocols import datasets
from hts.reproduce.result import Reproduction
from hts.shared_cache import SharedCache
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import background as side
from hts.studio.store.store import Store
from hts.validate import BadInput
from pages._parts.board.side_progress import follow
from pages._parts.shell.ownership import no_start

JOB, HERE = "reproduce", "here-"
_files: SharedCache[Reproduction] = SharedCache(8)


def choose_result(store: Store) -> Reproduction | None:
    """A selectbox over all results; None where there is none."""
    files = {path.stem: path for path in reproduce_result.shipped()}
    for data in datasets("quick"):
        found = side.ask(store, None, JOB, _asked(data), start=False)
        if found.state == "done":
            files[HERE + data] = found.path
    if not files:
        return None
    if st.session_state.get("result") not in files:
        asked = st.query_params.get("result")
        st.session_state.result = asked if asked in files else next(iter(files))
    name = st.selectbox("Result", list(files), key="result", format_func=_title)
    st.query_params["result"] = name
    try:
        return _load(files[name])
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")
        return None


def run_again(store: Store) -> None:
    """Which data, and a button: the quick protocol in a process of its own."""
    data = st.selectbox("Dataset", datasets("quick"), key="protocol")
    why = no_start(store)
    if st.button("Run it", key="reproduce_run", icon=":material/play_arrow:", width="stretch",
                 disabled=why is not None, help=why):  # fmt: skip
        try:
            if side.ask(store, None, JOB, _asked(data), start=False).state == "failed":
                side.again(store, None, JOB, _asked(data))
            side.ask(store, None, JOB, _asked(data))
        except BadInput as error:
            st.error(in_markdown(error), icon=":material/block:")


def progress(store: Store) -> None:
    """What is being computed, with a bar; and what failed."""
    for data in datasets("quick"):
        found = side.ask(store, None, JOB, _asked(data), start=False)
        if found.state == "working":
            follow(store, None, JOB, _asked(data), key=f"computing_{data}")
        elif found.state == "failed":
            st.error(in_markdown(found.says), icon=":material/error:")


def _asked(data: str) -> dict[str, Any]:
    return {"mode": "quick", "data": data, "schema": reproduce_result.SCHEMA}


def _title(name: str) -> str:
    return f"Run here: {name.removeprefix(HERE)}" if name.startswith(HERE) else name


def _load(path: Path) -> Reproduction:
    return _files.get((str(path), path.stat().st_mtime_ns), lambda: reproduce_result.load(path))
