"""Measure on this machine and print JSON.  Ratios are of times taken in the same run.

viewers: many browsers watching one running run through a real server; delivered share of updates,
server CPU per update.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

APP = Path(__file__).resolve().parents[3]  # the checkout that holds app.py beside hts/


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure; further words go to the measurement itself."""
    parser.add_argument("what", choices=("viewers",))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="options of the measurement")


def run(options: argparse.Namespace) -> int:
    """The viewers' measurement needs the app, so it runs as a program of its own."""
    program = APP / "pages" / "_shared" / "viewers_bench.py"
    return subprocess.run([sys.executable, str(program), *options.rest], check=False).returncode
