"""The results there are: those that come with the program, and one's own, made by sweeps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from hts.shared_cache import SharedCache
from hts.studio.foreign_text import in_markdown
from hts.studio.reproduce import result as reproduce_result
from hts.studio.reproduce.datasets import PROTOCOLS
from hts.studio.reproduce.protocol import Protocol
from hts.studio.reproduce.result import Reproduction, made
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.validate import BadInput
from pages._parts.board.views import data_title

_files: SharedCache[Reproduction] = SharedCache(16)
_made: SharedCache[Reproduction] = SharedCache(8)


@dataclass(frozen=True, kw_only=True)
class Own:
    """A reproduction computed, or being computed, here."""

    sweep: Sweep
    protocol: Protocol


def offered() -> list[Protocol]:
    """The protocols whose data are on this computer, the quick ones first."""
    there = [known.where_data_are() for known in PROTOCOLS]
    return sorted(there, key=lambda known: (known.mode != "quick", known.data == "digits"))


def own_reproductions(store: Store) -> list[Own]:
    """Sweeps over one of the protocols, newest first."""
    known = {protocol.spec.to_json(): protocol for protocol in offered()}
    return [Own(sweep=s, protocol=known[s.spec]) for s in store.sweeps.list() if s.spec in known]


def choose_result(store: Store) -> Reproduction | None:
    """A selectbox over all results; None where there is none."""
    own = {one.sweep.id: one for one in own_reproductions(store) if one.sweep.done}
    files = {path.stem: path for path in sorted(reproduce_result.shipped(), key=_place)}
    names = [*files, *own]
    if not names:
        return None
    if st.session_state.get("result") not in names:
        asked = st.query_params.get("result")
        st.session_state.result = asked if asked in names else names[0]
    name = st.selectbox(
        "Result", names, key="result",
        format_func=lambda name: own_title(own[name]) if name in own else file_title(files[name]),
    )  # fmt: skip
    st.query_params["result"] = name
    if name in own:
        return own_result(store, own[name])
    try:
        return _load(files[name])
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")
        return None


def own_result(store: Store, own: Own) -> Reproduction:
    """What a sweep has come to so far."""
    key = (str(store.home.root), own.sweep.id, own.sweep.revision)
    command = f"sweep {own.sweep.id} on this page"
    members = store.sweeps.members(own.sweep.id)
    return _made.get(key, lambda: made(own.protocol, members, command=command))


def protocol_title(protocol: Protocol) -> str:
    """``ECG5000, quick``."""
    return f"{data_title(protocol.data).partition(',')[0]}, {protocol.mode}"


def own_title(own: Own) -> str:
    """A sweep in the list of results."""
    return f"Run here: {protocol_title(own.protocol)} ({own.sweep.id})"


def file_title(path: Path) -> str:
    """A file in the list of results."""
    try:
        asked = _load(path).protocol
    except BadInput:
        return path.name
    return f"{protocol_title(asked)}, {len(asked.seeds)} seeds"


def _load(path: Path) -> Reproduction:
    return _files.get((str(path), path.stat().st_mtime_ns), lambda: reproduce_result.load(path))


def _place(path: Path) -> tuple[bool, bool]:
    """ECG5000 in full first, as what there is to see."""
    return "ecg5000" not in path.stem, "full" not in path.stem
