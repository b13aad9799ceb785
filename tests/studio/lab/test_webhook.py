"""The webhook: https to a public address that was checked, nothing followed, an id and a state."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hts.config import RunConfig
from hts.studio.jobs.scheduling.herald import Herald
from hts.studio.lab import webhook as module
from hts.studio.lab.settings import read_text
from hts.studio.lab.webhook import Webhook, is_public
from hts.validate import BadInput

HOST, PUBLIC = "hook.example", "93.184.215.14"
OK = b"HTTP/1.1 204 No Content\r\n\r\n"


@pytest.mark.parametrize(
    "url",
    [
        *("http://hook.example/", "ftp://hook.example", "hook.example", "https://", "https:///x"),
        *("https://a:b@hook.example/", "https://hook.example:0/", "https://hook.example:99999/"),
        *("https://hook.example/ x\r\nHost: y", "https://h\u00f6ok.example/"),
    ],
)
def test_only_https_is_taken(url):
    with pytest.raises(BadInput, match=r"url of \[webhook\] must be like https://"):
        Webhook(url=url)


def test_the_operator_sets_it():
    text = 'mode = "codes"\n[webhook]\nurl = "https://hook.example/ended?lab=1"'
    assert read_text(text).webhook.url == "https://hook.example/ended?lab=1"
    with pytest.raises(BadInput, match="must be like https"):
        read_text('[webhook]\nurl = "http://hook.example"')


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1"),
    ],
)
def test_no_address_of_ones_own_is_told(monkeypatch, address):
    assert not is_public(address)
    places = [(0, 0, 0, "", (PUBLIC, 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it connected"))
    with pytest.raises(BadInput, match="which is not a public address"):
        Webhook(url=f"https://{HOST}/").tell("r", "finished")


@pytest.fixture
def serve(tmp_path: Path, monkeypatch) -> Iterator[Callable[[bytes], dict[str, list]]]:
    """``serve(answer)``: a server at the public address; what it got, and who connected where."""
    if shutil.which("openssl") is None:
        pytest.skip("makes its certificate with openssl")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
         "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    trusting = ssl.create_default_context(cafile=str(cert))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    listening = socket.create_server(("127.0.0.1", 0))
    seen: dict[str, list] = {"got": [], "connected": [], "looked_up": []}

    def looked_up(host, port, **_):
        seen["looked_up"].append(host)
        address = PUBLIC if len(seen["looked_up"]) == 1 else "127.0.0.1"  # as a rebinding name
        return [(0, 0, 0, "", (address, port))]

    def connected(to, timeout):
        seen["connected"].append(to)
        made = socket.socket()
        made.settimeout(timeout)
        made.connect(listening.getsockname())
        return made

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(socket, "create_connection", connected)

    def serve_(answer: bytes) -> dict[str, list]:
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(cert, key)

        def once() -> None:
            plain, _ = listening.accept()
            try:
                with secure.wrap_socket(plain, server_side=True) as there:
                    text = b""
                    while b"}" not in text and (more := there.recv(4096)):
                        text += more
                    seen["got"].append(text.decode())
                    there.sendall(answer)
                    there.recv(1)  # until the other side has left
            except OSError:
                pass

        server = threading.Thread(target=once, daemon=True)
        server.start()
        return seen

    yield serve_
    listening.close()


@pytest.mark.process
def test_it_is_told_an_id_and_a_state_at_the_address_that_was_checked(serve):
    seen = serve(OK)
    Webhook(url=f"https://{HOST}/ended?lab=1").tell("0123456789-1", "finished")
    (got,) = seen["got"]
    assert got.startswith("POST /ended?lab=1 HTTP/1.1\r\n")
    assert f"Host: {HOST}\r\n" in got
    assert json.loads(got.split("\r\n\r\n")[1]) == {"id": "0123456789-1", "state": "finished"}
    assert (seen["looked_up"], seen["connected"]) == ([HOST], [(PUBLIC, 443)])


@pytest.mark.process
def test_a_redirect_is_not_followed(serve):
    seen = serve(b"HTTP/1.1 307 Elsewhere\r\nLocation: https://127.0.0.1/\r\n\r\n")
    with pytest.raises(BadInput, match="answered 307"):
        Webhook(url=f"https://{HOST}/").tell("s1", "finished")
    assert len(seen["connected"]) == 1


@pytest.mark.process
def test_a_server_of_another_name_is_not_told(serve):
    seen = serve(OK)
    with pytest.raises(BadInput, match=r"was not reached: .*certificate"):
        Webhook(url="https://other.example/").tell("s1", "finished")
    assert seen["got"] == []


@pytest.mark.process
def test_a_server_that_does_not_end_its_answer_is_left(serve, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.3)
    serve(b"HTTP/1.1 2")
    with pytest.raises(BadInput, match="was not reached"):
        Webhook(url=f"https://{HOST}/").tell("s1", "finished")


def _end(store, run_id: str) -> None:
    store.control.claim(run_id, pid=1, pid_started=1.0)
    store.control.fail(run_id, "It ended.")


def test_what_ends_is_told_once_and_what_ended_before_never(store, monkeypatch):
    told, arrived = [], threading.Semaphore(0)

    def tell(self, what, state):
        told.append((what, state))
        arrived.release()
        raise BadInput("and a server that fails ends nothing")

    monkeypatch.setattr(Webhook, "tell", tell)
    hook = Webhook(url=f"https://{HOST}/")
    before = store.runs.create(RunConfig())
    _end(store, before)
    herald = Herald(store)
    going = store.runs.create(RunConfig())
    herald.look(hook)
    _end(store, going)
    herald.look(hook)
    herald.look(hook)
    assert arrived.acquire(timeout=60)
    other = store.runs.create(RunConfig())
    _end(store, other)
    herald.look(Webhook())  # nobody is to be told
    herald.look(hook)
    assert told == [(going, "failed")]
