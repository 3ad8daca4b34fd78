"""Inspect and promptfoo on the same rows and server: those that are installed here, and a word on the others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

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


def compare(place: Path, url: str, concurrencies: Sequence[int], rows: int) -> Iterator[str]:
    """A line for each peer and concurrency: its seconds, its own start left in as its users meet it."""
    yield ""
    for name, words in (("Inspect", _inspect(place)), ("promptfoo", _promptfoo(place))):
        if not words:
            how = "pip install inspect-ai" if name == "Inspect" else "npm install --global promptfoo"
            yield f"{name}: not installed here, so not measured ({how})"
            continue
        for concurrency in concurrencies:
            yield f"{name + f', concurrency {concurrency}':40}{_seconds(words, place, url, rows, concurrency)}"


def _inspect(place: Path) -> list[str]:
    """The interpreter that has Inspect: $LABKIT_BENCH_INSPECT, or this one."""
    python = os.environ.get("LABKIT_BENCH_INSPECT") or (sys.executable if find_spec("inspect_ai") else "")
    script = place / "inspect_run.py"
    script.write_text(_INSPECT, encoding="utf-8")
    return [python, str(script), "{url}", "{rows}", "{concurrency}", str(place / "logs")] if python else []


def _promptfoo(place: Path) -> list[str]:
    program = os.environ.get("LABKIT_BENCH_PROMPTFOO") or shutil.which("promptfoo") or ""
    config = str(place / "promptfoo.json")
    words = [program, "eval", "-c", config, "-j", "{concurrency}", "--no-cache", "--no-progress-bar", "--no-table"]
    return words if program else []


def _seconds(words: Sequence[str], place: Path, url: str, rows: int, concurrency: int) -> str:
    _write_promptfoo(place / "promptfoo.json", url, rows)
    values = {"url": url, "rows": rows, "concurrency": concurrency}
    asked = [word.format(**values) if word.startswith("{") else word for word in words]
    home = {"PROMPTFOO_CONFIG_DIR": str(place / "home"), "PROMPTFOO_DISABLE_TELEMETRY": "1", "OPENAI_API_KEY": "none"}
    environment = os.environ | home | {"PROMPTFOO_DISABLE_UPDATE": "1"}
    started = time.perf_counter()
    try:
        done = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"  failed: {type(error).__name__}"
    took = time.perf_counter() - started
    failed = done.returncode not in (0, 100)  # 100 is promptfoo's word for failed assertions
    return f"  failed: {(done.stderr or done.stdout).strip()[-200:]}" if failed else f"{took:>8.2f}{rows / took:>8.0f}"


def _write_promptfoo(path: Path, url: str, rows: int) -> None:
    provider = {"id": "openai:chat:m", "config": {"apiBaseUrl": url, "apiKey": "none", "temperature": 0}}
    tests = [{"vars": {"post": f"快递 {k} 五天没动静"}} for k in range(rows)]
    config = {"prompts": ["{{post}}"], "providers": [provider], "tests": tests}
    path.write_text(json.dumps(config), encoding="utf-8")
