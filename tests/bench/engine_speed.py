"""2,000 rows against a loopback server of 100 ms latency: labkit, bare loops and peers side by side in one run."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from labkit.evaluation import evaluate
from labkit.evaluation.senders import Senders
from labkit.models import get_model
from labkit.prompts import render
from labkit.records import Definition, Example, Prompt, Reply, Task
from labkit.workspace import Scene, create_scene
from tests.bench.speed import peers
from tests.bench.speed.took import Took

ROWS = 2_000
LATENCY_S = 0.1
ROUNDS = 3
CONCURRENCIES = (50, 200)
BARE = "bare loop, same client and transport"
KEPT = """
What each keeps, and when:
labkit     requests on the disk (fsync) before they are sent, raw replies before they are read
bare loops nothing; the openai client parses each reply and drops it
Inspect    a log of every message and event, on the disk at the end; a buffer before it that does not wait for the disk
promptfoo  outputs and scores in a database of its own"""
TASK = Task("speed", ("物流", "退款", "质量"), language="zh", item="微博", multi_label=True, allow_none=True)
PROMPT = Prompt(
    "v1",
    system="你给微博分类。",
    input="{{posts}}",
    instruction="请回答。",
    definitions=tuple(Definition(label, f"与{label}有关的投诉和询问。" * 8) for label in TASK.labels),
)


def main() -> None:
    """Print rows a second, share of the latency limit, distance to the bare loop and the processor's time a row."""
    shared = f"{os.cpu_count()} cores shared with the server, load {os.getloadavg()[0]:.1f} before"
    print(f"{ROWS} rows, {LATENCY_S * 1000:.0f} ms latency, {shared}")
    with TemporaryDirectory() as place, server() as url:
        for concurrency in CONCURRENCIES:
            folder = Path(place) / str(concurrency)
            folder.mkdir()
            took = measure(folder, url, concurrency)
            print_table(concurrency, took, peers.measure(folder, url, concurrency, ROWS))
        print(KEPT)


def measure(place: Path, url: str, concurrency: int) -> dict[str, Took]:
    """Name -> time, the best of the rounds; the contestants take turns, so that all meet the same weather."""
    scenes = (new_scene(place / str(k), url, concurrency) for k in itertools.count())
    contestants: dict[str, Callable[[Scene], None]] = {
        "labkit, every answer durable": durable,
        "labkit, new to the model": lambda scene: durable(scene, f"loopback/{scene.path.name}"),
        BARE: lambda scene: bare_loop(scene, concurrency),
        "bare loop, one thread listens": lambda scene: listening_loop(scene, concurrency),
        "bare openai client (async)": lambda scene: asyncio.run(openai_loop(scene, url, concurrency)),
    }
    best: dict[str, Took] = {}
    for _ in range(ROUNDS):
        for name, contestant in contestants.items():
            scene = next(scenes)
            started, used = time.perf_counter(), time.process_time()
            contestant(scene)
            took = Took(time.perf_counter() - started, time.process_time() - used)
            best[name] = min(best.get(name, took), took)
    return best


def print_table(concurrency: int, ours: dict[str, Took], others: dict[str, Took | str]) -> None:
    limit = ROWS / concurrency * LATENCY_S
    bare = ours[BARE].wall_s
    title = f"concurrency {concurrency}, limit {limit:.1f} s"
    print(f"\n{title:40}{'s':>8}{'rows/s':>8}{'of limit':>10}{'to bare':>9}{'CPU ms a row':>14}")
    for name, took in (*ours.items(), *others.items()):
        if isinstance(took, str):
            print(f"{name:40}  {took}")
            continue
        s, cpu_ms = took.wall_s, took.cpu_s / ROWS * 1000
        print(f"{name:40}{s:>8.2f}{ROWS / s:>8.0f}{limit / s:>10.0%}{s / bare - 1:>+9.0%}{cpu_ms:>14.2f}")


def durable(scene: Scene, model: str = "loopback/m") -> None:
    """A model that this process has asked lately is asked by all threads at once; one that is new is first tried."""
    run = evaluate(scene, "v1", model, progress=lambda _: None)
    assert run.counts["answered"] == ROWS


def bare_loop(scene: Scene, concurrency: int) -> None:
    """The same client, threads and transport; what comes back is dropped."""
    model = get_model("loopback/m", scene)
    requests = [render(PROMPT, TASK, example) for example in scene.examples("dev")]
    with ThreadPoolExecutor(concurrency) as threads:
        replies = list(threads.map(lambda request: model.answer([request]), requests))
    assert len(replies) == ROWS


def listening_loop(scene: Scene, concurrency: int) -> None:
    """The same client, sent and listened to as the engine does it, and nothing else."""
    model = get_model("loopback/m", scene)
    requests = iter([render(PROMPT, TASK, example) for example in scene.examples("dev")])
    landed: deque[Sequence[Reply] | Exception] = deque()
    senders: Senders[None] = Senders(model, lambda _, outcome: landed.append(outcome), lambda *_: None, Event())
    sent = heard = 0
    while heard < ROWS:
        for request in islice(requests, concurrency - sent + heard):
            senders.send(None, [request])
            sent += 1
        senders.wait(1.0)
        senders.take_in()
        while landed:
            assert not isinstance(landed.popleft(), Exception)
            heard += 1
    senders.dismiss()


async def openai_loop(scene: Scene, url: str, concurrency: int) -> None:
    from openai import AsyncOpenAI

    client = AsyncOpenAI(api_key="none", base_url=url, max_retries=0, timeout=600)  # all connect at once
    gate = asyncio.Semaphore(concurrency)

    async def ask(example: Example) -> str | None:
        messages = [{"role": m.role, "content": m.content} for m in render(PROMPT, TASK, example).messages]
        async with gate:
            done = await client.chat.completions.create(model="m", messages=messages, temperature=0)  # type: ignore[arg-type]
        return done.choices[0].message.content

    answers = await asyncio.gather(*(ask(example) for example in scene.examples("dev")))
    assert len(answers) == ROWS
    await client.close()


def new_scene(place: Path, url: str, concurrency: int) -> Scene:
    examples = [Example(f"d{k}", (f"快递 {k} 五天没动静,问客服也不回",), ("物流",), "dev") for k in range(ROWS)]
    scene = create_scene(place, TASK, examples, [PROMPT])
    settings = {"base_url": url, "concurrency": concurrency}
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (scene.path / "models.toml").write_text("[loopback]\n" + "\n".join(lines), encoding="utf-8")
    return scene


@contextmanager
def server() -> Iterator[str]:
    """The base URL of a server in a process of its own."""
    words = [sys.executable, str(Path(__file__).with_name("speed") / "server.py"), str(LATENCY_S)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
