"""A trained model on its way to llama.cpp and Ollama, on the command line; test_llama_cpp.py has llama.cpp read it."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from labkit.cli import main
from labkit.errors import ModelRefused
from labkit.models.chat_format import chat_messages, render_chat
from labkit.models.local.loading import load_tokenizer
from labkit.prompts import render
from labkit.training import TrainingJob
from labkit.training.gguf import modelfile, ollama_name
from labkit.workspace import Scene


@pytest.mark.training
def test_an_export_for_gguf_is_a_parity_checked_model_with_its_commands_and_modelfile(
    finished: TrainingJob,
    scene_of_jobs: Scene,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    out = tmp_path / "for ollama"
    command = ["labkit", "model", "export", str(scene_of_jobs.path), finished.name, "--to", "gguf", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", [*command, "--json"])
    with pytest.raises(SystemExit) as left:
        main()
    told = json.loads(capsys.readouterr().out)
    assert not left.value.code
    assert told["same"] == told["rows"] == 16
    assert {"config.json", "model.safetensors", "tokenizer.json", "Modelfile", "to_gguf.sh"} <= {
        path.name for path in out.iterdir()
    }
    script = (out / "to_gguf.sh").read_text(encoding="utf-8")
    assert [line for line in script.splitlines() if line and not line.startswith("#")] == told["commands"]
    words = [shlex.split(line) for line in told["commands"]]
    assert words[0][1:] == ["$LLAMA_CPP/convert_hf_to_gguf.py", ".", "--outfile", "short-f16.gguf", "--outtype", "f16"]
    assert words[3] == ["ollama", "create", "short", "-f", "Modelfile"]
    assert words[4][-1] == "ollama/short"
    assert (out / "Modelfile").read_text(encoding="utf-8").startswith("FROM ./short-f16.gguf\n")


def test_the_modelfile_renders_a_chat_exactly_as_it_was_trained(tiny_base: Path, trainable: Scene):
    tokenizer = load_tokenizer(tiny_base, side="left")
    text = modelfile("mine", tokenizer, 512)
    (template,) = re.findall(r'TEMPLATE """(.*?)"""', text, re.DOTALL)
    for example in trainable.examples("dev"):
        messages = chat_messages(render(trainable.prompt("v2"), trainable.task, example).messages, tokenizer)
        system, user = (message["content"] for message in messages)
        filled = template.replace("{{ .System }}", system).replace("{{ .Prompt }}", user)
        assert (tokenizer.bos_token or "") + filled == render_chat(messages, tokenizer)
    assert f'PARAMETER stop "{tokenizer.eos_token}"' in text.splitlines()
    assert "PARAMETER num_ctx 512" in text.splitlines()


def test_a_template_that_no_modelfile_can_hold_is_refused(tiny_base: Path):
    tokenizer = load_tokenizer(tiny_base, side="left")
    tokenizer.chat_template = '"""' + tokenizer.chat_template
    with pytest.raises(ModelRefused, match="chat template cannot be said in a Modelfile"):
        modelfile("mine", tokenizer, 512)


@pytest.mark.parametrize(
    ("name", "called"),
    [("first", "first"), ("Tour 1", "tour-1"), ("a$(rm)", "a-rm"), ("../x", "x"), ("$", "labkit-model")],
)
def test_a_name_is_one_that_ollama_and_a_shell_take(name: str, called: str):
    assert ollama_name(name) == called


def test_names_of_other_scripts_that_keep_the_same_letters_stay_two():
    """What is left of 微博 Tour-1 and of 知乎 Tour-1 is the same; a hash of the whole name tells them apart."""
    called = {name: ollama_name(name) for name in ("微博 Tour-1", "知乎 Tour-1", "Tour-1", "退款", "物流")}
    assert len(set(called.values())) == len(called)
    assert called["微博 Tour-1"].startswith("tour-1-")
    assert called["退款"].startswith("labkit-model-")
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in called.values())
