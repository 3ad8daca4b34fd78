"""A scene's runs made of plain values: models of any kind, skill and price, for tests of the memo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from labkit.costs import Price, PriceList
from labkit.decision import Memo, Terms, memo
from labkit.records import Bar, Run, Split, Task, Usage
from labkit.scoring import Interval
from tests.made_runs import made_row, made_run

LABELS = ("a", "b", "c", "d")
TODAY = date(2026, 11, 26)
BAR = Bar("accuracy", 0.8, monthly_volume=100_000, monthly_budget=5000.0, currency="CNY", latency_p95_s=2.0)
TASK = Task("made", LABELS, bar=BAR)
READER, LINEAR = "definition-reader", "linear"
GPT, KIMI, QWEN, LLAMA, TUNED = "openai/gpt", "moonshot/kimi", "local/qwen", "local/llama", "local/qwen+mine"
PRICES = PriceList(
    {
        GPT: Price(20.0, 80.0, "CNY", date=date(2026, 11, 1), source="the price page"),
        KIMI: Price(4.0, 16.0, "CNY", date=date(2026, 11, 1), source="the price page"),
    }
)  # 28 and 5.6 CNY for 1,000 posts of 1,000 prompt and 100 completion tokens


def exactly(amount: float) -> Interval:
    """An amount that is sure."""
    return Interval(amount, amount, amount)


def measured(
    model: str, skill: float, *, rows: int = 300, split: Split = "dev", prompt: str = "v1", seconds: float = 0.5
) -> Run:
    """A run that is right on the share `skill` of its rows, evenly spread; a better model is right where a worse is."""
    made = []
    for k in range(rows):
        gold, right = LABELS[k % 4], (k * 37) % 100 < 100 * skill
        row = made_row(f"{split}{k:04d}", [gold], [gold if right else LABELS[(k + 1) % 4]], split=split)
        made.append(replace(row, usage=Usage(1000, 0, 100), attempts=1, latency_s=seconds))
    return made_run(made, f"{model}-{prompt}-{split}-{rows}", TASK, prompt=prompt, model=model, split=split)


FLOORS = (measured(READER, 0.4), measured(LINEAR, 0.5))


def decided(runs: Sequence[Run], terms: Terms | None = None, **bar: object) -> Memo:
    """The memo about some runs and the two floors, with some fields of the bar changed."""
    task = replace(TASK, bar=replace(BAR, **bar))
    return memo(task, [*runs, *FLOORS], terms or Terms(PRICES), today=TODAY)


def rules(memo_: Memo) -> list[str]:
    """The rules that spoke, the deciding one first."""
    return [said.key.removeprefix("memo.") for said in (*memo_.reasons, *memo_.missing, *memo_.risks)]
