"""What a browser says to the server and hears from it, without a browser: plain websockets."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

RERUN_FOLLOWS = ForwardMsg.FINISHED_EARLY_FOR_RERUN


def rerun(query: str, fragment: str = "") -> bytes:
    """Asks for the page at this query string, or for one of its fragments."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.fragment_id = fragment
    message.rerun_script.is_auto_rerun = bool(fragment)
    return message.SerializeToString()


def clear_cache() -> bytes:
    """What any client may send, and every server obeys."""
    message = BackMsg()
    message.clear_cache = True
    return message.SerializeToString()


def seen(port: int, query: str = "", *, first: bytes = b"", patience: float = 60.0) -> bytes:
    """Everything the server sends for one view of the page; ``first`` is sent after it once.

    Raises `TimeoutError` if the page does not come to an end.  It listens in a thread of its own,
    since the caller's may have an event loop that runs already, as one that drives a browser has.
    """

    def listen() -> bytes:
        return asyncio.run(asyncio.wait_for(_seen(port, query, first), patience))

    with ThreadPoolExecutor(1) as alone:
        return alone.submit(listen).result()


async def _seen(port: int, query: str, first: bytes) -> bytes:
    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(url, max_size=None, compression=None) as wire:
        if first:
            await wire.send(rerun(query))
            await _one_run(wire)
            await wire.send(first)
        await wire.send(rerun(query))
        return await _one_run(wire)


async def _one_run(wire: websockets.ClientConnection) -> bytes:
    everything = b""
    while True:
        raw = await wire.recv()
        assert isinstance(raw, bytes)
        everything += raw
        message = ForwardMsg()
        message.ParseFromString(raw)
        if (
            message.WhichOneof("type") == "script_finished"
            and message.script_finished != RERUN_FOLLOWS
        ):
            return everything
