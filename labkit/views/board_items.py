"""Items of the adjudication queue as a page shows them: personal data masked, hidden characters visible, texts cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from labkit.adjudication.item import Item
from labkit.adjudication.ruling import Labels, Ruling
from labkit.adjudication.standing import Standing
from labkit.privacy import mask_texts
from labkit.prompts import render_definition
from labkit.prompts.hidden import visible
from labkit.records import Prompt, Status, Task
from labkit.texts import listed, say
from labkit.views.markup import cut, short
from labkit.workspace.unclear import flagged_by

if TYPE_CHECKING:
    from labkit.adjudications import Adjudication, State
    from labkit.records import Example

FULL_LIMIT = 20_000  # characters of one post of an opened item; what is cut is counted
_LINE = 160  # characters of a post in the list
_ROWS = 12  # copies shown in full; of a post copied ten thousand times more would say nothing


def definitions_shown(prompt: Prompt | None, task: Task) -> list[str]:
    """What each label means, in the task's order; "" for a label that has only its name."""
    return [_definition(prompt, label, task) for label in task.labels]


def item_line(work: Adjudication, item: Item, state: State) -> dict[str, Any]:
    """An item in the list."""
    return {
        "id": item.id,
        "kind": say(f"adjudication.kind.{item.kind}"),
        "state": state,
        "said": say(f"adjudication.state.{state}"),
        "post": visible(cut(_masked(" ".join(work.text(item).split()), work), _LINE)[0]),
        "labels": [short(label) for label in item.labels],
    }


def item_in_full(work: Adjudication, item: Item, standing: Standing, *, bare: bool = False) -> dict[str, Any]:
    """An item as somebody decides it; what models and, before both have spoken, other people said is not in it.

    Args:
        work: the queue as one annotator works through it.
        item: one of its items.
        standing: what was decided of it.
        bare: whether personal data is shown as it stands, because somebody asked for it.
    """
    rows, places = work.rows(item), work.scene.task.labels.index
    masked = rows[:_ROWS] if bare else [_without_personal_data(row, work) for row in rows[:_ROWS]]
    verdict = standing.verdict
    return {
        "id": item.id,
        "kind": say(f"adjudication.kind.{item.kind}"),
        "state": work.state(item.id, {item.id: standing}),
        "reasons": [visible(reason) for reason in item.reasons],
        "rows": [_row(row) for row in masked],
        "masked": list(masked) != list(rows[:_ROWS]),
        "more": max(0, len(rows) - _ROWS),
        "carried": [[_labels(labels), count] for labels, count in Counter(row.labels for row in rows).most_common()],
        "current": [places(label) for label in rows[0].labels or ()] if _alike(rows) else None,
        "question": [places(label) for label in item.labels],
        "unclear": [places(label) for label in flagged_by(work.scene, item.rows, work.annotator)],
        "allowed": [places(label) for label in _allowed(work.scene.task, rows)],
        "sides": [_side(vote) for vote in standing.votes.values()] if standing.disputed else [],
        "verdict": in_words(verdict) if verdict else "",
    }


def model_votes(work: Adjudication, item: Item) -> list[dict[str, Any]]:
    """What models answered to the rows of an item, for whoever asks for it."""
    told = [(row, run, asked) for row in item.rows[:_ROWS] for run, asked in work.answers(row)]
    return [
        {
            "row": visible(row) if len(item.rows) > 1 else "",
            "model": short(f"{run.header.prompt_name} · {run.header.model}"),
            "labels": _labels(asked.prediction.labels),
            "status": _status(asked.prediction.status),
            "rationale": visible(cut(_masked(asked.prediction.rationale, work), FULL_LIMIT)[0]),
        }
        for row, run, asked in told
    ]


def in_words(ruling: Ruling) -> str:
    """What somebody decided, in a few words."""
    if ruling.action != "relabel":
        return say(f"adjudication.action.{ruling.action}")
    return say("adjudication.action.relabel", labels=listed(map(short, ruling.labels)) or say("gold.none"))


def _definition(prompt: Prompt | None, label: str, task: Task) -> str:
    definition = prompt.definition_of(label) if prompt else None
    if definition is None:
        return ""
    return visible(render_definition(definition, task.language).partition(f"- {label}: ")[2])


def _without_personal_data(row: Example, work: Adjudication) -> Example:
    *items, note = mask_texts((*row.items, row.note or ""), work.scene.task.language)
    return replace(row, items=tuple(items), note=note or row.note)


def _masked(text: str, work: Adjudication) -> str:
    return mask_texts((text,), work.scene.task.language)[0]


def _row(row: Example) -> dict[str, Any]:
    texts = [cut(post, FULL_LIMIT) for post in row.items]
    posts = [[visible(text), left_out] for text, left_out in texts]
    return {"id": visible(row.id), "labels": _labels(row.labels), "posts": posts, "note": visible(row.note or "")}


def _labels(labels: Labels) -> list[str] | None:
    return None if labels is None else [short(label) for label in labels]


def _alike(rows: Sequence[Example]) -> bool:
    return bool(rows) and rows[0].labels is not None and len({frozenset(row.labels or ()) for row in rows}) == 1


def _allowed(task: Task, rows: Sequence[Example]) -> list[str]:
    """Labels that every row of the item may carry."""
    return [label for label in task.labels if all(label in task.labels_of(row.subtask) for row in rows)]


def _side(vote: Ruling) -> dict[str, str]:
    return {"who": visible(vote.who), "said": in_words(vote), "reason": visible(vote.reason)}


def _status(status: Status) -> str:
    return "" if status is Status.ANSWERED else say(f"status.{status}")
