"""What tests ask of servers: a port that nobody else gets, and a wait that sees them end."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from servers import kept_port, until_answers


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ports are kept on Linux alone")
def test_a_kept_port_is_had_by_who_listens_there_again_and_again():
    with kept_port() as port:
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        for _ in range(2):  # as a server that is killed and started again
            with socket.create_server(("127.0.0.1", port)) as server:
                socket.create_connection(server.getsockname()).close()


@pytest.mark.process
def test_a_server_that_ends_is_told_at_once_with_its_log(tmp_path):
    log = tmp_path / "log"
    with kept_port() as port, log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", "raise SystemExit('no port')"], stderr=file
        )
        with pytest.raises(AssertionError, match="it ended with 1: no port"):
            until_answers(process, f"http://127.0.0.1:{port}", log)
