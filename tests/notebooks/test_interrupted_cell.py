"""Row 32 of the fault list, in a real kernel: the stop button, then the same cell again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from labkit.workspace import Scene
from tests.evaluation.scripted import served
from tests.models.loopback import Loopback

PATIENCE_S = 120
CELL = "import labkit; run = labkit.evaluate(labkit.open_scene({path!r}), 'v1', {model!r}); print(dict(run.counts))"


@contextmanager
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=PATIENCE_S)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def end_of_cell(client: BlockingKernelClient) -> dict[str, str]:
    """How a cell ended; a slow kernel still answers some of the times it was asked whether it is ready."""
    while (reply := client.get_shell_msg(timeout=PATIENCE_S))["msg_type"] != "execute_reply":
        pass
    content: dict[str, str] = reply["content"]
    return content


def run_again(client: BlockingKernelClient, cell: str, said: list[str]) -> str:
    """Run a cell behind one that failed; how it ended. A kernel drops what comes within a moment of the failure."""
    status, give_up = "aborted", time.monotonic() + PATIENCE_S
    while status == "aborted" and time.monotonic() < give_up:
        reply = client.execute_interactive(
            cell, timeout=PATIENCE_S, output_hook=lambda message: said.append(message["content"].get("text", ""))
        )
        status = reply["content"]["status"]
    return status


def test_a_cell_that_was_stopped_goes_on_when_it_is_run_again_and_pays_for_nothing_twice(scene: Scene):
    with Loopback("delay", delay_s=2.0) as server, kernel() as (manager, client):
        cell = CELL.format(path=str(scene.path), model=served(scene, server, concurrency=2, timeout_s=PATIENCE_S))
        client.execute(cell)
        give_up = time.monotonic() + PATIENCE_S
        while server.hits < 4 and time.monotonic() < give_up:
            time.sleep(0.01)
        manager.interrupt_kernel()
        assert end_of_cell(client)["ename"] == "KeyboardInterrupt"
        assert 4 <= server.hits < 16
        said: list[str] = []
        assert run_again(client, cell, said) == "ok", said
        client.execute_interactive(cell, timeout=PATIENCE_S, output_hook=lambda _: None)
    assert "'answered': 16" in "".join(said)
    assert set(server.asked.values()) == {1}
    assert server.hits == 16
