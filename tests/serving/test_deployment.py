"""What a deployment writes is made from the release, runs where it can run here, and is refused where it must be."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from labkit.errors import BadInput, ModelRefused
from labkit.releases import release_history
from labkit.serving import write_deployment
from labkit.training.gguf import ollama_name
from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.cli.conftest import labkit as labkit
from tests.serving.served import Served, release_of
from tests.serving.vllm_like import VllmLike
from tests.tiny_model import build_tiny_model


def asked(folder: Path, server: Served, *posts: str) -> Any:
    """What client.py prints, run as a program of its own."""
    known = {"LABKIT_BASE_URL": str(server.said["address"]), "LABKIT_API_KEY": str(server.said["token"])}
    command = [sys.executable, str(folder / "client.py"), *posts]
    done = subprocess.run(command, env=os.environ | known, capture_output=True, check=True, timeout=120)
    return json.loads(done.stdout)


def test_the_written_client_gets_what_the_gated_run_answered(scene: Scene, tmp_path: Path):
    run, _ = release_of(scene, "v2")
    found = write_deployment(scene, tmp_path / "out")
    assert found.kind == "labkit"
    assert set(found.files) == {"Dockerfile", "client.json", "client.py", "prompt.md", "task.yaml"}
    with Served(scene.path) as server:
        for row in run.rows[:2]:
            said = asked(found.path, server, *row.example.items)
            assert (said["status"], said["labels"]) == (row.prediction.status, list(row.prediction.labels))
    assert "labkit[serve]=" in (found.path / "Dockerfile").read_text("utf-8")
    words = (found.path / "Dockerfile").read_text("utf-8").splitlines()[-1].removeprefix("CMD ")
    assert json.loads(words)[:6] == ["python", "-m", "labkit", "serve", "/scene", "--release"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("a base") / "tiny base")


@pytest.fixture(scope="module")
def adapter(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    folder = tmp_path_factory.mktemp("jobs") / "first" / "adapter"
    model = AutoModelForCausalLM.from_pretrained(base)
    get_peft_model(model, LoraConfig(r=24, target_modules="all-linear", task_type="CAUSAL_LM")).save_pretrained(folder)
    return folder


def commands(script: Path) -> list[list[str]]:
    """The commands of a script, word by word, as a shell would part them."""
    lines = (line for line in script.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return [shlex.split(line) for line in lines]


def test_a_tuned_model_gets_vllm_with_its_lora_and_the_call_that_loads_the_next(
    scene: Scene, base: Path, adapter: Path, tmp_path: Path
):
    release_of(scene, "v2", f"local/{base}@full+{adapter}")
    found = write_deployment(scene, tmp_path / "out")
    assert found.kind == "vllm"
    assert {"vllm.sh", "ollama.sh", "Dockerfile", "client.py"} <= set(found.files)
    _, allowed, serve, load, unload, proof = commands(found.path / "vllm.sh")
    assert allowed == ["export", "VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"]
    options = dict(pairwise(serve))
    assert serve[:3] == ["vllm", "serve", str(base.resolve())]
    assert options["--max-lora-rank"] == "32"  # the least that holds rank 24
    assert "--enable-lora" in serve
    assert options["--generation-config"] == "vllm"  # what came with the base was not measured
    assert options["--max-loras"] == "2"  # the next one is loaded beside this one
    assert "--quantization" not in serve
    lora = json.loads(options["--lora-modules"])
    client = json.loads((found.path / "client.json").read_text("utf-8"))
    assert lora == {"name": client["model"], "path": str(adapter.resolve()), "base_model_name": "tiny-r1-base"}
    body = json.loads(load[load.index("-d") + 1])
    assert body == {"lora_name": "tiny-r1", "lora_path": str(adapter.resolve())}
    assert unload[4].endswith("/v1/unload_lora_adapter")
    assert json.loads(unload[unload.index("-d") + 1]) == {"lora_name": "NAME_BEFORE"}  # never the one just loaded
    assert proof[-1] == "vllm/tiny-r1"
    assert commands(found.path / "ollama.sh")[0][:6] == ["python", "-m", "labkit", "model", "export", str(scene.path)]
    docker = (found.path / "Dockerfile").read_text("utf-8")
    assert str(base) not in docker.replace("# docker", "")
    words = json.loads(docker.splitlines()[-1].removeprefix("ENTRYPOINT "))
    assert words[2] == "/models/base"
    assert json.loads(words[words.index("--lora-modules") + 1])["path"] == "/models/adapter"


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_the_written_calls_load_the_release_at_run_time_and_the_client_asks_it(
    scene: Scene, base: Path, adapter: Path, tmp_path: Path
):
    release_of(scene, "v2", f"local/{base}@full+{adapter}")
    folder = write_deployment(scene, tmp_path / "out").path
    load, unload = (line for line in (folder / "vllm.sh").read_text("utf-8").splitlines() if line.startswith("curl"))
    said = json.dumps({"rationale": "说到快递", "labels": ["物流"]}, ensure_ascii=False)
    with VllmLike("tiny-r1-base", "a key", said) as server:
        server.models["tiny-r0"] = "the release before"
        for call in (load, unload.replace("NAME_BEFORE", "tiny-r0")):
            words = call.replace(":8000", f":{server.port}") + " --fail-with-body"
            known = os.environ | {"VLLM_API_KEY": "a key"}
            subprocess.run(["bash", "-c", words], env=known, check=True, capture_output=True, timeout=60)
        assert server.models == {"tiny-r1-base": "", "tiny-r1": str(adapter.resolve())}
        known = {"LABKIT_BASE_URL": f"http://127.0.0.1:{server.port}/v1", "LABKIT_API_KEY": "a key"}
        command = [sys.executable, str(folder / "client.py"), "快递五天没动静"]
        done = subprocess.run(command, env=os.environ | known, capture_output=True, check=True, timeout=120)
        assert json.loads(done.stdout) == {"status": "answered", "labels": ["物流"], "rationale": "说到快递"}
        (body,) = server.bodies
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("tiny-r1", 0, 512)
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    assert "快递五天没动静" in body["messages"][-1]["content"]


@pytest.mark.parametrize(
    "names", [("模型", "微调"), ("base", "base-jobs"), ('a "base', "a 'job"), ("jobs", "jobs/base")]
)
def test_a_container_reads_the_mounted_folders_whatever_they_are_called_here(
    scene: Scene, base: Path, adapter: Path, tmp_path: Path, names: tuple[str, str]
):
    here, tuned = (tmp_path / name for name in names)
    shutil.copytree(base, here)
    shutil.copytree(adapter, tuned / "adapter")
    release_of(scene, "v2", f"local/{here}@full+{tuned / 'adapter'}")
    found = write_deployment(scene, tmp_path / "out")
    words = json.loads((found.path / "Dockerfile").read_text("utf-8").splitlines()[-1].removeprefix("ENTRYPOINT "))
    assert words[2] == "/models/base"
    assert json.loads(words[words.index("--lora-modules") + 1])["path"] == "/models/adapter"
    assert words[words.index("--host") + 1] == "0.0.0.0"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"use_dora": True}, "use_dora"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
        ({"r": 1024}, "rank 1024"),
    ],
)
def test_an_adapter_that_vllm_does_not_serve_is_refused(
    scene: Scene, adapter: Path, tmp_path: Path, change: dict[str, Any], problem: str
):
    from labkit.serving.deployment import _rank

    config = json.loads((adapter / "adapter_config.json").read_text("utf-8"))
    (tmp_path / "adapter_config.json").write_text(json.dumps(config | change), "utf-8")
    with pytest.raises(ModelRefused, match=problem):
        _rank(scene, tmp_path)


def test_what_would_answer_otherwise_elsewhere_stays_with_labkit(scene: Scene, base: Path, tmp_path: Path):
    release_of(scene, "v2", f"local/{base}@full@labels")
    found = write_deployment(scene, tmp_path / "out")
    assert (found.kind, len(found.notes)) == ("labkit", 1)
    assert "vllm.sh" not in found.files
    docker = (found.path / "Dockerfile").read_text("utf-8")
    assert "labkit[serve,train]" in docker
    assert f"{base}:{base}:ro" in shlex.split(docker.splitlines()[0])


def test_a_model_that_changed_and_a_folder_that_is_there_are_refused(labkit: Command, scene: Scene, tmp_path: Path):
    code, _, err = labkit("deploy", scene.path, "--out", tmp_path / "out")
    assert code == 2
    assert "Nothing has been released" in err
    release_of(scene, "v2", "linear")
    code, out, _ = labkit("deploy", scene.path, "--out", tmp_path / "out", "--json")
    assert (code, json.loads(out)["kind"]) == (0, "labkit")
    with pytest.raises(BadInput, match="is there already"):
        write_deployment(scene, tmp_path / "out")
    assert release_history(scene).current is not None
    with pytest.raises(BadInput, match="There is no release 'r7'"):
        write_deployment(scene, tmp_path / "new", "r7")
    assert not (tmp_path / "new").exists()


def test_scenes_of_other_scripts_are_not_served_under_one_name():
    names = {ollama_name(f"{scene}-r1") for scene in ("微博客服", "售后工单", "weibo_service", "客服A", "客服B")}
    assert len(names) == 5
    assert ollama_name("weibo_service-r1") == "weibo_service-r1"
    assert all(name.isascii() and name == name.lower() for name in names)
