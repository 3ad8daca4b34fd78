"""Inspect and promptfoo on the same rows and server: those that are installed here, and a word on the others."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

from tests.bench.speed.took import Took

PATIENCE_S = 300
_INSPECT = """
import sys
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate
url, rows, concurrency, logs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
samples = [Sample(input=f"快递 {k} 五天没动静", target="物流") for k in range(rows)]
task = Task(dataset=samples, solver=generate(), scorer=includes())
done = eval(task, model="openai/m", model_base_url=url, max_connections=concurrency, max_samples=concurrency,
            log_dir=logs, display="none", model_args={"api_key": "none", "responses_api": False})
sys.exit(done[0].status != "success")
"""


def measure(place: Path, url: str, concurrency: int, rows: int) -> dict[str, Took | str]:
    """Name -> time of each peer, its own start left in as its users meet it; or why there is none."""
    return {
        "Inspect": _took(_inspect(place), "pip install inspect-ai", place, url, rows, concurrency),
        "promptfoo": _took(_promptfoo(place), "npm install promptfoo", place, url, rows, concurrency),
    }


def _inspect(place: Path) -> list[str]:
    """The interpreter that has Inspect: $LABKIT_BENCH_INSPECT (a virtual environment of its own), or this one."""
    python = os.environ.get("LABKIT_BENCH_INSPECT") or (sys.executable if find_spec("inspect_ai") else "")
    script = place / "inspect_run.py"
    script.write_text(_INSPECT, encoding="utf-8")
    return [python, str(script), "{url}", "{rows}", "{concurrency}", str(place / "logs")] if python else []


def _promptfoo(place: Path) -> list[str]:
    """The program: $LABKIT_BENCH_PROMPTFOO, or the one on the path."""
    program = os.environ.get("LABKIT_BENCH_PROMPTFOO") or shutil.which("promptfoo") or ""
    config = str(place / "promptfoo.json")
    words = [program, "eval", "-c", config, "-j", "{concurrency}", "--no-cache", "--no-progress-bar", "--no-table"]
    return words if program else []


def _took(words: Sequence[str], how: str, place: Path, url: str, rows: int, concurrency: int) -> Took | str:
    if not words:
        return f"not installed here, so not measured ({how})"
    _write_promptfoo(place / "promptfoo.json", url, rows)
    values = {"url": url, "rows": rows, "concurrency": concurrency}
    asked = [word.format(**values) if word.startswith("{") else word for word in words]
    before, started, used = _answered(url), time.perf_counter(), _children_s()
    try:
        done = subprocess.run(
            asked, env=_environment(place), capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"failed: {type(error).__name__} after {time.perf_counter() - started:.0f} s"
    took = Took(time.perf_counter() - started, _children_s() - used)
    if done.returncode not in (0, 100):  # 100 is promptfoo's word for failed assertions
        return f"failed: {(done.stderr or done.stdout).strip()[-200:]}"
    answered = _answered(url) - before
    return took if answered == rows else f"failed: it asked {answered} times for {rows} rows"


def _environment(place: Path) -> dict[str, str]:
    quiet = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1"}
    return os.environ | quiet | {"PROMPTFOO_CONFIG_DIR": str(place / "home"), "OPENAI_API_KEY": "none"}


def _answered(url: str) -> int:
    """How many completions the server has sent."""
    with urlopen(f"{url}/models") as reply:
        return int(json.load(reply)["answered"])


def _children_s() -> float:
    """Seconds of the processor that ended children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write_promptfoo(path: Path, url: str, rows: int) -> None:
    provider = {"id": "openai:chat:m", "config": {"apiBaseUrl": url, "apiKey": "none", "temperature": 0}}
    tests = [{"vars": {"post": f"快递 {k} 五天没动静"}} for k in range(rows)]
    config = {"prompts": ["{{post}}"], "providers": [provider], "tests": tests}
    path.write_text(json.dumps(config), encoding="utf-8")
