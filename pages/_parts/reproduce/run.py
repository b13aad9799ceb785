"""Running a protocol again, as a sweep like any other, with its progress on this page."""

from __future__ import annotations

import msgspec
import streamlit as st

from hts.data import available, info
from hts.shared_cache import SharedCache
from hts.studio.figures import words as spoken
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import client
from hts.studio.reproduce.protocol import Protocol
from hts.studio.store.store import Store
from hts.studio.sweeps.cost import at_least
from hts.validate import BadInput
from pages._parts.board.live_board import live_board
from pages._parts.form.submission import checked
from pages._parts.reproduce.source import (
    Own,
    offered,
    own_reproductions,
    own_title,
    protocol_title,
)
from pages._parts.shell.ownership import no_start, refusal
from pages._parts.shell.widgets import button
from pages._parts.sweep.views import going, status

TICK_SECONDS = 2.0

_said: SharedCache[str] = SharedCache(16)


def run_again(store: Store) -> None:
    """Which protocol, what it takes, and the button."""
    protocols = {f"{known.data} {known.mode}": known for known in offered()}
    chosen = protocols[st.selectbox(
        "Protocol", list(protocols), key="protocol",
        format_func=lambda name: protocol_title(protocols[name]),
    )]  # fmt: skip
    try:
        st.caption(_cost(store, chosen))
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")
        return
    no = no_start(store)
    if st.button("Run it", key="reproduce_run", icon=":material/play_arrow:", width="stretch",
                 disabled=no is not None, help=no):  # fmt: skip
        try:
            _begin(store, chosen)
        except BadInput as error:
            st.error(in_markdown(error), icon=":material/block:")


def _begin(store: Store, chosen: Protocol) -> None:
    """Queue a protocol, or go on with it if it was begun."""
    for own in own_reproductions(store):
        if own.protocol == chosen:
            if own.sweep.active or own.sweep.done == own.sweep.total:
                return
            if refusal(store, [own.sweep]) is None:
                client.resume_sweep(store, own.sweep.id, retry_failed=True)
                return
    client.submit_sweep(store, chosen.spec)


def progress(store: Store) -> None:
    """Every reproduction that is going on, with its status line."""
    now = [own for own in own_reproductions(store) if going(own.sweep)]
    if now:
        body = st.fragment(run_every=TICK_SECONDS, key="reproduce_progress")(_progress)
        body(store, [own.sweep.id for own in now])


def _progress(store: Store, ids: list[str]) -> None:
    known = {own.sweep.id: own for own in own_reproductions(store)}
    for sweep_id in ids:
        own = known.get(sweep_id)
        if own is None or not going(own.sweep):
            st.rerun()
        _one(store, own)


def _one(store: Store, own: Own) -> None:
    with st.container(border=True, key=f"reproduce_{own.sweep.id}"):
        st.markdown(f"**{own_title(own)}**")
        live_board(msgspec.json.encode({"status": status(own.sweep)}),
                   key=f"reproduce_status_{own.sweep.id}")  # fmt: skip
        if own.sweep.active:
            button("Stop", "stop", f"reproduce_stop_{own.sweep.id}", client.stop_sweep, store,
                   own.sweep.id, no=refusal(store, [own.sweep]))  # fmt: skip


def _cost(store: Store, protocol: Protocol) -> str:
    newest = tuple((s.id, s.state, s.done) for s in store.sweeps.list(limit=1))
    key = (str(store.home.root), protocol.data, protocol.mode, newest)
    return _said.get(key, lambda: _say(store, protocol))


def _say(store: Store, protocol: Protocol) -> str:
    """How many runs are to be made, and how long that takes."""
    configs = protocol.spec.configs()
    for config in {(c.data, c.model, c.width, c.depth): c for c in configs}.values():
        checked(config.to_dict())
    left = [config for config in configs if store.runs.finished(config) is None]
    there = len(configs) - len(left)
    count = f"{len(configs)} runs" + (f", {there} of them there already" if there else "")
    time = spoken.duration(at_least(left, store))
    early = any(config.target_accuracy is not None for config in left)
    sooner = ", if runs reach their target as early as they did before" if early else ""
    absent = "" if available(protocol.data) else f"{info(protocol.data).title} is fetched first. "
    skipped = " ".join(f"Without {name}: {why}." for name, why in protocol.skipped.items())
    return (
        f"{count}; about {time} on this machine{sooner}. It goes on with this page closed, and is "
        f"a sweep like others. {absent}{skipped}"
    )
