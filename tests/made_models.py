"""Four models over the same Chinese posts, two of them paid: runs for tests of what is shown side by side."""

from __future__ import annotations

import random
from collections.abc import Sequence

from labkit.costs import Price, PriceList
from labkit.records import Bar, Example, Prediction, Run, RunRow, Status, Task, Usage
from tests.made_runs import made_run

LABELS = ("物流", "退款", "质量", "客服")
SHARES = (0.3, 0.3, 0.2, 0.03)  # of the posts that carry each label; the last one is rare
MODELS = ("definition-reader", "linear", "openai/gpt", "moonshot/kimi")
ERRORS = (0.3, 0.22, 0.1, 0.12)
TASK = Task(
    name="models",
    labels=LABELS,
    language="zh",
    item="微博",
    multi_label=True,
    allow_none=True,
    bar=Bar("macro_f1", 0.85, {"退款": 0.9}, monthly_volume=200_000, monthly_budget=3000, latency_p95_s=2.0),
)
PRICES = PriceList(
    {
        "openai/gpt": Price(14, 56, "CNY", cached_input=3.5),
        "moonshot/kimi": Price(4, 16, "CNY", cached_input=1, batch_input=2, batch_output=8),
    }
)


def model_runs(prompts: Sequence[str] = ("v2",) * 4, task: Task = TASK, rows: int = 200) -> list[Run]:
    """One run per model, the better the dearer.

    Args:
        prompts: each run's prompt name.
        task: of four labels.
        rows: how many examples.
    """
    examples = _examples(task, rows)
    return [
        made_run(_answers(examples, task, k), f"run-{k}", task, prompt=prompts[k], model=model)
        for k, model in enumerate(MODELS)
    ]


def _examples(task: Task, rows: int) -> list[Example]:
    draw = random.Random(0)
    gold = [
        [label for label, share in zip(task.labels, SHARES, strict=True) if draw.random() < share] for _ in range(rows)
    ]
    return [
        Example(
            id=f"w{k:04d}",
            items=tuple(f"第{k}条微博,说的是{'与'.join(gold[k]) or '别的'}。" * (1 + k % 4) for _ in range(1 + k % 3)),
            labels=tuple(gold[k]),
            split="dev",
            note=("反讽", None, "多标签")[k % 3],
            time=f"2026-0{1 + k % 4}-03",
        )
        for k in range(rows)
    ]


def _answers(examples: Sequence[Example], task: Task, k: int) -> list[RunRow]:
    draw, is_paid = random.Random(k + 1), "/" in MODELS[k]
    return [
        RunRow(
            example,
            Prediction(
                Status.ANSWERED,
                tuple(label for label in task.labels if (label in example.labels) != (draw.random() < ERRORS[k] / 2)),
                f"理由{example.id}",
            ),
            attempts=1,
            latency_s=0.3 + draw.expovariate(2) if is_paid else 0.004,
            usage=Usage(900, 700, 20 + draw.randrange(20)) if is_paid else Usage(),
        )
        for example in examples
    ]
