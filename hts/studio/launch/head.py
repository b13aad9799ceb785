"""The process that lets a cluster compute a sweep which a page has begun.

``python -m hts.studio.launch.head --home HOME --sweep ID``; the cluster is ``HTS_CLUSTER``.
Told to end (SIGTERM), it gives the sweep up, which then waits for another head.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
import time
import traceback
from collections.abc import Sequence

from hts.studio.jobs.foreground import TICK_SECONDS
from hts.studio.jobs.processes.ending import told_to_end
from hts.studio.jobs.processes.identity import announce
from hts.studio.jobs.processes.logs import set_up_logs
from hts.studio.jobs.processes.scheduler_settings import cluster_address
from hts.studio.jobs.sweeps import give_up_head, take_over
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import UnknownSweep
from hts.validate import BadInput

log = logging.getLogger("hts.studio.cluster")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when nothing is left to be done by a head."""
    parser = argparse.ArgumentParser(prog="hts.studio.launch.head", description=__doc__)
    parser.add_argument("--home", required=True, help="the folder of the store")
    parser.add_argument("--sweep", required=True, help="its id")
    options = parser.parse_args(arguments)
    set_up_logs()
    store = Store(options.home)
    if not take_over(store, options.sweep, announce(store.home)):
        return 0  # stopped meanwhile, or another head has it
    try:
        compute(store, options.sweep, cluster_address(os.environ))
    except UnknownSweep:
        log.info("sweep %s was deleted", options.sweep)
    except BadInput as error:
        _stop(store, options.sweep, f"Stopped: {error}")
    except Exception as error:
        traceback.print_exc()
        words = f"Stopped: the head of the cluster ended with an error, {type(error).__name__}: "
        _stop(store, options.sweep, f"{words}{error}. Finished runs were kept.")
    return 0


def _stop(store: Store, sweep_id: str, words: str) -> None:
    with contextlib.suppress(UnknownSweep):  # deleted meanwhile
        store.sweeps.stop(sweep_id, words)


def compute(store: Store, sweep_id: str, address: str | None) -> None:
    """Compute a sweep that was left to this process, to its end or until it is stopped."""
    from hts.studio.cluster.connect import connected
    from hts.studio.cluster.head import SweepOnRay
    from hts.studio.cluster.share import Share

    if address is None:
        raise BadInput("no cluster is configured: set HTS_CLUSTER where workers are started.")
    told: list[int] = []
    with (
        connected(address, log=store.home.cluster_log) as ray,
        told_to_end(told.append),  # after Ray, which has a handler of its own
    ):
        head = SweepOnRay(store, sweep_id, ray, share=Share(), address=address, say=log.warning)
        try:
            while not told:
                sweep = head.tick()
                if not sweep.active and not head.busy:
                    return
                if sweep.active and sweep.pid != os.getpid():
                    return  # stopped, and begun again without us
                time.sleep(TICK_SECONDS)
        finally:
            head.close()
    give_up_head(store, sweep_id, os.getpid())


if __name__ == "__main__":
    sys.exit(main())
