"""Say whether the lab is healthy; exit code 1 if a part that was asked about is not.

Without a part: web and store, that is whether the app lives.  --ready: all of them, that is whether
runs that are submitted now will begin.  --metrics: numbers of queue, workers, disk and runs for a
monitoring system, in Prometheus' text format; HTS_METRICS has the web process serve them.

Example: python -m hts health web
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hts.studio.store.paths import Home


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("parts", nargs="*", help="among web, store, workers, disk")
    parser.add_argument("--ready", action="store_true", help="all parts")
    parser.add_argument("--url", help="of the app (default HTS_URL or http://127.0.0.1:8501)")
    parser.add_argument("--home", help="the folder of the store (default HTS_HOME or ~/.hts)")
    parser.add_argument("--metrics", action="store_true", help="print Prometheus' text format")
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(options: argparse.Namespace) -> int:
    from pathlib import Path

    from hts.studio.jobs.health import PARTS, look
    from hts.studio.store.paths import Home, default_home

    home = Home(Path(options.home or default_home()).expanduser().absolute())
    if options.metrics:
        return _metrics(home)
    parts = PARTS if options.ready else options.parts or ("web", "store")
    findings = look(home, parts, url=options.url)
    if options.json:
        print(json.dumps([dataclasses.asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            print(f"{finding.part:8} {'well' if finding.well else 'NOT WELL':9} {finding.says}")
    return int(not all(finding.well for finding in findings))


def _metrics(home: Home) -> int:
    from hts.studio.jobs import metrics
    from hts.studio.store.store import Store
    from hts.validate import BadInput

    if not home.database.exists():
        raise BadInput(f"there is no store in {home.root}.")
    with Store(home.root) as store:
        print(metrics.text(metrics.of_lab(store)), end="")
    return 0
