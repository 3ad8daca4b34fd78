"""Local models behind shared prompts: one copy of the prefix against plain `generate`, and the study model's speed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labkit.models.local import LocalModel
from labkit.models.local.generation import generate_plainly
from labkit.models.local.loaded import LoadedModel, Row
from labkit.models.local.loading import few_threads
from labkit.prompts import render
from labkit.records import Definition, Example, Prompt, Request, Task
from labkit.workspace import open_scene
from labkit.workspace.bundled import bundled_scenes
from tests.tiny_model import build_tiny_model

Ask = Callable[[Sequence[Row]], Iterator[tuple[list[int], list[Any], float]]]

ROWS, TOGETHER, PLAIN_TOGETHER, ROUNDS = 64, 32, 16, 2
STUDY_ROWS = 256
COMPARED = 16  # rows whose labels are decided upon both ways, which is slow the plain way
PROMPT_TOKENS, POST_TOKENS, ANSWER_TOKENS = 1000, 60, 30
LABELS = ("物流", "退款", "质量", "客服", "价格", "活动", "售后", "其他")
WORDS = "快递慢退款久质量差客服凶价格高活动假包裹丢了又来催说好赔到现在没人管真的生气"


def main() -> None:
    """Print rows a second of either way, for answers of 30 tokens and for labels alone; then the study model's."""
    with TemporaryDirectory() as place:
        folder = build_model(Path(place) / "model")
        plain = LoadedModel.load(folder, None, "full", shares=False)
        shared = LoadedModel.load(folder, None, "full", shares=True)
        rows = plain.read(requests(plain))
        plain.ends = shared.ends = frozenset({-1})  # a model that learnt nothing would stop anywhere
        with few_threads(shared.model):
            print_table(plain, shared, [replace(row, budget=ANSWER_TOKENS) for row in rows])
    print_study_model()


def build_model(folder: Path) -> Path:
    """A random Qwen3 of 9 million parameters, behind the tokenizer of the tests."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    build_tiny_model(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 256, "intermediate_size": 768, "num_hidden_layers": 6, "head_dim": 64}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2}
    model = Qwen3ForCausalLM(Qwen3Config(vocab_size=8000, max_position_embeddings=4096, **sizes, **heads))
    model.save_pretrained(folder)
    return folder


def requests(loaded: LoadedModel) -> list[Request]:
    """Rendered rows whose system message and posts have about the tokens asked for."""
    dice = random.Random(0)
    task = Task("bench", LABELS, language="zh", item="微博")

    def text(tokens: int) -> str:
        found = ""
        while len(loaded.tokenizer(found)["input_ids"]) < tokens:
            found += dice.choice(WORDS)
        return found

    share = PROMPT_TOKENS // len(LABELS) - 25  # what frames the definitions takes the rest
    definitions = tuple(Definition(label, text(share)) for label in LABELS)
    prompt = Prompt("bench", "分类。", "{{posts}}", "回答。", definitions, rationale="none")
    return [render(prompt, task, Example(f"r{k}", (text(POST_TOKENS - 30),))) for k in range(ROWS)]


def print_table(plain: LoadedModel, shared: LoadedModel, rows: Sequence[Row]) -> None:
    lengths = sorted(len(row.ids) for row in rows)
    print(f"{ROWS} rows, prompts of {lengths[0]} to {lengths[-1]} tokens; fp32 on {plain.model.device.type}")
    print(f"{'':34}{'plain generate':>16}{'one copy':>12}{'faster':>8}   same")
    long = both(lambda: answers(plain, rows, ANSWER_TOKENS), lambda: batches(shared.generate, rows))
    same = sum(a[:ANSWER_TOKENS] == b for a, b in zip(*long[2:], strict=True))
    print_line(f"answers of {ANSWER_TOKENS} tokens, rows/s", long, f"{same}/{ROWS} answers")
    short = both(lambda: answers(plain, rows, 1), lambda: batches(shared.decide, rows))
    other = batches(plain.decide, rows[:COMPARED])
    same = sum(a.labels == b.labels for a, b in zip(short[3], other, strict=False))
    print_line(f"probabilities of {len(LABELS)} labels, rows/s", short, f"{same}/{COMPARED} labels")


def answers(loaded: LoadedModel, rows: Sequence[Row], budget: int) -> list[list[int]]:
    """By transformers' own `generate`, so many rows at once."""
    found: list[list[int]] = []
    for k in range(0, ROWS, PLAIN_TOGETHER):
        ids = [row.ids for row in rows[k : k + PLAIN_TOGETHER]]
        found += generate_plainly(loaded.model, ids, budget, loaded.ends, loaded.tokenizer.pad_token_id)
    return found


def batches(
    ask: Callable[[Sequence[Row]], Iterator[tuple[list[int], list[Any], float]]], rows: Sequence[Row]
) -> list[Any]:
    """As `evaluate` asks: call after call."""
    found: dict[int, Any] = {}
    for start in range(0, len(rows), TOGETHER):
        for numbers, given, _ in ask(rows[start : start + TOGETHER]):
            found.update((start + k, one) for k, one in zip(numbers, given, strict=True))
    return [found[k] for k in range(len(rows))]


def both(plain: Callable[[], list[Any]], shared: Callable[[], list[Any]]) -> tuple[float, float, list[Any], list[Any]]:
    """Seconds of either way, the best of some turns, and what they answered."""
    times: tuple[list[float], list[float]] = ([], [])
    found: list[list[Any]] = [[], []]
    for _ in range(ROUNDS):
        for k, way in enumerate((plain, shared)):
            began = time.perf_counter()
            found[k] = way()
            times[k].append(time.perf_counter() - began)
    return min(times[0]), min(times[1]), found[0], found[1]


def print_line(what: str, measured: tuple[float, float, list[Any], list[Any]], same: str) -> None:
    plain, shared, *_ = measured
    print(f"{what:34}{ROWS / plain:>16.1f}{ROWS / shared:>12.1f}{plain / shared:>7.1f}x   {same}")


def print_study_model() -> None:
    """Posts of each bundled scene a second, those of dev first, asked with v2 as `evaluate` asks."""
    print("\nlocal/study@full, posts/s over v2: labels alone, with a rationale")
    for name in bundled_scenes():
        scene = open_scene(name)
        examples = [*scene.examples("dev"), *scene.examples("pool")][:STUDY_ROWS]
        asked = [render(scene.prompt("v2"), scene.task, example) for example in examples]
        speeds = [posts_per_second(LocalModel(f"study@full@{how}"), asked) for how in ("labels", "json")]
        print(f"{name:34}{speeds[0]:>16.1f}{speeds[1]:>12.1f}")


def posts_per_second(model: LocalModel, requests: Sequence[Request]) -> float:
    model.answer(requests[:2])  # loads it, and computes the prefix
    began = time.perf_counter()
    for start in range(0, len(requests), model.batch_size):
        model.answer(requests[start : start + model.batch_size])
    return len(requests) / (time.perf_counter() - began)
