"""Kernels that wait, imports done, so that a page's first paint need not wait for them; and a limit on their number."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Float, Integer

from labkit.views.page_address import VARIABLE, asked_in

MAX_KERNELS = 16  # viewers at a time; each holds the memory of a kernel with the pages' modules imported
COMING_S = 120.0  # until a page must have connected; voila.json lets it be painted as long
ABSENT_S = 60.0  # without a page until a viewer's place goes to the next: a phone's browser does not say that it closed
WARM_S = 120.0  # until a new kernel must have done its imports, on a busy machine
PREPARE = """
from labkit.voila.guard import forbid_acting
from labkit.dashboards import make_ready
make_ready()
forbid_acting()
"""


class WarmKernels(AsyncMappingKernelManager):
    """Starts a kernel by handing out one that waits; every kernel has been prepared before a page runs in it."""

    spare = Integer(2, config=True, help="How many kernels wait for the next viewer.")
    pause = Float(5.0, config=True, help="Seconds in which a page is painted; no kernel is prepared in them.")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]
        self._waiting: list[str] = []
        self._seen: set[str] = set()  # kernels that viewers have, the dead among them until they are removed
        self._free_at: dict[str, float] = {}  # viewers without a page -> when their place is free (monotonic clock)
        self._arriving = 0  # viewers whose kernel is being prepared
        self._arrived = 0.0  # when the last viewer was given a kernel, by the monotonic clock
        self._refilling: asyncio.Task[None] | None = None

    @property
    def viewers(self) -> int:
        """Viewers who have a kernel or wait for one."""
        self._seen = {kernel for kernel in self._seen if kernel in self}
        return len(self._seen) + self._arriving

    @property
    def waiting(self) -> tuple[str, ...]:
        """Kernels that wait for their first viewer."""
        return tuple(self._waiting)

    async def start_kernel(self, **wishes: Any) -> str:  # type: ignore[override]
        """A prepared kernel: one that waits, else a new one.

        Raises:
            HTTPError: 503 when `MAX_KERNELS` viewers are there already, and none of them left without a word.
        """
        left = self._take_left() if self.viewers >= MAX_KERNELS else None
        if self.viewers >= MAX_KERNELS:
            raise HTTPError(503, "too many viewers; try again in a few minutes")
        self._arriving += 1  # counted before anything is awaited: pages open at the same time
        try:
            if left:
                await self.shutdown_kernel(left, now=True)  # type: ignore[no-untyped-call]
            kernel = self._take_waiting() or await self._prepared(wishes.get("env") or os.environ)
            await self._tell(kernel, (wishes.get("env") or {}).get("QUERY_STRING", ""))
            self._seen.add(kernel)
            self._free_at[kernel] = time.monotonic() + COMING_S
        finally:
            self._arriving -= 1
        self._arrived = time.monotonic()
        self.refill()
        return kernel

    async def restart_kernel(self, *which: Any, **how: Any) -> None:  # type: ignore[override]
        """Refused: what a page would find in a restarted kernel was not prepared, and nothing would hold it back.

        Raises:
            HTTPError: 403, always.
        """
        raise HTTPError(403, "a page's kernel is not restarted; open the page again")

    def refill(self) -> None:
        """Begin to prepare kernels until `spare` wait; a no-op while that is being done."""
        if self._refilling is None or self._refilling.done():
            self._refilling = asyncio.ensure_future(self._fill())

    async def settled(self) -> None:
        """Return when no more kernels are being prepared."""
        if self._refilling is not None:
            await self._refilling

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Cull as the settings say, but not what waits for its first viewer."""
        if kernel_id not in self._waiting:
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]

    def notify_connect(self, kernel_id: str) -> None:
        """A viewer's page is there."""
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]
        self._free_at.pop(kernel_id, None)

    def notify_disconnect(self, kernel_id: str) -> None:
        """A viewer's page has gone, or the network under it."""
        super().notify_disconnect(kernel_id)  # type: ignore[no-untyped-call]
        if kernel_id in self._seen and not self._kernel_connections.get(kernel_id):
            self._free_at[kernel_id] = time.monotonic() + ABSENT_S

    def _take_left(self) -> str | None:
        """The kernel of a viewer who is away long enough to be taken for gone; no longer counted."""
        self._free_at = {kernel: free for kernel, free in self._free_at.items() if kernel in self}
        kernel = min(self._free_at, key=self._free_at.__getitem__, default=None)
        if kernel is None or time.monotonic() < self._free_at[kernel]:
            return None
        del self._free_at[kernel]
        self._seen.discard(kernel)
        return kernel

    async def _fill(self) -> None:
        while len(self._waiting) < self.spare and self.viewers + len(self._waiting) < MAX_KERNELS:
            if (left := self._arrived + self.pause - time.monotonic()) > 0:
                await asyncio.sleep(left)  # two seconds of imports beside a page that paints would double its wait
                continue
            self._waiting.append(await self._prepared(os.environ))

    def _take_waiting(self) -> str | None:
        """A kernel that waits and is alive."""
        while self._waiting:
            kernel = self._waiting.pop(0)
            if kernel in self:
                return kernel
        return None

    async def _prepared(self, environment: Mapping[str, str]) -> str:
        begin: Any = super().start_kernel
        kernel = str(await begin(path="", kernel_name="python3", env=dict(environment)))
        try:
            await self._prepare(kernel)
        except BaseException:  # an unguarded kernel is never handed out, nor left behind
            await self.shutdown_kernel(kernel, now=True)  # type: ignore[no-untyped-call]
            raise
        return kernel

    async def _prepare(self, kernel: str) -> None:
        await self._run(kernel, PREPARE)

    async def _tell(self, kernel: str, query: str) -> None:
        """Let the page know what its address asks for, as JSON in its environment."""
        if asked := asked_in(query):
            await self._run(kernel, f"import os\nos.environ[{VARIABLE!r}] = {json.dumps(asked)!r}")

    async def _run(self, kernel: str, code: str) -> None:
        client: Any = self.get_kernel(kernel).client()
        client.start_channels()
        try:
            await ensure_async(client.wait_for_ready(timeout=WARM_S))
            reply = await ensure_async(
                client.execute(code, silent=True, store_history=False, reply=True, timeout=WARM_S)
            )
        finally:
            client.stop_channels()
        if reply["content"]["status"] != "ok":
            raise HTTPError(500, "a kernel could not be prepared")
