"""An export for GGUF read by llama.cpp itself; skipped, with the reason, where it is not there.

It needs llama.cpp's source in $LLAMA_CPP, and the packages llama-cpp-python (0.3.36 was there) and sentencepiece.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from labkit.models.chat_format import chat_messages, render_chat
from labkit.models.local.loading import load_tokenizer
from labkit.prompts import render
from labkit.training import TrainingJob
from labkit.training.exporting import export_model
from labkit.workspace import Scene

# The converter knows tokenizers by what they make of a text. It is told that ours, made for a single model, parts
# words as GPT-2's does, which is so.
CONVERT = """
import runpy, sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/gguf-py"]
import conversion.base
conversion.base.TextModel.get_vocab_base_pre = lambda self, tokenizer: "gpt-2"
sys.argv = ["convert_hf_to_gguf.py", sys.argv[2], "--outfile", sys.argv[3], "--outtype", "f16"]
runpy.run_path(sys.path[0] + "/convert_hf_to_gguf.py", run_name="__main__")
"""
SOURCE = os.environ.get("LLAMA_CPP", "")
pytestmark = [
    pytest.mark.training,
    pytest.mark.skipif(
        not SOURCE or find_spec("llama_cpp") is None,
        reason="no llama.cpp: name its source in LLAMA_CPP, and install llama-cpp-python and sentencepiece",
    ),
]
OPENING = '{"labels": ["'  # of an answer; what comes next is the label


def test_llama_cpp_has_the_same_tokens_and_logits_as_the_merged_model(
    finished: TrainingJob, scene_of_jobs: Scene, tmp_path: Path
):
    import torch
    from llama_cpp import Llama
    from transformers import AutoModelForCausalLM

    export_model(finished, folder := tmp_path / "merged", "gguf")
    file = folder / "short-f16.gguf"
    subprocess.run([sys.executable, "-c", CONVERT, SOURCE, str(folder), str(file)], check=True, capture_output=True)
    tokenizer, task, prompt = load_tokenizer(folder, side="left"), scene_of_jobs.task, scene_of_jobs.prompt("short")
    merged = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    converted = Llama(str(file), n_ctx=1024, verbose=False)
    apart = []
    for example in scene_of_jobs.examples("dev"):
        text = render_chat(chat_messages(render(prompt, task, example).messages, tokenizer), tokenizer) + OPENING
        tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
        assert converted.tokenize(text.encode(), add_bos=False, special=True) == tokens
        converted.reset()
        converted.eval(tokens)
        theirs = np.ctypeslib.as_array(converted._ctx.get_logits(), shape=(converted.n_vocab(),))
        with torch.no_grad():
            ours = merged(torch.tensor([tokens])).logits[0, -1].numpy()
        apart.append(float(np.abs(theirs - ours).max()))
        assert ours.std() > 0.1
    assert len(apart) == 16
    assert max(apart) < 1e-3  # weights in f16; the same model in bf16 is 3e-3 off
