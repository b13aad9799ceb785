"""Metrics of the lab at an address of their own, where ``HTS_METRICS`` names one.

Not at the app's port: behind a proxy on this machine every visitor comes from this machine.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil
from streamlit import runtime

from hts.studio.jobs.metrics import CONTENT_TYPE, Metric, of_lab, text
from hts.validate import BadInput, whole
from pages._parts.shell.server import whole_store

VARIABLE = "HTS_METRICS"


def serve_metrics(environ: Mapping[str, str] = os.environ) -> ThreadingHTTPServer | None:
    """Serve ``/metrics`` there for as long as this process lives; None where none is asked for.

    What cannot be used is said on stderr: the app is there without it.
    """
    try:
        place = _place(environ.get(VARIABLE, ""))
        if place is None:
            return None
        server = ThreadingHTTPServer(place, _Asked)
    except (BadInput, OSError) as error:
        print(f"there are no metrics: {error}", file=sys.stderr)
        return None
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def _place(said: str) -> tuple[str, int] | None:
    """Host and port of ``9464`` (this machine only), ``127.0.0.1:9464`` or ``0.0.0.0:9464``."""
    if not said:
        return None
    host, _, port = said.rpartition(":")
    return host or "127.0.0.1", whole(VARIABLE, port, low=0, high=65535)


class _Asked(BaseHTTPRequestHandler):
    """Answers with the metrics of this moment."""

    timeout = 5.0  # seconds for a question to come in

    def do_GET(self) -> None:
        if self.path != "/metrics":
            self.send_error(404)
            return
        try:
            body = text([*of_lab(whole_store()), *_of_web()]).encode()
        except (BadInput, OSError, sqlite3.Error):
            self.send_error(503)  # the store cannot be read; `python -m hts health` says why
            return
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody's business."""


def _of_web() -> list[Metric]:
    web = psutil.Process()
    times = web.cpu_times()
    found = [
        ("hts_web_memory_bytes", "Resident memory of the web process.", web.memory_info().rss,
         "gauge"),
        ("hts_web_cpu_seconds_total", "CPU time of the web process.", times.user + times.system,
         "counter"),
        ("hts_web_viewers", "Browser tabs that are open.", _viewers(), "gauge"),
    ]  # fmt: skip
    return [Metric(name, says, {"": float(value)}, kind) for name, says, value, kind in found]


def _viewers() -> float:
    family = "active_sessions"  # of Streamlit's own statistics
    if not runtime.exists():
        return 0.0
    return sum(stat.value for stat in runtime.get_instance().stats_mgr.get_stats([family])[family])
