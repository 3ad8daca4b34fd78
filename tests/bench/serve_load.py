"""`labkit serve` under wrk at 1, 16 and 64 connections: answers a second, how late, and is any lost?

First in peace, then with a release, a rollback and a killed model while wrk asks.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from labkit.releases import release, rollback
from labkit.workspace import Scene
from tests.bench.dashboards import measured_scene
from tests.serving.served import Served

CONNECTIONS, SECONDS, PAUSE_S = (1, 16, 64), 15, 3.0
SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {token}"
wrk.body = [[{{"posts": ["快递五天没动静，客服也不理人"]}}]]
"""


def main() -> None:
    """Print the table."""
    if not shutil.which("wrk"):
        print("wrk is not installed: apt-get install wrk")
        return
    with TemporaryDirectory() as folder:
        scene = measured_scene(Path(folder))
        with Served(scene.path) as server:
            script = Path(folder) / "classify.lua"
            script.write_text(SCRIPT.format(token=server.said["token"]), encoding="utf-8")
            print(f"{'connections':>11}  {'meanwhile':<28}{'answers/s':>10}{'p50':>10}{'p99':>10}{'lost':>6}")
            for connections in CONNECTIONS:
                _print(connections, "nothing", wrk(server, script, connections))
                disturbing = threading.Thread(target=disturb, args=(scene, server))
                disturbing.start()
                _print(connections, "release, kill, rollback", wrk(server, script, connections))
                disturbing.join()
            told = server.get("/metrics", Authorization=f"Bearer {server.said['token']}")[1]["text"]
            print("\n" + "\n".join(re.findall(r"labkit_traffic_entries_total\{\S* \S+", told)))


def disturb(scene: Scene, server: Served) -> None:
    """A new release, then a killed model, then the way back, with pauses."""
    time.sleep(PAUSE_S)
    other = next(h.run for h in scene.store.runs() if h.split == "test" and h.prompt_name == "v1")
    release(scene, other, "Lin")
    time.sleep(PAUSE_S)
    server.model_process().kill()
    time.sleep(PAUSE_S)
    rollback(scene, "Lin", "a measurement")


def wrk(server: Served, script: Path, connections: int) -> str:
    """What wrk says after some seconds of asking over so many connections."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "--timeout", "60s", "-s", str(script)]
    return subprocess.run([*words, f"{server.root}/v1/classify"], capture_output=True, text=True, check=True).stdout


def _print(connections: int, meanwhile: str, said: str) -> None:
    socket = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    lost = sum(map(int, socket.groups())) if socket else 0
    lost += int(refused[1]) if refused else 0
    rate, p50, p99 = (
        re.search(pattern, said)[1]  # type: ignore[index]
        for pattern in (r"Requests/sec:\s+(\S+)", r"50%\s+(\S+)", r"99%\s+(\S+)")
    )
    print(f"{connections:>11}  {meanwhile:<28}{rate:>10}{p50:>10}{p99:>10}{lost:>6}", flush=True)


if __name__ == "__main__":
    main()
