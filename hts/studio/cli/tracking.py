"""Send runs to an experiment tracker: MLflow, TensorBoard or Trackio.

Settings become params, what was recorded metrics by step, results metrics called final/...; a run
of several networks becomes one for each of them.  What is there already is not sent again.  Without
--where, --sweep or ids every finished run is sent that is none of a sweep.

Example: python -m hts runs export --to mlflow:http://127.0.0.1:5000 --where "alpha<1.9 tag=course"
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys

from hts.studio.catalogue.listing import Asked, each_run, listed
from hts.studio.store.store import Store
from hts.studio.trackers import TRACKERS
from hts.studio.trackers.sent import send_all
from hts.validate import BadInput


def arguments(parser: argparse.ArgumentParser) -> None:
    places = "; ".join(f"{name}: {kind.places}" for name, kind in TRACKERS.items())
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these runs")
    parser.add_argument("--to", required=True, metavar="TRACKER:PLACE", help=places)
    parser.add_argument("--where", default="state=finished", metavar="FILTER", help="only these")
    parser.add_argument("--sweep", metavar="ID", help="those of a sweep")
    parser.add_argument("--project", metavar="NAME", help="MLflow's experiment; default hts")
    parser.add_argument("--weights", action="store_true", help="also the final weights")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> None:
    name, _, place = options.to.partition(":")
    tracker = TRACKERS.named(name, setting="--to")
    store = Store()
    sweep = None if options.sweep is None else store.sweeps.get(options.sweep)
    if options.ids:
        runs = [store.runs.get(one) for one in options.ids]
    else:
        asked = Asked(where=options.where, down=False, sweep=sweep.id if sweep else None)
        runs = list(each_run(store, listed(store, asked).numbers))
    if not runs:
        raise BadInput("no run is so: `python -m hts runs` lists those there are.")
    project = options.project or (sweep.name if sweep else "") or "hts"
    with contextlib.redirect_stdout(sys.stderr), tracker.open(place, project) as send:
        told = dict(send_all(store, runs, send, weights=options.weights))
    new = [one for one, is_new in told.items() if is_new]
    if options.json:
        known = [one for one in told if one not in new]
        print(json.dumps({"project": project, "sent": new, "already_there": known}))
        return
    print(f"{len(new)} of {len(told)} networks sent to {options.to}, project {project}")
    if len(new) < len(told):
        print(f"  {len(told) - len(new)} were there already")
