"""A sweep computed by a Ray cluster, from a terminal."""

from __future__ import annotations

import math
import sys

from tqdm import tqdm

from hts.studio.cluster.connect import connected
from hts.studio.cluster.head import SAVE_SECONDS, SweepOnRay
from hts.studio.cluster.share import Share
from hts.studio.launch.here import train_here
from hts.studio.store import Store, Sweep
from hts.studio.sweeps.spec import SweepSpec


def train_on_cluster(
    store: Store,
    spec: SweepSpec,
    address: str,
    *,
    share: Share,
    slots: int,
    save_seconds: float = SAVE_SECONDS,
    sweep_id: str | None = None,
    quiet: bool = False,
) -> Sweep:
    """As `hts.studio.launch.here.train_here`; ``slots``: groups at a time on local Ray."""

    def say(words: str) -> None:
        if not quiet:
            tqdm.write(words, file=sys.stderr)

    cpus = math.ceil(slots * share.cpus)
    with connected(address, log=store.home.cluster_log, cpus=cpus) as ray:
        return train_here(
            store,
            spec,
            lambda begun: SweepOnRay(
                store, begun, ray, share=share, address=address, save_seconds=save_seconds, say=say
            ),
            sweep_id=sweep_id,
            quiet=quiet,
        )
