"""The way of a merged model to llama.cpp and Ollama: their own commands and a Modelfile, written from the export.

Nothing is converted here. llama.cpp's converter reads the folder's safetensors and tokenizer; since 2026 Ollama
converts no safetensors itself and takes the GGUF. The converter knows tokenizers by a hash of what they make of a text:
those of Qwen, Llama and their like, but none that was made for a single model, such as `study`'s.

Of the commands the converter's has been run, on small Qwen3 models with such a tokenizer: it refused the tokenizer,
and told how that parts words it wrote all tensors. llama.cpp itself (as of llama-cpp-python 0.3.36) then has the same
tokens, and logits within 3e-4 (`tests/training/test_llama_cpp.py`). Quantisation and Ollama have not been run.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labkit.errors import ModelRefused
from labkit.models.chat_format import TEMPLATE_OPTIONS, chat_messages, render_chat
from labkit.models.model_files import read_config
from labkit.records import Message, sha256_of

COMMANDS_FILE, MODELFILE = "to_gguf.sh", "Modelfile"
_SYSTEM, _PROMPT = "labkitsystemlabkit", "labkitpromptlabkit"  # words that no chat template holds
_HASHED = 6  # digits of a hash in a name
_CONTEXT = 8192  # tokens; Ollama's own default cuts a prompt with definitions


def write_gguf_recipe(folder: Path, name: str, tokenizer: Any) -> tuple[str, ...]:
    """Write commands and Modelfile into the folder of a merged model.

    Args:
        folder: a merged model, as `export_model` writes it.
        name: what the model will be called.
        tokenizer: the model's.

    Returns:
        The commands, in their order; `to_gguf.sh` holds them too.

    Raises:
        ModelRefused: the chat template cannot be said in Ollama's words.
    """
    context = min(int(read_config(folder).get("max_position_embeddings") or _CONTEXT), _CONTEXT)
    called = ollama_name(name)
    steps = _steps(called, context)
    (folder / COMMANDS_FILE).write_text(_script(steps), encoding="utf-8")
    (folder / MODELFILE).write_text(modelfile(called, tokenizer, context), encoding="utf-8")
    return tuple(steps.values())


def modelfile(called: str, tokenizer: Any, context: int) -> str:
    """Ollama's Modelfile: the chat exactly as the model was trained on it, greedy, ended by its own end token.

    Args:
        called: the model's name at Ollama.
        tokenizer: the model's; its chat template is rendered once around a system and a user message.
        context: tokens that fit into the model.

    Raises:
        ModelRefused: the template holds what a Modelfile cannot.
    """
    messages = chat_messages((Message("system", _SYSTEM), Message("user", _PROMPT)), tokenizer)
    text = render_chat(messages, tokenizer).removeprefix(tokenizer.bos_token or "")  # llama.cpp puts it there itself
    if '"""' in text or "{{" in text or text.count(_SYSTEM) != 1 or text.count(_PROMPT) != 1:
        raise ModelRefused.told("error.model_export.template")
    template = text.replace(_SYSTEM, "{{ .System }}").replace(_PROMPT, "{{ .Prompt }}")
    lines = [
        f"FROM ./{called}-f16.gguf",
        f'TEMPLATE """{template}"""',
        f"PARAMETER stop {json.dumps(tokenizer.eos_token, ensure_ascii=False)}",
        "PARAMETER temperature 0",
        "PARAMETER repeat_penalty 1",  # older Ollamas and a converted file may bring another
        f"PARAMETER num_ctx {context}",
    ]
    return "\n".join(lines) + "\n"


def ollama_name(name: str) -> str:
    """A name that Ollama takes: small letters, digits, "-", "_" and ".".

    A name of other scripts keeps what it has of these, and a hash, so that two of them stay two.
    """
    plain = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "labkit-model"
    return plain if name.isascii() else f"{plain}-{sha256_of(name)[:_HASHED]}"


def _steps(called: str, context: int) -> Mapping[str, str]:
    """What is done -> the command that does it, to be run in the model's folder."""
    full, small = f"{called}-f16.gguf", f"{called}-q4_k_m.gguf"
    thinking = f" --chat-template-kwargs {shlex.quote(json.dumps(TEMPLATE_OPTIONS))}" if TEMPLATE_OPTIONS else ""
    return {
        "llama.cpp's converter: one file of all; it refuses a tokenizer that it does not know, such as study's": (
            f'python "$LLAMA_CPP/convert_hf_to_gguf.py" . --outfile {full} --outtype f16'
        ),
        "smaller, and another model: measure it before it is released": (
            f'"$LLAMA_CPP/build/bin/llama-quantize" {full} {small} Q4_K_M'
        ),
        "either llama.cpp's server": (
            f'"$LLAMA_CPP/build/bin/llama-server" -m {full} --jinja{thinking} --repeat-penalty 1 -c {context}'
            " --host 127.0.0.1 --port 8080"
        ),
        "or Ollama": f"ollama create {called} -f {MODELFILE}",
        "and in labkit: the same rows, the same comparison": (
            f"python -m labkit evaluate DIR --prompt PROMPT --model ollama/{called}"
        ),
    }


def _script(steps: Mapping[str, str]) -> str:
    """The commands to read and to copy; a server and a choice stand among them, so that nothing runs by itself."""
    head = "# Run these one by one in this folder; LLAMA_CPP is where llama.cpp was cloned and built.\n"
    return head + "".join(f"\n# {what}\n{command}\n" for what, command in steps.items())
