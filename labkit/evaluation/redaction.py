"""`redact`: take the quoted words out of the posts and ask again: does the label go?"""

from __future__ import annotations

from dataclasses import replace

from labkit.diagnosis.redaction import Redaction, judge_redaction, redacted
from labkit.errors import BadData, BadInput
from labkit.evaluation.affected import same_model
from labkit.evaluation.evaluate import Wishes, carry_out
from labkit.evaluation.plan import plan_rows
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.models.base import Model
from labkit.prompts import parse_prompt
from labkit.records import Run
from labkit.workspace import Scene

REDACTED = "redacted"  # stands in a run's header in place of a split: its posts are not those of the scene


def redact(
    scene: Scene,
    run: str | Run,
    model: str | Model | None = None,
    *,
    limit: int | None = None,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Redaction:
    """Ask a run's rows again, without the words that its answers quote as evidence.

    A label that stays does not hang on the words quoted for it; one that goes may hang on them (a test of faithfulness
    as in DeYoung et al. 2020, where it is called comprehensiveness). Neither says whether the answer was right.

    Args:
        scene: where rows and runs are.
        run: the run, or its id; finished.
        model: the model that answered it; by default the one of that name.
        limit: only the first so many of the rows that can be tested.
        max_cost: as in `evaluate`.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Raises:
        BadInput: the run still has open rows, or another model is to answer.
        BadData: no row has a quote that stands in its post.
        LabkitError: as `evaluate` does.
    """
    before = scene.store.load_run(run) if isinstance(run, str) else run
    if not before.complete:
        raise BadInput.told("error.redaction.open_rows", before=before.id)
    examples, untested = redacted(before)
    if not examples:
        raise BadData.told("error.redaction.no_quote", before=before.id)
    chosen = same_model(scene, before, model)
    prompt = parse_prompt(before.header.prompt_text, before.header.prompt_name)
    marked = replace(prompt, name=f"{prompt.name}~{REDACTED}")
    plan = plan_rows(scene, marked, chosen, list(examples.values())[:limit], REDACTED)
    after = carry_out(scene, plan, chosen, Wishes(None, False, max_cost, personal_data, progress, retry or Retry()))
    if not after.complete:
        raise BadInput.told("error.redaction.unfinished", after=after.id)
    return judge_redaction(before, after, untested)
