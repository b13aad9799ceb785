"""A watched training on its page: what it is, the figures, and what was left out."""

from __future__ import annotations

import streamlit as st

from hts.estimates import with_interval
from hts.glossary import term
from hts.studio.figures import words
from hts.studio.figures.watched.course import (
    gradients_card,
    loss_card,
    norms_card,
    shares_card,
    tails_card,
)
from hts.studio.figures.watched.layer import layer_cards, layers_card
from hts.studio.foreign_text import in_markdown
from hts.studio.store.run_row import Unknown
from hts.studio.store.store import Store
from hts.studio.watching.files import as_json, looks_csv
from hts.studio.watching.seen import watches_of
from hts.studio.watching.watches import Watched, Watches
from hts.watching.records import LayerSeen, Look
from pages._parts.board.live_board import live_board
from pages._parts.shell import widgets
from pages._parts.watched.table import STATES, cost_said

TICK_SECONDS = 2.0
LATEST = -1
NO_RUN = (
    "Its settings and data are not known here, so it cannot be repeated, resumed or pruned; its "
    "tail indices take the weights of a layer as independent draws."
)


def show_watched(store: Store, one: Watched) -> None:
    """Everything seen of it, moving while it trains; raises `UnknownWatch`."""
    watches = watches_of(store)
    title, buttons = st.columns([4, 2], vertical_alignment="center")
    with title:
        st.title(in_markdown(one.title), anchor=False)
    with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        _actions(watches, one)
    st.caption(in_markdown(_about(one)))
    if one.message:
        st.warning(in_markdown(one.message), icon=":material/info:")
    widgets.say_refusal("watched")
    _choices(watches, one)
    body = st.fragment(run_every=TICK_SECONDS if one.active else None, key="watched_live")(_tick)
    body(store, one)
    st.caption(in_markdown(NO_RUN))


def _actions(watches: Watches, one: Watched) -> None:
    if st.button("All", icon=":material/arrow_back:", key="watched_all"):
        st.switch_page("pages/runs.py")
    with st.popover("Download", icon=":material/download:"):
        widgets.download(
            "Every look (CSV)", lambda: looks_csv(watches, one.id).encode(),
            f"{one.id}.csv", "watched_csv",
        )  # fmt: skip
        widgets.download(
            "Everything (JSON)", lambda: as_json(watches, one.id).encode(),
            f"{one.id}.json", "watched_json",
        )  # fmt: skip
    no = "It is being watched: close the watch, or end its training, first." if one.active else None
    widgets.button("Delete", "delete", "watched_delete", watches.delete, one.id, no=no)


def _choices(watches: Watches, one: Watched) -> None:
    """Which layer and which look are shown."""
    looks = watches.view_steps(one.id)
    view = watches.view(one.id)
    names = [layer.name for layer in view.layers] if view else []
    if st.session_state.get("watched_layer") not in names:
        st.session_state.watched_layer = names[0] if names else None
    if st.session_state.get("watched_step") not in (*looks, LATEST):
        st.session_state.watched_step = LATEST
    layer, moment, _ = st.columns([4, 3, 3])
    with layer:
        st.selectbox("Layer", names, key="watched_layer", disabled=not names)
    with moment:
        # No slider, whose script comes late and then pushes down what is below.
        st.selectbox(
            "Moment", [LATEST, *reversed(looks)], key="watched_step", disabled=not looks,
            format_func=lambda step: "latest" if step == LATEST else f"step {step}",
            help="Go back to an earlier look; of some looks only the curves are kept.",
        )  # fmt: skip


def _tick(store: Store, before: Watched) -> None:
    try:
        watches = watches_of(store)
        one = watches.get(before.id)
    except Unknown:  # deleted by another viewer
        st.rerun()
    name, step = st.session_state.get("watched_layer"), st.session_state.get("watched_step", LATEST)
    view = watches.view(one.id, None if step == LATEST else step)
    if one.state != before.state or (name is None and view is not None):
        st.rerun()
    seen = next((layer for layer in view.layers if layer.name == name), None) if view else None
    st.markdown(in_markdown(_now(one, view)))
    looks = watches.looks(one.id)
    cards = [card(looks, name or "") for card in (tails_card, gradients_card, shares_card)]
    cards += [norms_card(looks, name or ""), loss_card(watches.losses(one.id))]
    cards.append(layers_card(view, name or ""))
    if seen is not None:
        st.caption(in_markdown(_layer(seen)))
        cards += layer_cards(seen)
    live_board({"cards": cards}, key="watched_board")
    if view is not None:
        widgets.table(
            [_row(layer) for layer in view.layers], {}, alt="Layers at this look",
            key="watched_layers",
        )  # fmt: skip
    if view is not None and view.not_seen:
        with st.expander(f"Not looked at: {words.many(len(view.not_seen), 'parameter')}"):
            st.dataframe(
                {"Parameter": [one.name for one in view.not_seen],
                 "Why": [one.why for one in view.not_seen]},
                hide_index=True,
            )  # fmt: skip


def _row(seen: LayerSeen) -> dict[str, object]:
    tail = seen.tail if seen.tail and seen.tail.fits else None
    return {
        "Layer": seen.name,
        "Kind": seen.kind,
        "Units": seen.units,
        "Inputs": seen.inputs,
        term("tail-index").label: words.number(None)
        if tail is None
        else with_interval(tail.alpha, tail.low, tail.high),
        "Verdict": seen.verdict or "",
        "Norm-compressible": words.percent(seen.share),
        "Norm": f"{seen.norm:.4g}",
        "Weights read": seen.entries,
    }


def _about(one: Watched) -> str:
    about = one.about
    how = f"steps of {about.optimizer}" if about.optimizer else "steps counted by hand"
    parts = [
        f"Watched training {one.id}: {about.model}",
        f"{words.count(about.parameters)} parameters", how, about.device, about.library,
        f"a look {about.every}", about.part,
    ]  # fmt: skip
    return ", ".join(filter(None, parts)) + "."


def _now(one: Watched, view: Look | None) -> str:
    said = f"{STATES[one.state][0]}, step {words.count(one.step)}"
    said += f", {words.duration(one.seconds)} of training, looks cost {cost_said(one)} of the time"
    return f"{said}. Shown: step {words.count(view.step)}." if view else f"{said}."


def _layer(seen: LayerSeen) -> str:
    size = seen.units * seen.inputs
    which = "all" if seen.entries == size else f"{words.count(seen.entries)} of"
    shape = f"{words.count(seen.units)} × {words.count(seen.inputs)}"
    parts = [
        f"{seen.name}: {seen.kind}, {shape}, {seen.dtype}{'' if seen.trained else ', frozen'}",
        words.tail_index(seen.tail) if seen.tail else "",
        f"by {which} {words.count(size)} weights",
    ]
    return ", ".join(filter(None, parts)) + ". " + " ".join(filter(None, [seen.says, seen.note]))
