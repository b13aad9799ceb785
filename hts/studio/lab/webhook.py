"""`Webhook`: an address of the operator's choice that is told of runs and sweeps that ended.

What is told is an id and a state, no more.  The address is looked up once and the connection goes
to what was found, so that a name cannot mean a public server when it is checked and one of ours
when it is used.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from hts.validate import BadInput

SECONDS = 10.0  # for all of it
_OF_OTHERS = ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
_CARRY_OTHERS = [ipaddress.ip_network(text) for text in _OF_OTHERS]
"""Addresses of IPv6 that stand for one of IPv4, which may be anybody's."""


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """Where to tell it; nowhere if ``url`` is empty."""

    url: str = ""

    def __post_init__(self) -> None:
        if self.url:
            _parts(self.url)

    def tell(self, what: str, state: str) -> None:
        """POST ``{"id": what, "state": state}``; raises `BadInput` where that did not go."""
        parts = _parts(self.url)
        assert parts.hostname is not None
        port = parts.port or 443
        address = _checked_address(parts.hostname, port)
        said = json.dumps({"id": what, "state": state})
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        try:
            self._post(_To(parts.hostname, port, address), path, said)
        except (OSError, http.client.HTTPException) as error:
            raise BadInput(f"The webhook at {parts.hostname} was not reached: {error}.") from None

    def _post(self, connection: _To, path: str, said: str) -> None:
        out_of_time = threading.Timer(SECONDS, connection.give_up)
        out_of_time.daemon = True
        out_of_time.start()
        try:
            connection.request("POST", path, said, {"Content-Type": "application/json"})
            status = connection.getresponse().status
        finally:
            out_of_time.cancel()
            connection.close()
        if not 200 <= status < 300:  # redirects too: they are not followed
            raise BadInput(f"The webhook at {connection.host} answered {status}.")


class _To(http.client.HTTPSConnection):
    """A connection to an address that was checked, with the certificate of its host."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._secure = ssl.create_default_context()
        super().__init__(host, port, timeout=SECONDS, context=self._secure)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._secure.wrap_socket(
            plain, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()

    def give_up(self) -> None:
        """End what goes on, from another thread."""
        with contextlib.suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine or parts.username is not None or not url.isascii() or not url.isprintable():
        raise BadInput(f"url of [webhook] must be like https://example.org/ended, got {url!r}.")
    return parts


def _checked_address(host: str, port: int) -> str:
    """The address of the host; refused where any that it has is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise BadInput(f"The webhook's host {host} was not found: {error}.") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    for address in addresses:
        if not is_public(address):
            raise BadInput(
                f"The webhook's host {host} is at {address}, which is not a public address."
            )
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether this is an address of the internet at large."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6 and (ip.ipv4_mapped or any(ip in network for network in _CARRY_OTHERS)):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
