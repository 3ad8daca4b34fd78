"""What bf16 does to a local model's labels: rows that share a prefix, beside plain `generate` in other company."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from labkit.models.local import LocalModel, loading
from labkit.parsing import parse_reply
from labkit.prompts import render
from labkit.workspace import Scene, open_scene

MODEL, SCENE, PROMPT, ROWS = "study@full", "weibo_service", "short", 140
Labels = list[tuple[str, ...]]


def main() -> None:
    """Print in how many rows the labels are those of plain `generate` with 32 rows together."""
    with TemporaryDirectory() as place:
        os.environ["LABKIT_WORKSPACE"] = place
        scene = open_scene(SCENE)
        exact = ask(scene, f"{MODEL}@plain", 32)
        with in_bf16():
            plain = ask(scene, f"{MODEL}@plain", 32)
            others = {
                "bf16, rows share one prefix": ask(scene, MODEL, 32),
                "bf16, plain, 5 rows together": ask(scene, f"{MODEL}@plain", 5),
                "fp32, plain, 32 rows together": exact,
            }
    print(f"{MODEL} on {len(plain)} rows of {SCENE}: same labels as in bf16, plain, 32 rows together")
    for name, labels in others.items():
        same = sum(a == b for a, b in zip(labels, plain, strict=True))
        print(f"{name:34}{same:>5} of {len(plain)}{100 * same / len(plain):>8.1f} %")


@contextmanager
def in_bf16() -> Iterator[None]:
    """A CPU computes in fp32 unless it is told otherwise."""
    import torch

    before = loading.device_and_dtype
    loading.device_and_dtype = lambda: (before()[0], torch.bfloat16)
    try:
        yield
    finally:
        loading.device_and_dtype = before


def ask(scene: Scene, model: str, together: int) -> Labels:
    """The labels of dev's first rows, so many asked at once."""
    rows, answering = scene.examples("dev", limit=ROWS), LocalModel(model)
    found: Labels = []
    for k in range(0, len(rows), together):
        part = rows[k : k + together]
        replies = answering.answer([render(scene.prompt(PROMPT), scene.task, row) for row in part])
        found += [parse_reply(reply, scene.task, row).labels for reply, row in zip(replies, part, strict=True)]
    return found
