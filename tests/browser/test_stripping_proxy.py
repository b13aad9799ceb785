"""The proxy of the tests ends cleanly: what it left open, a later test would be blamed for."""

from __future__ import annotations

import gc
import socket
import sys
import threading
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stripping_proxy import stripping_proxy


class Long(BaseHTTPRequestHandler):
    """More than a client reads."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(b"x" * 2_000_000)

    def log_message(self, *_: object) -> None:
        pass


def test_a_proxy_leaves_nothing_open_whenever_it_ends(monkeypatch):
    left: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: left.append(found.exc_value))
    with ThreadingHTTPServer(("127.0.0.1", 0), Long) as behind:
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        for _ in range(5):
            with ExitStack() as clients, stripping_proxy(behind.server_port) as proxy:
                host, port = proxy.url.split("/")[2].split(":")
                asked = f"GET {proxy.prefix}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
                for said in (asked, asked[:9], b"") * 10:
                    one = clients.enter_context(socket.create_connection((host, int(port))))
                    one.sendall(said)
            gc.collect()
        behind.shutdown()
    assert left == []
