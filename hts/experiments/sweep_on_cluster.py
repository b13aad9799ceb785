"""A sweep computed by a Ray cluster, from a terminal."""

from __future__ import annotations

import math
import sys

from tqdm import tqdm

from hts.cluster.connect import connected
from hts.cluster.head import SAVE_SECONDS, SweepOnRay
from hts.cluster.share import Share
from hts.experiments.sweep_here import train_here
from hts.experiments.sweep_spec import SweepSpec
from hts.store import Store, Sweep


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
    """As `hts.experiments.sweep_here.train_here`; ``slots``: groups at a time on local Ray."""

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
