"""A Ray cluster: ``--cluster ADDRESS``, or ``HTS_CLUSTER``."""

from __future__ import annotations

import argparse
import math
import os
import sys

from tqdm import tqdm

from hts.studio.launch.backends import BACKENDS, Backend, Outcome
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import number


@BACKENDS.register
class RayCluster(Backend):
    """This process is the head; the nodes compute."""

    name = "ray"
    sentence = "The nodes of a Ray cluster compute the sweep while the command waits."

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--cluster", metavar="ADDRESS", default=os.environ.get("HTS_CLUSTER"),
            help="compute on a Ray cluster: host:port, auto, or local for a trial (HTS_CLUSTER)",
        )  # fmt: skip
        parser.add_argument("--group-cpus", metavar="N", help="CPUs of each group on a cluster (1)")
        parser.add_argument(
            "--group-gpus", metavar="N", help="GPUs of each group on a cluster, such as 0.25"
        )
        parser.add_argument(
            "--save-every", metavar="SECONDS", default="30",
            help="on a cluster: between two states of a group that another worker can go on from "
            "(30)",
        )  # fmt: skip

    def asked(self, options: argparse.Namespace) -> bool:
        return bool(options.cluster)

    def train(self, spec: SweepSpec, options: argparse.Namespace, store: Store | None) -> Outcome:
        from hts.studio.cluster.connect import connected
        from hts.studio.cluster.head import SweepOnRay
        from hts.studio.cluster.share import Share
        from hts.studio.launch.here import chosen_slots, train_here

        assert store is not None
        given = {"cpus": options.group_cpus, "gpus": options.group_gpus}
        share = Share(**{name: word for name, word in given.items() if word is not None})
        why = "so often each group sends a state that another worker can go on from"
        save_seconds = number(
            "save-every", options.save_every, low=0, high=86400, open_low=False, why=why
        )

        def say(words: str) -> None:
            if not options.json:
                tqdm.write(words, file=sys.stderr)

        cpus = math.ceil(chosen_slots(options.slots) * share.cpus)
        with connected(options.cluster, log=store.home.cluster_log, cpus=cpus) as ray:
            sweep = train_here(
                store,
                spec,
                lambda begun: SweepOnRay(
                    store, begun, ray,
                    share=share, address=options.cluster, save_seconds=save_seconds, say=say,
                ),
                sweep_id=options.resume,
                quiet=options.json,
            )  # fmt: skip
        return Outcome.of(sweep)
