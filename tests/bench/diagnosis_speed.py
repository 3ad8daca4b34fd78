"""What reading errors takes: themes of 5,000 rationales, blame and suspects over 10,000 rows; and what an estimate is
worth: how often its interval holds the full run's score, and how many calls it saves."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from labkit.diagnosis import affected_rows, blame, estimate_scores, find_themes, suspect_gold
from labkit.models.definition_reader import DefinitionReader
from labkit.parsing import parse_reply
from labkit.prompts import format_prompt, prompt_sha256, render, split_sentences
from labkit.records import Definition, Example, Prediction, Prompt, Run, RunRow, Status
from labkit.scoring.tally import metric_values, tally
from labkit.workspace import Scene, open_scene
from tests.made_runs import made_run, noisy_run

TEXTS, ROWS, DRAWS = 5_000, 10_000, 10
METRICS = ("accuracy", "micro_f1", "macro_f1", "hamming_loss")
_WORDS = tuple(
    "快递 退款 坏了 包裹 客服 态度 价格 降价 差评 物流 签收 漏水 开胶 审核 银行 发票 赠品 尺码 颜色 味道".split()  # noqa: SIM905
)


def main() -> None:
    """Print seconds, then coverage and savings on the pool rows of both bundled scenes."""
    print("                                        seconds  processor s")
    rationales = _rationales()
    first, second = (_with_prompt(noisy_run(ROWS, 0.1, k, f"r{k}"), k) for k in (1, 2))
    for what, work in {
        f"themes of {TEXTS} rationales": lambda: find_themes(rationales),
        f"blame over {ROWS} rows": lambda: blame(first, second),
        f"suspect gold, 2 runs of {ROWS} rows": lambda: suspect_gold([first, second], judge_texts=False),
    }.items():
        print(f"{what:40}{_seconds(work)}")
    print("\nestimates from affected rows and 50 others, definition-reader, first sentence of one definition kept")
    print("scene              rows  asked  intervals that hold the full score")
    for name in ("weibo_service", "support_intents"):
        with TemporaryDirectory() as folder:
            print(_coverage(name, open_scene(name, Path(folder))))


def _seconds(work: Callable[[], object]) -> str:
    start, busy = time.perf_counter(), time.process_time()
    work()
    return f"{time.perf_counter() - start:6.2f}   {time.process_time() - busy:6.2f}"


def _rationales() -> list[RunRow]:
    draw = random.Random(0)
    return [
        RunRow(
            Example(f"r{k}", ("帖子",)),
            Prediction(Status.ANSWERED, (), "作者说" + "，".join(draw.choices(_WORDS[k % 4 * 5 :][:8], k=12))),
        )
        for k in range(TEXTS)
    ]


def _with_prompt(run: Run, version: int) -> Run:
    changed = run.task.labels[:2]
    words = tuple(Definition(x, f"Words of {x}, version {version if x in changed else 0}.") for x in run.task.labels)
    prompt = Prompt(f"v{version}", "Sort.", "{{posts}}", "Answer.", words)
    text, sha256 = format_prompt(prompt), prompt_sha256(prompt)
    header = replace(run.header, prompt_name=prompt.name, prompt_text=text, prompt_sha256=sha256)
    return replace(run, header=header)


def _coverage(name: str, scene: Scene) -> str:
    """For every definition, cut to its first sentence: draws of the control sample against the full run."""
    prompt, rows = scene.prompt("v2"), scene.examples("pool")
    before = _answers(scene, prompt, rows)
    held, asked = [], []
    for number, definition in enumerate(prompt.definitions):
        cut = Definition(definition.label, split_sentences(definition.text)[0])
        edited = replace(
            prompt, name="v3", definitions=(*prompt.definitions[:number], cut, *prompt.definitions[number + 1 :])
        )
        after = _answers(scene, edited, rows)
        full = metric_values(tally(after.rows, after.task).sum(axis=0))
        now = {row.example.id: row for row in after.rows}
        for seed in range(DRAWS):
            found = affected_rows(prompt, edited, scene.task, rows, [before], seed=seed)
            some = [now[row_id] for row_id in found.asked]
            estimate = estimate_scores(
                before.rows, some, found.control, found.rest, scene.task, (cut.label,), seed=seed
            )
            asked.append(len(some))
            held += [estimate.values[m].low - 1e-9 <= full[m] <= estimate.values[m].high + 1e-9 for m in METRICS]
    share = sum(held) / len(held)
    return f"{name:18}{len(rows):5}  {sum(asked) / len(asked):5.0f}  {sum(held)} of {len(held)} ({share:.3f})"


def _answers(scene: Scene, prompt: Prompt, rows: Sequence[Example]) -> Run:
    replies = DefinitionReader().answer([render(prompt, scene.task, example) for example in rows])
    read = [RunRow(e, parse_reply(reply, scene.task, e)) for e, reply in zip(rows, replies, strict=True)]
    run = made_run(read, task=scene.task)
    return replace(run, header=replace(run.header, prompt_sha256=prompt_sha256(prompt)))
