"""Which run is looked at, and which network of a run of several: in lists and in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from hts.config.arms import arms
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.store.run_row import Run, UnknownRun, network_of, networks_of, split


def pick_network(
    runs: Sequence[Run], *, start: Run, name: Callable[[Run], str], key: str, lost: str, told: str
) -> Run:
    """The run chosen from ``runs`` or by the address; of several networks one, as a run.

    ``start``: what is shown where the address names none of them, with its noisy network of the
    first seed; ``lost``: what is said then of a name in ``{}``.
    """
    by_id = {run.id: run for run in runs}
    asked = st.query_params.get("run")
    if asked is not None and asked != st.session_state.get(f"{key}_address"):
        if _is_there(by_id, asked):  # somebody followed a link
            st.session_state[key], network = split(asked)
            st.session_state[f"{key}_network"] = network
        else:
            st.warning(in_markdown(lost.format(asked[:40])), icon=":material/link_off:")
    if st.session_state.get(key) not in by_id:
        st.session_state[key] = start.id
    listed = st.selectbox(
        "Run", list(by_id), format_func=lambda id_: name(by_id[id_]), key=key, help=told
    )
    chosen = by_id[listed]
    if networks_of(chosen):
        chosen = network_of(chosen, _network(chosen, key))
    st.session_state[f"{key}_address"] = st.query_params["run"] = chosen.id
    return chosen


def _is_there(by_id: dict[str, Run], asked: str) -> bool:
    base, network = split(asked)
    try:
        return base in by_id and (network is None or network_of(by_id[base], network) is not None)
    except UnknownRun:
        return False


def _network(run: Run, key: str) -> str:
    """The key of one of its networks: an arm and a seed, kept while runs are changed."""
    names = {arm.key: words.arm(arm) for arm in arms(run.effective)}
    seeds = list(range(run.config.seed, run.config.seed + run.config.replicates))
    asked = st.session_state.pop(f"{key}_network", None)
    arm_key, seed_key = f"{key}_arm", f"{key}_seed"
    if asked:
        arm, _, seed = asked.rpartition(".")
        st.session_state[arm_key], st.session_state[seed_key] = arm, int(seed)
    for part, options in ((arm_key, list(names)), (seed_key, seeds)):
        if st.session_state.get(part) not in options:
            st.session_state[part] = options[0]
    left, right = st.columns([3, 2])
    arm = left.selectbox("Network", list(names), format_func=names.__getitem__, key=arm_key)
    seed = right.selectbox("Seed", seeds, key=seed_key)
    return f"{arm}.{seed}"
