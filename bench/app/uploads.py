"""What uploads cost the web process: ``python -m bench uploads``.

Starts the app with a store of its own, gives files to its pages as browsers do, all at once, and
prints one JSON object: the largest memory of the web process beside what it had before, and what
the pages said.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import tempfile
import urllib.request
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.app.lab_processes import Lab, stop_in_order
from bench.app.websocket_client import RERUN_FOLLOWS

LOOK_SECONDS = 0.02
TABLES = ("", "", "table_file", "table_use", "table_add")
WEIGHTS = ("tails", "source=File", "weights_file", "")
"""Page, query, key of the uploader, of a button to press afterwards and of one before."""


class Visitor:
    """A browser tab that gives one file to the uploader ``key`` of a page."""

    def __init__(
        self, port: int, page: str, query: str, key: str, button: str = "", opener: str = ""
    ) -> None:
        self.port, self.page, self.query, self.key, self.button = port, page, query, key, button
        self.opener = opener
        self.session = self.widget = ""
        self.buttons: list[str] = []  # ids, which end in keys
        self.said: list[str] = []

    async def give(self, name: str, content: bytes, ready: asyncio.Barrier) -> None:
        """Open the page, wait for the others, upload, and wait for the page's answer."""
        url = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        async with websockets.connect(url, max_size=None, compression=None) as wire:
            await wire.send(self._rerun().SerializeToString())
            await self._until(wire, "script_finished")
            if self.opener:
                await self._press(wire, self._rerun(), self.opener)
            await ready.wait()
            asked = BackMsg()
            asked.file_urls_request.request_id = "1"
            asked.file_urls_request.file_names.append(name)
            asked.file_urls_request.session_id = self.session
            await wire.send(asked.SerializeToString())
            answer = await self._until(wire, "file_urls_response")
            place = answer.file_urls_response.file_urls[0]
            await asyncio.to_thread(self._put, place.upload_url, name, content)
            message = self._rerun()
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self.widget
            info = state.file_uploader_state_value.uploaded_file_info.add()
            info.name, info.size, info.file_id = name, len(content), place.file_id
            info.file_urls.CopyFrom(place)
            self.said.clear()
            await wire.send(message.SerializeToString())
            await self._until(wire, "script_finished")
            if self.button:
                await self._press(wire, message, self.button)

    async def press(self, key: str) -> None:
        """Open the page, press one of its buttons, and wait for the answer."""
        url = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        async with websockets.connect(url, max_size=None, compression=None) as wire:
            await wire.send(self._rerun().SerializeToString())
            await self._until(wire, "script_finished")
            self.said.clear()
            await self._press(wire, self._rerun(), key)

    async def _press(self, wire: websockets.ClientConnection, message: BackMsg, key: str) -> None:
        pressed = message.rerun_script.widget_states.widgets.add()
        pressed.id = next(name for name in reversed(self.buttons) if name.endswith(key))
        pressed.trigger_value = True
        await wire.send(message.SerializeToString())
        await self._until(wire, "script_finished")

    def _rerun(self) -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        return message

    def _put(self, place: str, name: str, content: bytes) -> None:
        edge = uuid.uuid4().hex
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        body = f"--{edge}\r\n{head}Content-Type: application/octet-stream\r\n\r\n".encode()
        body += content + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        address = f"http://127.0.0.1:{self.port}{place}"
        request = urllib.request.Request(address, body, kind, method="PUT")
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 204

    async def _until(self, wire: websockets.ClientConnection, kind: str) -> ForwardMsg:
        while True:
            message = ForwardMsg()
            raw = await wire.recv()
            assert isinstance(raw, bytes)
            message.ParseFromString(raw)
            found = message.WhichOneof("type")
            if found == "new_session":
                self.session = message.new_session.initialize.session_id or self.session
            element = message.delta.new_element
            if element.WhichOneof("type") == "file_uploader" and self.key in str(element):
                self.widget = element.file_uploader.id
            if element.WhichOneof("type") == "button":
                self.buttons.append(element.button.id)
            if element.WhichOneof("type") in ("alert", "exception"):
                self.said.append(element.alert.body or element.exception.message)
            early = found == "script_finished" and message.script_finished == RERUN_FOLLOWS
            if found == kind and not early:
                return message


async def measure(
    lab: Lab, uploader: tuple[str, ...], files: Sequence[tuple[str, bytes]]
) -> dict[str, Any]:
    """Give the files at once, one by each visitor; the memory of the web process in MB."""
    assert lab.web is not None
    web = psutil.Process(lab.web.pid)
    visitors = len(files)
    people = [Visitor(lab.port, *uploader) for _ in files]
    small = _archive(np.arange(180.0).reshape(60, 3) ** 2)
    await Visitor(lab.port, *uploader).give("first.npz", small, asyncio.Barrier(1))
    before = web.memory_info().rss
    ready, most = asyncio.Barrier(visitors), before

    async def look() -> None:
        nonlocal most
        while True:
            most = max(most, web.memory_info().rss)
            await asyncio.sleep(LOOK_SECONDS)

    looking = asyncio.create_task(look())
    await asyncio.gather(*(one.give(*file, ready) for one, file in zip(people, files, strict=True)))
    looking.cancel()
    said = sorted({text for one in people for text in one.said})
    mb = {"before_mb": before, "largest_mb": most, "grew_mb": most - before}
    return {"visitors": visitors, "page": uploader[0], "said": said[:5]} | {
        name: round(size / 2**20, 1) for name, size in mb.items()
    }


def _archive(x: np.ndarray, save: Any = np.savez_compressed) -> bytes:
    out = io.BytesIO()
    save(out, X=x, y=np.arange(len(x)) % 2)
    return out.getvalue()


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench uploads", description=__doc__)
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--mb", type=int, default=20, help="size of each of their files")
    options = parser.parse_args(words)
    stop_in_order()
    zeros = [("zeros.npz", _archive(np.zeros((1000, 100_000))))]
    size = options.mb * 2**20
    large = [(f"n{k}.npy", weights_file(size, seed=k)) for k in range(options.visitors)]
    csv = table_file(options.mb, seed=0)
    tables = [(f"t{k}.csv", csv) for k in range(options.visitors)]
    cases = {
        "zeros as a table": (TABLES, zeros),
        "zeros as weights": (WEIGHTS, zeros),
        "weights": (WEIGHTS, large),
        "tables": (TABLES, tables),
    }
    found = {}
    for name, (uploader, files) in cases.items():
        with tempfile.TemporaryDirectory() as home:
            xsrf = {"STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "false"}
            lab = Lab(Path(home), settings=xsrf)
            try:
                lab.start_web()
                found[name] = asyncio.run(measure(lab, uploader, files))
            finally:
                lab.close()
    print(json.dumps(found))
    return 0


def weights_file(size: int, *, seed: int) -> bytes:
    """A .npy file of about ``size`` bytes of normal weights."""
    out = io.BytesIO()
    dice = np.random.default_rng(seed)
    np.save(out, dice.standard_normal((size // 4096, 1024), np.float32))
    return out.getvalue()


def table_file(mb: int, *, seed: int) -> bytes:
    """A CSV file of about so many MiB: 64 columns of numbers and a label."""
    rows = ((np.arange(mb * 2**17) + seed) % 9973).reshape(-1, 64)  # 8 bytes a number
    lines = [
        ",".join(f"{n:07d}" for n in row) + f",{'ab'[k % 2]}" for k, row in enumerate(rows.tolist())
    ]
    return "\n".join([",".join([*map("f{}".format, range(64)), "label"]), *lines]).encode()
