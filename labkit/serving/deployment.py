"""For production traffic: what vLLM, Ollama or a container need to serve a release, and a client, as files."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.errors import BadInput, ModelRefused
from labkit.models import get_model
from labkit.models.chat_format import LONGEST_ANSWER, TEMPLATE_OPTIONS
from labkit.models.local import LocalModel
from labkit.models.model_files import read_adapter_record
from labkit.models.openai_compatible import OpenAICompatible
from labkit.prompts import parse_prompt
from labkit.releases import Release, changed_settings, gated_run
from labkit.serving.client_source import CLIENT
from labkit.serving.ports import HOST
from labkit.serving.server import USUAL_PORT, wanted_release
from labkit.tables.atomic import appearing_folder
from labkit.texts import Phrase, say
from labkit.training.gguf import ollama_name
from labkit.version import __version__
from labkit.workspace import task_to_yaml

if TYPE_CHECKING:
    from labkit.workspace import Scene

_PORT = 8000  # vLLM's own
_RANKS = (16, 32, 64, 128, 256, 320, 512)  # those that vLLM takes for --max-lora-rank
_ADAPTERS = "2"  # while the next release is loaded both are there; with one place one would push out the other
_KEY = "LABKIT_API_KEY"  # the variable that a client reads


@dataclass(frozen=True, slots=True)
class Deployment:
    """What was written.

    Args:
        path: the folder.
        kind: who serves it: "vllm", "provider" for an API that is there already, "labkit" for all else.
        files: their names.
        notes: what these files cannot promise, a sentence each.
    """

    path: Path
    kind: str
    files: tuple[str, ...]
    notes: tuple[str, ...]


def write_deployment(scene: Scene, target: str | Path, release: str = "current") -> Deployment:
    """Write what serves a release in production, made from its record; nothing is started and no weights are copied.

    A local model gets the vLLM commands with its LoRA, the call that loads the next one at run time, a Dockerfile, and
    with an adapter the way to Ollama; an API model its address; any other a container of `labkit serve`. All get
    `client.py`, which asks by the `openai` client with the released prompt, and reads answers as labkit does.

    Args:
        scene: whose release.
        target: a folder that is not there yet.
        release: "current", or the id of one.

    Returns:
        What was written, and what it cannot promise.

    Raises:
        BadInput: the target is there, nothing is released, its run is gone, or the model has changed since its gate.
        UnknownName: there is no such release.
        ModelRefused: the adapter is of a form that vLLM does not serve.
    """
    folder, found = Path(target), wanted_release(scene, release)
    if folder.exists():
        raise BadInput.told("error.deploy.exists", folder=folder)
    run = gated_run(scene, found)
    model = get_model(found.model, scene)
    changed = changed_settings(run.header.model_parameters, model.parameters)
    if changed:
        raise BadInput.told("error.deploy.changed", model=found.model, release=found.id, changed=changed)
    kind, files, asked, notes = _serving_of(scene, found, model)
    client = {"release": found.id, "masked": run.header.masked, "key": _KEY, **asked}
    files |= {
        "client.json": json.dumps(client, ensure_ascii=False, indent=1) + "\n",
        "client.py": CLIENT,
        "prompt.md": found.prompt_text,
        "task.yaml": task_to_yaml(run.task),
    }
    with appearing_folder(folder) as temporary:
        for name, text in files.items():
            (temporary / name).write_text(text, encoding="utf-8", newline="")
    return Deployment(folder, kind, tuple(sorted(files)), notes)


Served = tuple[str, dict[str, str], dict[str, Any], tuple[str, ...]]


def _serving_of(scene: Scene, release: Release, model: object) -> Served:
    """Who serves it, the files for that, how a client asks, and what is not promised."""
    is_plain = parse_prompt(release.prompt_text, release.prompt_name).retrieved == 0
    if isinstance(model, OpenAICompatible):
        return "provider", {}, _provider_client(release), ()
    if isinstance(model, LocalModel) and is_plain and release.parameters.get("decoding") == "greedy":
        return _vllm(scene, release, model)
    only_here = say("deploy.only_here")
    notes = (only_here,) if isinstance(model, LocalModel) else ()
    client = {"base_url": f"http://{HOST}:{USUAL_PORT}/v1", "model": "current", "asked": {"temperature": 0}}
    return "labkit", {"Dockerfile": _own_dockerfile(release, model)}, client, notes


def _provider_client(release: Release) -> dict[str, Any]:
    known = dict(release.parameters)
    asked = {name: known[name] for name in ("temperature", "max_tokens") if known.get(name) is not None}
    _, _, name = release.model.partition("/")
    return {"base_url": known["base_url"], "model": name, "asked": asked}


def _vllm(scene: Scene, release: Release, model: LocalModel) -> Served:
    base = model.base_folder
    called = ollama_name(f"{scene.path.name}-{release.id}")
    adapter = model.adapter_folder
    notes = [say("deploy.not_run")]
    files: dict[str, str] = {}
    options = ["--quantization", "bitsandbytes"] if release.parameters.get("precision") == "nf4" else []
    if adapter:
        options += ["--enable-lora", "--max-lora-rank", str(_rank(scene, adapter)), "--max-loras", _ADAPTERS]
        job = adapter.resolve().parent.name
        files["ollama.sh"] = _ollama_script(scene, job, called)
        trained = read_adapter_record(adapter).quantization
        if trained == "nf4":
            notes.append(say("deploy.quantised"))
    here = _vllm_words(called, str(base.resolve()), str(adapter.resolve()) if adapter else None, HOST)
    # the container's port is published on loopback
    inside = _vllm_words(called, "/models/base", "/models/adapter" if adapter else None, "0.0.0.0")  # noqa: S104
    files["vllm.sh"] = _vllm_script([*here, *options], called, adapter, release)
    files["Dockerfile"] = _vllm_dockerfile([*inside, *options], is_tuned=adapter is not None)
    extra = {"extra_body": {"chat_template_kwargs": TEMPLATE_OPTIONS}}
    asked = {"temperature": 0, "max_tokens": LONGEST_ANSWER, **extra}
    client = {"base_url": f"http://{HOST}:{_PORT}/v1", "model": called, "asked": asked}
    return "vllm", files, client, tuple(notes)


def _vllm_words(called: str, base: str, adapter: str | None, host: str) -> list[str]:
    """The command that serves the folders base and adapter, as they are called where it runs."""
    words = ["vllm", "serve", base, "--host", host, "--port", str(_PORT)]
    words += ["--generation-config", "vllm"]  # not the base's own sampling: a repetition penalty was not measured
    words += ["--served-model-name", f"{called}-base" if adapter else called]
    if adapter:
        lora = {"name": called, "path": adapter, "base_model_name": f"{called}-base"}
        words += ["--lora-modules", json.dumps(lora)]
    return words


def _rank(scene: Scene, adapter: Path) -> int:
    """The least --max-lora-rank that vLLM takes for an adapter.

    Raises:
        ModelRefused: it is none that vLLM serves.
    """
    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    named = [name for name in ("use_dora", "modules_to_save") if config.get(name)]
    ranks = (config.get("r"), *(config.get("rank_pattern") or {}).values())
    rank = max((r for r in ranks if isinstance(r, int)), default=0)
    if named or not 0 < rank <= _RANKS[-1]:
        raise ModelRefused.told(
            "error.deploy.adapter",
            form=named or Phrase("deploy.rank", {"rank": rank}),
            scene=scene.path,
            job=adapter.resolve().parent.name,
        )
    return next(known for known in _RANKS if known >= rank)


def _vllm_script(words: list[str], called: str, adapter: Path | None, release: Release) -> str:
    lines = [
        "# Run these one by one; a proxy with TLS and its own tokens belongs in front of it.",
        "export VLLM_API_KEY=${VLLM_API_KEY:?choose a key}",
    ]
    if adapter:
        lines += ["# lets the next release be loaded while this one answers; whoever has the key may load adapters"]
        lines += ["export VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"]
    lines += [shlex.join(words)]
    if adapter:
        lines += ["", "# or, where vLLM serves the release before: this one without a restart, then that one goes"]
        lines += [_call("load_lora_adapter", {"lora_name": called, "lora_path": str(adapter.resolve())})]
        lines += [_call("unload_lora_adapter", {"lora_name": "NAME_BEFORE"})]
    ask = ["python", "-m", "labkit", "evaluate", "DIR", "--prompt", release.prompt_name, "--model", f"vllm/{called}"]
    lines += ["", "# the proof: the same rows through the same evaluate, to be compared with the gated model's run"]
    lines += ['# (models.toml names the key: [vllm], key = "env:VLLM_API_KEY")', shlex.join(ask)]
    return "\n".join(lines) + "\n"


def _call(what: str, body: Mapping[str, str]) -> str:
    words = ["curl", "-sS", "-X", "POST", f"http://{HOST}:{_PORT}/v1/{what}", "-H", "Content-Type: application/json"]
    return f'{shlex.join(words)} -H "Authorization: Bearer $VLLM_API_KEY" -d {shlex.quote(json.dumps(body))}'


def _vllm_dockerfile(words: list[str], *, is_tuned: bool) -> str:
    """The weights are mounted, so that an image holds no model; paths inside are fixed, whatever they are here."""
    mounts = ["-v", "BASE_FOLDER:/models/base:ro", *(["-v", "ADAPTER_FOLDER:/models/adapter:ro"] if is_tuned else [])]
    # vLLM's processes share memory with each other, for which a container's own 64 MB do not do
    run = ["docker", "run", "--gpus", "all", "--ipc=host", "-p", f"{HOST}:{_PORT}:{_PORT}", "-e", "VLLM_API_KEY"]
    run += [*mounts, "IMAGE"]
    return (
        f"# {shlex.join(run)}\n"
        "# pin the image to the version that was measured\n"
        "ARG VLLM_IMAGE=vllm/vllm-openai:latest\n"
        "FROM ${VLLM_IMAGE}\n"
        f"ENTRYPOINT {json.dumps(words, ensure_ascii=False)}\n"
    )


def _own_dockerfile(release: Release, model: object) -> str:
    """Weights are mounted where they lie here: the release names them by their path."""
    words = ["python", "-m", "labkit", "serve", "/scene", "--release", release.id, "--port", str(USUAL_PORT)]
    run = ["docker", "run", "--network", "host", "-e", "LABKIT_SERVE_TOKEN", "-v", "SCENE_FOLDER:/scene"]
    if isinstance(model, LocalModel):
        folders = [folder.absolute() for folder in (model.base_folder, model.adapter_folder) if folder]
        run += ["--gpus", "all", *(word for folder in folders for word in ("-v", f"{folder}:{folder}:ro"))]
    extras = "serve,train" if isinstance(model, LocalModel) else "serve"
    return (
        f"# {shlex.join([*run, 'IMAGE'])}\n"
        "# where no index has labkit: docker build --build-arg LABKIT=ADDRESS_OF_ITS_WHEEL\n"
        "FROM python:3.11-slim\n"
        f'ARG LABKIT="labkit[{extras}]=={__version__}"\n'
        'RUN pip install --no-cache-dir "${LABKIT}"\n'
        f"CMD {json.dumps(words)}\n"
    )


def _ollama_script(scene: Scene, job: str, called: str) -> str:
    export = ["python", "-m", "labkit", "model", "export", str(scene.path), job, "--to", "gguf", "--out", called]
    return (
        "# Ollama takes one GGUF: the merged model, scored again before it is written, with its Modelfile beside it.\n"
        f"{shlex.join(export)}\n"
        f"# then the commands in {shlex.quote(called + '/to_gguf.sh')}\n"
    )
