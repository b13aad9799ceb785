"""A web server on this computer that can be slow to trust: it cuts, lies, and refuses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


@dataclass
class Site:
    """Files by path, and how each misbehaves."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cut_at: dict[str, int] = field(default_factory=dict)  # break off once after so many bytes
    ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # path, Range header


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            site.asked.append((self.path, wanted))
            content = site.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            start = int(wanted[6:].rstrip("-")) if wanted and site.ranges else 0
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            stop = site.cut_at.pop(self.path, None)
            self.wfile.write(content[start : len(content) if stop is None else stop])
            if stop is not None:
                self.wfile.flush()
                self.connection.close()

        def log_request(self, *args: object) -> None:
            return

        log_error = log_request

    return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        return  # connections are cut on purpose


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A running server with no files yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    site = Site()
    server = _Server(("127.0.0.1", 0), _handler(site))
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def empty_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No data anywhere: ``data`` is HTS_DATA_DIR, ``cache`` the cache, both empty."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("HTS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("hts.data.sources.published.DEBIAN_FOLDER", tmp_path / "debian")
    return tmp_path
