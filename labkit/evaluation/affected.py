"""`evaluate_affected`: after an edit, ask only the rows that it can affect, and estimate what all would score."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labkit.diagnosis import CONTROL, AffectedRows, ScoreEstimate, affected_rows, estimate_scores
from labkit.errors import BadData, BadInput
from labkit.evaluation.evaluate import Wishes, carry_out
from labkit.evaluation.plan import plan_rows
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.evaluation.split_runs import runs_over
from labkit.models import get_model
from labkit.models.base import Model
from labkit.prompts import parse_prompt, prompt_sha256
from labkit.records import RETRIEVED_FROM, Example, Prompt, Run, RunHeader
from labkit.scoring import score
from labkit.texts import say
from labkit.workspace import Scene

AFFECTED = "affected"  # stands in a run's header in place of a split: no score of such rows is one of a split


@dataclass(frozen=True, slots=True)
class AffectedRun:
    """What an edit did to the rows it can affect, and what that means for all of them.

    Args:
        rows: which rows were asked, and why.
        before: the run of the prompt before the edit, over all rows.
        asked: the run of the edited prompt, over the rows that were asked; of all rows where nothing could be saved.
        estimate: what a full run would score; None while rows are still open, or without gold.
    """

    rows: AffectedRows
    before: Run
    asked: Run
    estimate: ScoreEstimate | None

    @property
    def calls_saved(self) -> int:
        """Rows that were not asked."""
        return len(self.before.rows) - len(self.asked.rows)

    @property
    def fixed(self) -> tuple[str, ...]:
        """Ids of asked rows that are right only after the edit."""
        return self._changed(was=False)

    @property
    def regressed(self) -> tuple[str, ...]:
        """Ids of asked rows that were right only before it."""
        return self._changed(was=True)

    @property
    def combined(self) -> Run:
        """All rows, those that were not asked with the answers from before: to read, not to score."""
        now = {row.example.id: row for row in self.asked.rows}
        header = replace(self.asked.header, run=f"{self.asked.id}+{self.before.id}", split=AFFECTED)
        rows = (now.get(row.example.id, row) for row in self.before.rows)
        return Run(header, self.asked.task, tuple(rows))

    def _changed(self, *, was: bool) -> tuple[str, ...]:
        then = {row.example.id: row.correct for row in self.before.rows}
        return tuple(
            row.example.id for row in self.asked.rows if then[row.example.id] is was and row.correct is (not was)
        )


def evaluate_affected(
    scene: Scene,
    prompt: str | Prompt,
    before: str | Run,
    model: str | Model | None = None,
    split: str = "dev",
    *,
    control: int = CONTROL,
    seed: int = 0,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> AffectedRun:
    """Ask an edited prompt about the rows that the edit can affect and a random control sample of the others.

    A row is affected when its gold label or an earlier answer, rationale or cited definition has to do with a label
    whose definition changed; when text changed that every row is told, all are. The answers to all other rows are those
    of the run before. The result is an estimate: a score comes from `evaluate`, which takes over what was asked here.

    Args:
        scene: where rows, prompts and runs are.
        prompt: the edited prompt, or the name of one of the scene's.
        before: a finished run of the prompt before the edit, its id, or that prompt's name.
        model: the model that answered it; needed to find the run by a prompt's name, if several models were asked.
        split: where `before` is a prompt's name: the split that was asked.
        control: how many of the other rows are asked; more make the interval narrower.
        seed: the same seed draws the same rows.
        max_cost: as in `evaluate`.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Raises:
        BadInput: the prompts tell a model the same, no such run, or one whose answers cannot be taken: it is not
            finished, asked rows several times or another model, or its rows have changed.
        LabkitError: as `evaluate` does.
    """
    edited = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    asked_before = _run_before(scene, before, model, split)
    chosen = same_model(scene, asked_before, model)
    examples = filed_rows(scene, asked_before)
    first = parse_prompt(asked_before.header.prompt_text, asked_before.header.prompt_name)
    runs = [asked_before, *(run for run in runs_of(scene, first) if run.id != asked_before.id)]
    judged = [row.example for row in asked_before.rows]
    rows = affected_rows(first, edited, scene.task, judged, runs, control=control, seed=seed)
    wanted = set(rows.asked)
    some = [example for example in examples if example.id in wanted]
    called = asked_before.header.split if len(some) == len(examples) else AFFECTED
    plan = plan_rows(scene, edited, chosen, some, called)
    _require_same_pool(asked_before.header, plan.header)
    run = carry_out(scene, plan, chosen, Wishes(None, False, max_cost, personal_data, progress, retry or Retry()))
    return AffectedRun(rows, asked_before, run, _estimate(rows, asked_before, run, seed))


def _estimate(rows: AffectedRows, before: Run, asked: Run, seed: int) -> ScoreEstimate | None:
    """Rows that are still open would count as wrong, and pull the estimate down for no reason."""
    if not asked.complete or all(row.example.labels is None for row in before.rows):
        return None
    labels = rows.diff.changed_labels
    found = estimate_scores(before.rows, asked.rows, rows.control, rows.rest, before.task, labels, seed)
    if not found.exact:
        return found
    known = score(AffectedRun(rows, before, asked, None).combined).values  # nothing was estimated: this is the score
    return replace(found, values={name: known.get(name, value) for name, value in found.values.items()})


def _run_before(scene: Scene, before: str | Run, model: str | Model | None, split: str) -> Run:
    """The run whose answers stand for the rows that are not asked."""
    if isinstance(before, Run):
        found = scene.as_of_now(before)  # it may have been loaded before gold was corrected
    elif before in scene.prompt_names():
        found = _newest_of(scene, before, model, split)
    else:
        found = scene.store.load_run(before)
    if not found.complete:
        raise BadInput.told("error.affected.open_rows", found=found.id)
    if found.header.repeats > 1:
        raise BadInput.told("error.affected.asked_repeatedly", found=found.id, repeats=found.header.repeats)
    return found


def _newest_of(scene: Scene, prompt: str, model: str | Model | None, split: str) -> Run:
    """The newest run of a prompt on a split; of several models one has to be named."""
    sha256, named = prompt_sha256(scene.prompt(prompt)), model if isinstance(model, str | None) else model.name
    found: dict[str, Run] = {}

    def wanted(header: RunHeader) -> bool:
        asked = (header.prompt_sha256, header.repeats) == (sha256, 1) and named in (None, header.model)
        return asked and header.model not in found

    for run in runs_over(scene, split, wanted):
        found[run.header.model] = run
    if not found:
        asked = say("affected.prompt_with", prompt=prompt, model=named) if named else prompt
        raise BadInput.told("error.affected.no_run", asked=asked, split=split)
    if len(found) > 1:
        raise BadInput.told("error.affected.several_models", prompt=prompt, found=", ".join(sorted(found)))
    return next(iter(found.values()))


def same_model(scene: Scene, before: Run, model: str | Model | None) -> Model:
    """The model that answered before, as it is now.

    Raises:
        BadInput: another one, or the same with other parameters: its answers would be mixed with the earlier ones.
    """
    header = before.header
    named = header.model if model is None else model
    chosen = get_model(named, scene) if isinstance(named, str) else named
    if chosen.name != header.model or dict(chosen.parameters) != header.model_parameters:
        raise BadInput.told(
            "error.affected.other_model",
            header=header.run,
            model=header.model,
            model_parameters=header.model_parameters,
            chosen=chosen.name,
            parameters=dict(chosen.parameters),
        )
    return chosen


def _require_same_pool(before: RunHeader, now: RunHeader) -> None:
    """Refuse to mix answers when other examples would be fetched for rows that are told the same."""
    pools = {header.parameters[RETRIEVED_FROM] for header in (before, now) if RETRIEVED_FROM in header.parameters}
    if len(pools) > 1:
        raise BadInput.told("error.affected.pool_changed", before=before.run)


def filed_rows(scene: Scene, before: Run) -> list[Example]:
    """The run's rows as the scene's file has them, so that a later full run finds the very same requests.

    Raises:
        BadData: a row of the run is not in the scene any more, or has other posts.
    """
    filed = {example.id: example for example in scene.rows}
    for row in before.rows:
        now = filed.get(row.example.id)
        if now is None or (now.items, now.subtask) != (row.example.items, row.example.subtask):
            raise BadData.told("error.affected.row_changed", example=row.example.id[:40], before=before.id)
    asked = {row.example.id for row in before.rows}
    return [example for example in scene.rows if example.id in asked]


def runs_of(scene: Scene, prompt: Prompt) -> list[Run]:
    """Every run of a prompt, whatever model answered, the newest first."""
    sha256 = prompt_sha256(prompt)
    return [scene.store.load_run(header.run) for header in scene.store.runs() if header.prompt_sha256 == sha256]
