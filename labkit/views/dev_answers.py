"""What the dev rows were answered during a training: the base's answer beside the adapter's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labkit.parsing import parse_reply
from labkit.records import Example, Reply, Status, Task
from labkit.texts import say
from labkit.views.markup import render_template

MOST = 60  # rows on the screen; what is left out is stated
_RIGHT, _WRONG = "✓", "✗"


@dataclass(frozen=True, slots=True)
class AnsweredRow:
    """One dev row, answered twice.

    Args:
        id: the row's.
        gold: its labels.
        base, tuned: what was answered, each run of blanks as one.
        base_mark, tuned_mark: whether that is right, as a sign.
    """

    id: str
    gold: str
    base: str
    tuned: str
    base_mark: str
    tuned_mark: str


def answered_rows(
    task: Task, examples: Sequence[Example], base: Mapping[str, str], tuned: Mapping[str, str]
) -> list[AnsweredRow]:
    """Both answers to each row, those first on which one is right and the other wrong.

    Args:
        task: what an answer may be.
        examples: the dev rows, with gold labels.
        base: row's id -> what the base answered; a row that is missing was not answered.
        tuned: the same of the adapter.
    """
    found = [_row(task, example, base.get(example.id, ""), tuned.get(example.id, "")) for example in examples]
    return sorted(found, key=lambda row: row.base_mark == row.tuned_mark)


def answers_html(rows: Sequence[AnsweredRow], step: int) -> str:
    """A table of answered rows, as HTML; texts of models are escaped."""
    heads = [say(f"answers.{name}") for name in ("row", "gold", "base", "tuned")]
    fixed = sum(row.base_mark == _WRONG and row.tuned_mark == _RIGHT for row in rows)
    broken = sum(row.base_mark == _RIGHT and row.tuned_mark == _WRONG for row in rows)
    title = say("answers.title", step=step, rows=len(rows), fixed=fixed, broken=broken)
    left = say("answers.left", rows=len(rows) - MOST) if len(rows) > MOST else ""
    return render_template(
        "piece.html", piece="dev_answers.html", say=say, title=title, heads=heads, rows=rows[:MOST], left=left
    )


def _row(task: Task, example: Example, base: str, tuned: str) -> AnsweredRow:
    gold = say("page.comma").join(example.labels or ()) or say("label.none")
    marks = (_mark(task, example, base), _mark(task, example, tuned))
    return AnsweredRow(example.id, gold, " ".join(base.split()), " ".join(tuned.split()), *marks)


def _mark(task: Task, example: Example, answer: str) -> str:
    found = parse_reply(Reply(answer, answer.encode("utf-8", "replace")), task, example)
    is_right = found.status is Status.ANSWERED and set(found.labels) == set(example.labels or ())
    return _RIGHT if is_right else _WRONG
