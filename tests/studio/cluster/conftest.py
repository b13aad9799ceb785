"""A Ray cluster of several nodes on this machine; skipped where there is no Ray."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster_steps import ROOT, Wires

from hts.config import RunConfig
from hts.studio.store.store import Store


@pytest.fixture
def wires(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wires]:
    """A head node without places, which stays alive, and two worker nodes with one each."""
    pytest.importorskip("ray", reason="needs Ray: pip install -r requirements-cluster.txt")
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_raylet_start_wait_time_s", "240")  # a crowded machine
    # The nodes share one path to the package here; elsewhere it is installed on each.
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    cluster = Cluster(
        initialize_head=True,
        head_node_args={
            "num_cpus": 0,
            "include_dashboard": False,
            "object_store_memory": 10**8,
            # By itself Ray takes a quarter of a minute to say that a node is gone.
            "_system_config": {"health_check_initial_delay_ms": 0, "health_check_period_ms": 300},
        },
        shutdown_at_exit=True,
    )
    opened = Wires(cluster)
    try:
        opened.add_node()
        opened.add_node()
        yield opened
    finally:
        cluster.shutdown()


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store(home) as opened:
        yield opened


@pytest.fixture(scope="session")
def short() -> RunConfig:
    """Ends by itself in a moment."""
    return RunConfig(width=20, iterations=30, eval_every=10, batch_size=50, device="cpu")
