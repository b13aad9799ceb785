"""Start the app and its workers; it prints the address to open in a browser.

The same on Linux, macOS and Windows; Ctrl+C ends it.  What is after ``--`` goes to Streamlit.

Example: python -m hts app --port 8600
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys

from hts.extras import missing
from hts.platforms import CAN_BECOME, become
from hts.studio.jobs.processes.ending import told_to_end
from hts.validate import BadInput
from hts.version import ROOT

APP = ROOT / "app.py"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501, help="where it listens (8501)")
    parser.add_argument(
        "--address", default="localhost", help="0.0.0.0 serves everybody who can reach it"
    )
    parser.add_argument("more", nargs="*", metavar="OPTION", help="options of Streamlit, after --")


def run(options: argparse.Namespace) -> int:
    """Be the app; or, where a process cannot become another, wait for it."""
    if not 1 <= options.port <= 65535:
        raise BadInput(f"port must be from 1 to 65535, got {options.port}.")
    if importlib.util.find_spec("streamlit") is None:
        raise missing("the app", "streamlit", extra="app")
    if not APP.exists():
        raise BadInput(f"the app's own file is missing: {APP}.")
    command = [
        sys.executable, "-m", "streamlit", "run", str(APP),
        f"--server.port={options.port}", f"--server.address={options.address}",
        "--server.fileWatcherType=none", *options.more,
    ]  # fmt: skip
    # Every script run has a thread of its own: few arenas, or memory is kept in many.
    environment = {"MALLOC_ARENA_MAX": "2", **os.environ}
    if CAN_BECOME:
        become(command, environment)
    process = subprocess.Popen(command, env=environment)
    with told_to_end(lambda number: process.terminate()):
        return process.wait()
