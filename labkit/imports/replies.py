"""An answer made elsewhere as the reply that a run keeps, so that it is read by the same parser as every other."""

from __future__ import annotations

import json

from labkit.imports.answers import Answer
from labkit.imports.known_labels import labels_only
from labkit.parsing import parse_reply
from labkit.records import Example, Prediction, Reply, RunRow, Status, Task

_ERROR_CHARACTERS = 500


def read_answer(answer: Answer, example: Example, task: Task, repeat: int) -> RunRow:
    """A run's row from an answer; its prediction is what the stored reply will be read as.

    A text in which the parser finds an answer stays as it is. One that is nothing but labels, or whose labels stand in
    a column of their own, becomes an answer object with what was written beside it, under "written".

    Args:
        answer: belongs to the example.
        example: the row.
        task: the scene's.
        repeat: which asking of the row this is.
    """
    if answer.error is not None:
        error = " ".join(answer.error.split())[:_ERROR_CHARACTERS]
        return RunRow(example, Prediction(Status.FAILED, reason=error), attempts=1, error=error, repeat=repeat)
    text, rationale = _reply_text(answer, example, task)
    reply = Reply(text, b"", answer.finish_reason)
    return RunRow(
        example=example,
        prediction=parse_reply(reply, task, example),
        reply=text,
        finish_reason=answer.finish_reason,
        attempts=1,
        latency_s=answer.latency_s,
        usage=answer.usage,
        repeat=repeat,
        served_by=answer.served_by,
        reasoning="\n\n".join(filter(None, (answer.reasoning, rationale))),
    )


def _reply_text(answer: Answer, example: Example, task: Task) -> tuple[str, str]:
    """The reply, and the rationale where the reply does not hold it."""
    text = answer.text if answer.text.strip() else ""
    read = parse_reply(Reply(text, b"", answer.finish_reason), task, example)
    if answer.as_read or read.status not in (Status.UNPARSED, Status.BLANK):
        return text, answer.rationale
    allowed = task.labels_of(example.subtask)
    labels = answer.labels
    for written in (answer.extracted, text) if labels is None else ():
        labels = labels if labels is not None else labels_only(written or "", allowed)
    if labels is None:
        return text, answer.rationale
    return _answer_object(labels, answer.rationale, text), ""


def _answer_object(labels: tuple[str, ...], rationale: str, written: str) -> str:
    answer: dict[str, object] = {"rationale": rationale} if rationale else {}
    answer["labels"] = list(labels)
    if (written,) != labels:
        answer["written"] = written
    return json.dumps(answer, ensure_ascii=False)
