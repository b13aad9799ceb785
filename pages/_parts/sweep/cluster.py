"""The cluster that computes a sweep, as its head says: nodes, devices, what runs, what was lost."""

from __future__ import annotations

import os
from collections.abc import Sequence

import streamlit as st

from hts.studio.cluster.status import ClusterStatus, NodeStatus
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs.processes.scheduler_settings import cluster_address
from hts.studio.jobs.sweeps import waits_for_head
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Sweep
from hts.validate import capitalised
from pages._parts.shell import widgets
from pages._parts.sweep.now import runs_now

STATES = {"up": ("Connected", "green"), "lost": ("Lost", "orange"), "refused": ("Refused", "red")}


def cluster_there() -> bool:
    """Whether there is a cluster that this app may let sweeps be computed on."""
    return cluster_address(os.environ) is not None


def cluster_section(
    store: Store, sweep: Sweep, status: ClusterStatus | None, axes: Sequence[str]
) -> None:
    """Nothing for a sweep that no cluster ever computed; ``axes``: settings that name its runs."""
    if status is None or (status.ended and sweep.active):
        if words_of_head := waiting_words(store, sweep):
            st.subheader("Cluster", anchor=False)
            st.caption(words_of_head)
        return
    st.subheader("Cluster", anchor=False)
    st.caption(said_of(status, going=sweep.active))
    with st.container(horizontal=True, gap="medium", key="cluster_figures"):
        for label, value in figures(status):
            st.metric(label, value, width="content")
    for node in status.refused:
        st.warning(in_markdown(capitalised(node.refused)), icon=":material/block:")
    if status.nodes:
        _nodes(status.nodes)
    if not status.ended and status.silent() is None:
        runs_now(store.sweeps.members(sweep.id), status.runs, axes)


def waiting_words(store: Store, sweep: Sweep) -> str:
    """What goes on before a head has said anything; nothing where no cluster was asked for."""
    if waits_for_head(store, sweep):
        return "Waiting for a head, the process that hands runs to the cluster."
    if sweep.active and sweep.pid is not None and sweep.running == 0 and cluster_there():
        return "The head is joining the cluster."
    return ""


def said_of(status: ClusterStatus, *, going: bool) -> str:
    """Whose figures these are, and whether they are of now."""
    cluster = "the cluster on this machine"
    if status.address != "local":
        cluster = f"the cluster at {status.address}"
    silent = status.silent()
    if silent is not None and going:
        return (
            f"The head of {cluster} has said nothing for {words.duration(silent)}: it may be gone. "
            "A sweep started here gets another head; repeat the command of any other."
        )
    if status.ended or not going:
        return f"The last state of {cluster}. {_received(status)}{_snapshots(status)}"
    waiting = f", {status.pending} more are waiting for a place" if status.pending else ""
    return (
        f"{capitalised(cluster)} has places for {words.many(status.places, 'group')} at a "
        f"time{waiting}. {_received(status)}{_snapshots(status)}"
    )


def _received(status: ClusterStatus) -> str:
    if not status.recorded:
        return "Its head collects the results and writes them."
    came = f"{words.many(status.recorded, 'run')}, {status.received_bytes / 1e6:.1f} MB"
    return f"Its head, which writes the results, has received {came}."


def _snapshots(status: ClusterStatus) -> str:
    if not status.saved and not status.resumed:
        return ""
    used = "none was needed"
    if status.resumed:
        used = f"{words.many(status.resumed, 'group')} went on from one"
    return f" {words.many(status.saved, 'snapshot')} of groups came; {used}."


def figures(status: ClusterStatus) -> list[tuple[str, str]]:
    alive = status.alive
    cpus, gpus = sum(node.cpus for node in alive), sum(node.gpus for node in alive)
    devices = f"{cpus:g} CPUs" + (f", {gpus:g} GPUs" if gpus else "")
    lost = [
        words.many(count, word)
        for count, word in ((status.lost_nodes, "node"), (status.lost_workers, "group"))
        if count
    ]
    pace = status.runs_per_minute
    now = [
        ("Running", words.many(status.computing, "group")),
        ("Steps a second", words.count(round(status.steps_per_second))),
    ]
    return [
        ("Nodes", str(len(alive))),
        ("Devices", devices),
        *([] if status.ended else now),
        ("Lost, done again", ", ".join(lost) or "nothing"),
        ("Runs a minute", "-" if pace is None else words.count(round(pace))),
    ]


def _nodes(nodes: list[NodeStatus]) -> None:
    number = st.column_config.NumberColumn(format="%g", width=70)
    rows = [
        {
            "Node": node.id,
            "State": [_state(node)],
            "Host": node.host,
            "CPUs": node.cpus,
            "GPUs": node.gpus,
            "Groups": node.groups,
            "Runs": node.runs,
            "Steps a second": round(node.steps_per_second),
        }
        for node in nodes
    ]
    widgets.table(
        rows,
        {"State": widgets.state_column(STATES, 90), "CPUs": number, "GPUs": number},
        height=300,
        alt="Nodes: " + "; ".join(f"{node.id}, {_state(node)}" for node in nodes[:20]),
    )


def _state(node: NodeStatus) -> str:
    return STATES["lost" if not node.alive else "refused" if node.refused else "up"][0]
