"""A real `transformers serve` with the study model behind it, asked by its address like any other server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest

from labkit.evaluation import preflight
from labkit.models.local import LocalModel
from labkit.models.model_files import find_base
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.provider import Provider
from labkit.models.providers import PROVIDERS
from labkit.workspace import Scene
from tests.evaluation.scripted import ask
from tests.models.loopback import free_port

PATIENCE_S = 180.0  # a busy machine takes long to import PyTorch


@pytest.fixture(scope="module")
def folder() -> Path:
    return find_base("study")


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a server that is up."""
    port, log = free_port(), tmp_path_factory.mktemp("serve") / "log"
    words = ("serve", str(folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32")
    code = "from transformers.cli.transformers import main; main()"
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    with log.open("w") as out:
        server = subprocess.Popen([sys.executable, "-c", code, *words], stdout=out, stderr=out, env=environment)
    try:
        until = time.monotonic() + PATIENCE_S
        while not _is_up(f"http://127.0.0.1:{port}/health"):
            assert server.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


def _is_up(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def at(address: str, **settings: object) -> Provider:
    return replace(PROVIDERS["transformers"], base_url=address, **settings)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_every_row_is_asked_and_its_tokens_are_known(scene: Scene, address: str, folder: Path, stream: bool):
    run, _ = ask(scene, OpenAICompatible(at(address, max_tokens=4, stream=stream), str(folder)), limit=3)
    assert run.counts["truncated"] == 3  # by four tokens
    assert list(run.served_by) == [f"{folder}@main"]
    assert all(row.usage.completion_tokens == 4 and row.usage.prompt_tokens for row in run.rows)


def test_served_elsewhere_the_study_model_answers_as_it_does_here(scene: Scene, address: str, folder: Path):
    served, _ = ask(scene, OpenAICompatible(at(address), str(folder)), limit=3)
    here, _ = ask(scene, LocalModel("study@full@plain"), limit=3)
    assert [row.reply for row in served.rows] == [row.reply for row in here.rows]
    assert served.counts["answered"] == 3


def test_one_request_tells_that_another_model_is_served_there(scene: Scene, address: str):
    (finding,) = preflight(scene, "v1", OpenAICompatible(at(address), "Qwen/Qwen3-0.6B")).findings
    assert (finding.kind, "Server is pinned to" in finding.problem) == ("unknown_model", True)
