"""A proxy that shows an app under a longer path and strips it, as those of notebooks do."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator


class StrippingProxy:
    """``http://127.0.0.1:<port><prefix>/`` is the root of the app at ``behind``."""

    def __init__(self, behind: int, prefix: str = "/user/ana/proxy/8501") -> None:
        self.behind, self.prefix = behind, prefix
        self.strays: list[str] = []  # asked for beside the path: another program's
        self.url = ""
        self._open: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()
        # Browser tests leave a loop in their own thread.
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._ready.wait()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{self.prefix}"
        self._ready.set()
        await self._end.wait()
        # Nobody comes any more; whoever is there, or is just being let in, is sent away, before
        # the server closes: what stayed open would be told of a later test.
        for listening in server.sockets:
            self._loop.remove_reader(listening.fileno())
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for writer in self._open:
                writer.transport.abort()
            await asyncio.wait(others, timeout=0.1)
        server.close()

    async def _answer(self, asked: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        async with self._held(answer):
            first, *headers = (await asked.readuntil(b"\r\n\r\n")).split(b"\r\n")
            method, path, version = first.split(b" ")
            under = path.removeprefix(self.prefix.encode())
            if under == path:
                self.strays.append(path.decode())
                answer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                if not any(line.lower().startswith(b"upgrade:") for line in headers):
                    headers = [b"Connection: close", *(
                        line for line in headers if not line.lower().startswith(b"connection:")
                    )]  # fmt: skip
                reader, writer = await asyncio.open_connection("127.0.0.1", self.behind)
                async with self._held(writer):
                    line = b" ".join([method, under or b"/", version])
                    writer.write(b"\r\n".join([line, *headers]))
                    await asyncio.gather(_pass(asked, writer), _pass(reader, answer))

    @contextlib.asynccontextmanager
    async def _held(self, writer: asyncio.StreamWriter) -> AsyncIterator[None]:
        """Until it is closed; what the other side ends is over."""
        self._open.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            try:
                yield
            finally:
                writer.close()
                await writer.wait_closed()
        self._open.discard(writer)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()


async def _pass(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(2**16):
            to.write(data)
            await to.drain()
        to.close()


@contextlib.contextmanager
def stripping_proxy(behind: int) -> Iterator[StrippingProxy]:
    """Such a proxy for as long as the block lasts."""
    proxy = StrippingProxy(behind)
    try:
        yield proxy
    finally:
        proxy.close()
