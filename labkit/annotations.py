"""Step 3: how far the people who label agree, in a scene or in a table of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labkit.adjudication.standing import votes_of
from labkit.curation.annotator_agreement import AnnotatorAgreement, Vote, annotator_agreement
from labkit.errors import BadData
from labkit.tables.votes_file import read_votes
from labkit.texts import Phrase
from labkit.workspace import Scene


def agreement(
    what: Scene | str | Path, *, id: str | None = None, annotator: str | None = None, labels: Sequence[str] = ()
) -> AnnotatorAgreement:
    """Work out how far annotators agree.

    Args:
        what: a scene whose decisions hold annotations, or a table: a row per vote, or a column per annotator.
        id: the column of row ids; guessed when None.
        annotator: the column of names, in a table with a row per vote; guessed when None.
        labels: the column of labels, or one column per annotator.

    Raises:
        BadData: no two annotators labelled the same row, or the table cannot be read.
    """
    votes = (
        scene_votes(what) if isinstance(what, Scene) else read_votes(what, id=id, annotator=annotator, labels=labels)
    )
    known = what.task.labels if isinstance(what, Scene) else sorted({label for vote in votes for label in vote.labels})
    found = annotator_agreement(votes, known)
    if not found.rows:
        raise BadData.told("error.annotations.one_each", votes=_votes_in_words(votes), place=_place(what))
    return found


def _votes_in_words(votes: Sequence[Vote]) -> Phrase:
    annotators = len({vote.annotator for vote in votes})
    return (
        Phrase("annotations.by", {"votes": len(votes), "people": annotators}) if votes else Phrase("annotations.none")
    )


def _place(what: Scene | str | Path) -> Phrase | str:
    """Where annotations were looked for."""
    return (
        Phrase("annotations.place", {"file": what.path / "decisions.jsonl"}) if isinstance(what, Scene) else str(what)
    )


def scene_votes(scene: Scene) -> tuple[Vote, ...]:
    """What annotators said: decisions of the kind "annotate", and of the queue what each said before it was settled."""
    said = [decision for decision in scene.decisions() if decision.get("kind") == "annotate"]
    annotated = [Vote(str(d["id"]), str(d["who"]), frozenset(map(str, d.get("to") or ()))) for d in said]
    return (*annotated, *votes_of(scene.standings()))
