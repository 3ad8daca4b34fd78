"""Which definition, and which sentence of it, fixed or broke rows: two runs of one model with two prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from labkit.comparison.significance import adjust, mcnemar_p
from labkit.diagnosis.changes import LabelChanges, change_counts
from labkit.diagnosis.mentions import find_mentions
from labkit.diagnosis.row_table import row_table
from labkit.errors import BadData, BadInput
from labkit.prompts import diff_prompts, parse_prompt
from labkit.prompts.diff import PromptDiff
from labkit.prompts.partial import Grain, Piece, pieces_of
from labkit.records import Run, RunRow
from labkit.scoring.tally import answered_labels

Cause = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Blamed:
    """Rows that one cause moved.

    Args:
        pieces: the parts of the edit that can have done it: one is to blame, of several it cannot be told which, and
            with none no changed definition had to do with the row.
        fixed, broken: ids of rows with fewer, or more, wrong label decisions than before.
        moved: ids of rows answered otherwise that are as wrong as they were.
        p_value: exact McNemar (sign test) over fixed and broken, rows taken for independent.
        p_adjusted: the same, adjusted for the number of causes that are told apart (Holm, or Benjamini-Hochberg for
            more than 20).
    """

    pieces: Cause
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    moved: tuple[str, ...]
    p_value: float
    p_adjusted: float

    @property
    def rows(self) -> tuple[str, ...]:
        """All ids."""
        return (*self.fixed, *self.broken, *self.moved)


@dataclass(frozen=True, eq=False)
class Blame:
    """What an edit did, and which part of it did it.

    Args:
        before, after: the two runs.
        diff: what changed in the prompt.
        grain: whether parts are definitions or sentences.
        rows: how many rows both runs share, with gold.
        left_out: why -> rows that could not be compared: "missing", "changed", "unlabelled".
        per_label: whole rows first (label ""), then each label: fixed, regressed, still wrong, answered otherwise.
        pieces: one entry for each part of the edit, with the rows that it alone can have moved.
        together: an entry for each set of parts that cannot be told apart in some rows, the set of most rows first;
            after a rerun, the parts that moved a row only together.
        either: after a rerun, the parts of which each alone moves the row.
        elsewhere: rows answered otherwise that no changed definition had to do with.
    """

    before: Run
    after: Run
    diff: PromptDiff
    grain: Grain
    rows: int
    left_out: Mapping[str, int]
    per_label: tuple[LabelChanges, ...]
    pieces: tuple[Blamed, ...]
    together: tuple[Blamed, ...]
    either: tuple[Blamed, ...]
    elsewhere: Blamed

    @property
    def tangled(self) -> tuple[str, ...]:
        """Ids of rows of which it cannot be told which part moved them."""
        return tuple(row_id for entry in self.together for row_id in entry.rows)

    @property
    def unmoved(self) -> tuple[Piece, ...]:
        """The parts of the edit that moved no row, neither alone nor, as far as can be told, beside others."""
        moving = {piece for entry in _entries(self) if entry.rows for piece in entry.pieces}
        return tuple(piece for entry in self.pieces for piece in entry.pieces if piece not in moving)


def blame(before: Run, after: Run, by: Grain = "definition") -> Blame:
    """Find which part of an edit fixed or broke which rows.

    A row that is answered otherwise is put down to the changed definitions it has to do with: those of its gold labels,
    of either answer, of a definition cited or a label named in a rationale. With one such definition, that one is to
    blame; with several, or when text changed that every row is told, they cannot be told apart without a rerun.

    Args:
        before: the run of the earlier prompt.
        after: the run of the edited one: the same model with the same parameters.
        by: whether parts of the edit are definitions or single sentences.

    Raises:
        BadInput: other models, the same prompt, a run with repeats or open rows.
        BadData: no labelled row in common.
    """
    _check(before, after)
    table = row_table(after, before)
    pairs = {new.example.id: (old, new) for old, new in zip(table.earlier, table.rows, strict=True)}
    judged = {row_id: pair for row_id, pair in pairs.items() if pair[1].example.labels is not None}
    if not judged:
        raise BadData.told("error.blame.no_common_row", before=before.id, after=after.id)
    unlabelled = {"unlabelled": len(pairs) - len(judged)} if len(pairs) > len(judged) else {}
    diff = diff_prompts(*(parse_prompt(run.header.prompt_text, run.header.prompt_name) for run in (before, after)))
    pieces = pieces_of(diff, by)
    causes = {row_id: _causes(pair, pieces) for row_id, pair in judged.items() if _differs(*pair)}
    return _told(
        Blame(
            before=before,
            after=after,
            diff=diff,
            grain=by,
            rows=len(judged),
            left_out={**table.left_out, **unlabelled},
            per_label=change_counts(table),
            pieces=(),
            together=(),
            either=(),
            elsewhere=Blamed((), (), (), (), 1.0, 1.0),
        ),
        causes,
        {},
    )


def untangled(found: Blame, alone: Mapping[Piece, Run]) -> Blame:
    """Tell apart what one part of the edit did alone.

    Args:
        found: with rows that are tangled.
        alone: part -> a run of the earlier prompt with only this part of the edit made, over the tangled rows that have
            to do with it.

    Returns:
        Each tangled row put down to the one part that alone moves it the same way; to "either" when each of several
        does, to "together" when none does.
    """
    before, after = (_by_id(run) for run in (found.before, found.after))
    variants = {piece: _by_id(run) for piece, run in alone.items()}
    causes: dict[str, Cause] = {row_id: entry.pieces for entry in _entries(found) for row_id in entry.rows}
    either: dict[str, Cause] = {}
    for entry in found.together:
        for row_id in entry.rows:
            way = _way(before[row_id], after[row_id])
            enough = tuple(p for p in entry.pieces if _moves(p, row_id, variants, before, way))
            if len(enough) > 1:
                either[row_id] = enough
            causes[row_id] = enough if len(enough) == 1 else entry.pieces
    return _told(found, causes, either)


def _moves(
    piece: Piece, row_id: str, variants: Mapping[Piece, Mapping[str, RunRow]], before: Mapping[str, RunRow], way: int
) -> bool:
    """Whether a part alone moves a row the same way."""
    row = variants.get(piece, {}).get(row_id)
    return row is not None and _differs(before[row_id], row) and _way(before[row_id], row) == way


def _told(found: Blame, causes: Mapping[str, Cause], either: Mapping[str, Cause]) -> Blame:
    """The blame in which rows have these causes."""
    before, after = (_by_id(run) for run in (found.before, found.after))

    def entry(pieces: Cause, rows: Iterable[str]) -> Blamed:
        return _blamed(pieces, rows, lambda row_id: _way(before[row_id], after[row_id]))

    settled = {row_id: cause for row_id, cause in causes.items() if row_id not in either}
    alone = [
        entry((piece,), [row_id for row_id, cause in settled.items() if cause == (piece,)])
        for piece in pieces_of(found.diff, found.grain)
    ]
    adjusted = adjust([one.p_value for one in alone])
    return replace(
        found,
        pieces=tuple(replace(one, p_adjusted=p) for one, p in zip(alone, adjusted, strict=True)),
        together=_grouped({row_id: cause for row_id, cause in settled.items() if len(cause) > 1}, entry),
        either=_grouped(either, entry),
        elsewhere=entry((), [row_id for row_id, cause in settled.items() if not cause]),
    )


def _grouped(causes: Mapping[str, Cause], entry: Callable[[Cause, Iterable[str]], Blamed]) -> tuple[Blamed, ...]:
    rows: dict[Cause, list[str]] = {}
    for row_id, cause in causes.items():
        rows.setdefault(cause, []).append(row_id)
    return tuple(entry(cause, rows[cause]) for cause in sorted(rows, key=lambda cause: -len(rows[cause])))


def _entries(found: Blame) -> Sequence[Blamed]:
    return (*found.pieces, *found.together, *found.either, found.elsewhere)


def _blamed(pieces: Cause, rows: Iterable[str], way: Callable[[str], int]) -> Blamed:
    ways = {row_id: way(row_id) for row_id in rows}
    fixed, broken, moved = (tuple(row_id for row_id, found in ways.items() if found == one) for one in (1, -1, 0))
    p_value = mcnemar_p(len(fixed), len(broken))
    return Blamed(pieces, fixed, broken, moved, p_value, p_value)


def _way(before: RunRow, after: RunRow) -> int:
    """1 when a row has fewer wrong label decisions than before, -1 when it has more, 0 when it has as many.

    A row without an answer is more wrong than any answer, as in the Hamming loss of `score`.
    """
    first, second = (_wrong(row) for row in (before, after))
    return (first > second) - (first < second)


def _wrong(row: RunRow) -> float:
    if row.prediction.status.value != "answered":
        return float("inf")
    return len(answered_labels(row) ^ set(row.example.labels or ()))


def _differs(before: RunRow, after: RunRow) -> bool:
    return (before.prediction.status, answered_labels(before)) != (after.prediction.status, answered_labels(after))


def _causes(pair: tuple[RunRow, RunRow], pieces: Sequence[Piece]) -> Cause:
    """The parts of an edit that a row has to do with; shared text has to do with every row."""
    labels = tuple(dict.fromkeys(piece.label for piece in pieces if piece.label))
    touched = set(pair[0].example.labels or ())
    for row in pair:
        answer = row.prediction
        touched |= {
            *answer.labels,
            answer.definition or "",
            *(m.label for m in find_mentions(answer.rationale, labels)),
        }
    return tuple(piece for piece in pieces if not piece.label or piece.label in touched)


def _by_id(run: Run) -> dict[str, RunRow]:
    return {row.example.id: row for row in run.rows}


def _check(before: Run, after: Run) -> None:
    first, second = before.header, after.header
    if (first.model, first.model_parameters) != (second.model, second.model_parameters):
        raise BadInput.told(
            "error.blame.other_model", before=before.id, after=after.id, model=first.model, model2=second.model
        )
    if first.prompt_sha256 == second.prompt_sha256:
        raise BadInput.told("error.blame.same_prompt", before=before.id, after=after.id)
    for run in (before, after):
        if run.header.repeats > 1:
            raise BadInput.told("error.run.asked_repeatedly", run=run.id, repeats=run.header.repeats)
        if not run.complete:
            raise BadInput.told("error.run.open_rows", run=run.id)
