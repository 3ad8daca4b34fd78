"""Where local models come from: a folder asks nobody, caches are found as they lie, a mirror only if it is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.errors import ModelUnreachable
from labkit.models.model_files import find_base
from tests.models.hub_server import HubServer
from tests.tiny_model import build_tiny_model

ID = "Qwen/Qwen3-0.1B"
NO_NETWORK = """
import sys
def guard(event, args):
    if event.startswith("socket."):
        raise SystemExit(f"the network was touched: {event}")
sys.addaudithook(guard)
from labkit.models import get_model
from labkit.records import Message, Request
model = get_model("local/" + sys.argv[1])
model.check()
(reply,) = model.answer([Request("1", (Message("system", "s"), Message("user", "hi")))])
print("answered", reply.finish_reason)
"""
FIND = "import sys; from labkit.models.model_files import find_base; print(find_base(sys.argv[1]))"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("hubs") / "model")


def python(code: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Another process, which takes its environment as it is given, with the hub allowed and not said to be offline."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "LABKIT_ALLOW"))}
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=kept | variables, check=False
    )


def test_a_local_folder_touches_no_network_even_when_the_hub_is_allowed(folder: Path):
    done = python(NO_NETWORK, str(folder), LABKIT_ALLOW_HUB="1")
    assert (done.returncode, done.stdout.split()[:1]) == (0, ["answered"]), done.stderr[-500:]


def test_the_guard_of_the_test_above_does_guard(tmp_path: Path):
    done = python(NO_NETWORK, ID, LABKIT_ALLOW_HUB="1", HF_HOME=str(tmp_path), HF_ENDPOINT="http://127.0.0.1:9")
    assert (done.returncode, "the network was touched" in done.stderr) == (1, True)


def test_a_mirror_is_asked_and_nobody_else(folder: Path, tmp_path: Path):
    with HubServer(ID, folder) as mirror:
        settings = {"HF_HOME": str(tmp_path), "HF_ENDPOINT": mirror.url, "HF_HUB_DISABLE_XET": "1"}
        silent = python(FIND, ID, **settings)
        assert ("LABKIT_ALLOW_HUB=1" in silent.stderr, mirror.asked) == (True, [])
        done = python(FIND, ID, LABKIT_ALLOW_HUB="1", **settings)
        assert done.returncode == 0, done.stderr[-2000:]
        found = Path(done.stdout.strip())
        assert (found / "model.safetensors").read_bytes() == (folder / "model.safetensors").read_bytes()
        before = list(mirror.asked)
        again = python(FIND, ID, **settings)
        assert (again.stdout, mirror.asked) == (done.stdout, before)


def test_a_mirror_that_has_no_such_model_is_named(folder: Path, tmp_path: Path):
    with HubServer(ID, folder) as mirror:
        done = python(FIND, "a/b", LABKIT_ALLOW_HUB="1", HF_HOME=str(tmp_path), HF_ENDPOINT=mirror.url)
    assert (done.returncode, f"not to be had from {mirror.url}" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    "lies",
    [
        "models/Qwen--Qwen3-0.1B/snapshots/master",
        "models/Qwen/Qwen3-0___1B",
        "hub/models/Qwen/Qwen3-0___1B",
        "hub/Qwen/Qwen3-0___1B",
        "Qwen/Qwen3-0.1B",
    ],
)
def test_what_modelscope_has_downloaded_is_found_as_it_lies(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lies: str
):
    monkeypatch.setenv("HOME", str(tmp_path))
    shutil.copytree(folder, tmp_path / ".cache" / "modelscope" / lies)
    assert find_base(ID) == tmp_path / ".cache" / "modelscope" / lies
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "elsewhere"))
    with pytest.raises(ModelUnreachable):
        find_base(ID)


def test_a_download_that_is_not_whole_and_names_that_climb_are_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache" / "models" / "Qwen" / "Qwen3-0___1B").mkdir(parents=True)
    (tmp_path / "config.json").write_text("{}")
    for name in (ID, "models/..", "../models", ".git/model", "Qwen/Qwen3\n", "a/b/c"):
        with pytest.raises(ModelUnreachable):
            find_base(name)
