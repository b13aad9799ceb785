"""Servers of a test: a port that stays theirs, and a wait for their first answer."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from patience import PATIENCE


@contextlib.contextmanager
def kept_port() -> Iterator[int]:
    """A port of this machine that within the block nobody gets who does not ask for it.

    Where that can be: on Linux, whoever listens may share it with a socket that does not.
    """
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        port = int(kept.getsockname()[1])
        if not sys.platform.startswith("linux"):
            kept.close()
        yield port


def until_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> Message:
    """Wait until the app at ``url`` says that it is well; if it ends before, fail with its log.

    Returns the headers of its answer.
    """
    give_up = time.monotonic() + PATIENCE
    while True:
        health = f"{url}/_stcore/health"
        with contextlib.suppress(OSError), urllib.request.urlopen(health, timeout=5) as answer:
            return answer.headers
        ended = process.poll()
        assert ended is None, f"it ended with {ended}: {log.read_text()}"
        assert time.monotonic() < give_up, log.read_text()
        time.sleep(0.1)
