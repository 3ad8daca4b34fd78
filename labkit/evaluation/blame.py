"""`untangle`: ask the few rows again of which it cannot be told which part of an edit moved them."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.diagnosis import Blame, untangled
from labkit.evaluation.affected import AFFECTED, filed_rows, same_model
from labkit.evaluation.evaluate import Wishes, carry_out
from labkit.evaluation.plan import plan_rows
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.models.base import Model
from labkit.prompts import parse_prompt
from labkit.prompts.partial import Piece, with_piece
from labkit.records import Prompt, Run
from labkit.workspace import Scene

_ONLY = "~only-"  # a variant's name holds "~", so it stands in no ranking, like every probe


@dataclass(frozen=True, slots=True)
class Rerun:
    """One prompt to ask a few rows with.

    Args:
        piece: the part of the edit that it makes.
        prompt: the earlier prompt with this part of the edit alone.
        rows: ids of the tangled rows that have to do with it.
    """

    piece: Piece
    prompt: Prompt
    rows: tuple[str, ...]


def plan_reruns(found: Blame) -> tuple[Rerun, ...]:
    """What has to be asked to tell the tangled rows' causes apart; the calls are the sum of all `rows`."""
    before, after = (
        parse_prompt(run.header.prompt_text, run.header.prompt_name) for run in (found.before, found.after)
    )
    pieces = dict.fromkeys(piece for entry in found.together for piece in entry.pieces)
    return tuple(
        Rerun(
            piece,
            with_piece(before, after, found.diff, piece, f"{after.name}{_ONLY}{piece.label or 'shared'}-{k}"),
            tuple(row_id for entry in found.together if piece in entry.pieces for row_id in entry.rows),
        )
        for k, piece in enumerate(pieces, 1)
    )


def untangle(
    scene: Scene,
    found: Blame,
    model: str | Model | None = None,
    *,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Blame:
    """Ask the tangled rows again, once with each part of the edit alone, and put each row down to what moves it.

    Args:
        scene: where rows and runs are.
        found: what `blame` found.
        model: the model that answered both runs; by default the one of that name.
        max_cost: money that each rerun may cost, as in `evaluate`.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Returns:
        The blame with fewer tangled rows; the same when nothing was tangled, and then nobody is asked.

    Raises:
        LabkitError: as `evaluate` does; what was answered is kept, and the same again goes on.
    """
    reruns = plan_reruns(found)
    if not reruns:
        return found
    chosen = same_model(scene, found.before, model)
    wishes = Wishes(None, False, max_cost, personal_data, progress, retry or Retry())
    return untangled(found, {rerun.piece: _ask(scene, found, rerun, chosen, wishes) for rerun in reruns})


def _ask(scene: Scene, found: Blame, rerun: Rerun, model: Model, wishes: Wishes) -> Run:
    wanted = set(rerun.rows)
    rows = [example for example in filed_rows(scene, found.before) if example.id in wanted]
    return carry_out(scene, plan_rows(scene, rerun.prompt, model, rows, AFFECTED), model, wishes)
