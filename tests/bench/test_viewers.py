"""`bench viewers`: what it counts as delivered, and how long it says one waited."""

from __future__ import annotations

import asyncio
import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import websockets
from patience import OF_VIEWERS
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.app.viewers import ALONE, GOALS, Viewer, missed

EVERY, TAKES = 0.05, 0.125  # seconds: an answer takes two and a half turns


async def _serve(wire: websockets.ServerConnection) -> None:
    """A page with one fragment that is due often, and answers that come late."""
    began = False
    async for _ in wire:
        if not began:
            due = ForwardMsg()
            due.auto_rerun.fragment_id, due.auto_rerun.interval = "live", EVERY
            await wire.send(due.SerializeToString())
        else:
            await asyncio.sleep(TAKES)
        began = True
        done = ForwardMsg()
        done.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
        await wire.send(done.SerializeToString())


async def _watched() -> Viewer:
    viewer, counting = Viewer(), asyncio.Event()
    counting.set()
    async with websockets.serve(_serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        watching = asyncio.create_task(
            viewer.watch(port, "", counting, time.monotonic() + OF_VIEWERS)
        )
        while len(viewer.waits) < 3 and not watching.done():
            await asyncio.sleep(EVERY)
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    return viewer


def test_updates_that_were_left_out_count_as_not_delivered():
    with ThreadPoolExecutor(1) as apart:  # browser tests leave a loop in this thread
        viewer = apart.submit(asyncio.run, _watched()).result()
    assert viewer.waits
    assert min(viewer.waits) >= TAKES
    assert viewer.wanted >= 2 * len(viewer.waits)


def test_a_goal_that_is_missed_is_named():
    found = {"delivered_percent": 94.9, "latency_ms_p95": 999.0, "memory_mb_most": 401.0}
    assert missed(found, GOALS) == [
        "delivered_percent 94.9, goal >= 95",
        "memory_mb_most 401.0, goal <= 400",
    ]
    assert len(GOALS | ALONE) == 6
