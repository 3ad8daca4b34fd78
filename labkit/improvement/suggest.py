"""From the errors of one confusion to a better definition, tried before it is offered; a person accepts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from labkit.errors import BadData, BadInput
from labkit.evaluation import Retry
from labkit.evaluation.progress import Observer
from labkit.improvement.acceptance import overtaken_by, save_change
from labkit.improvement.allowance import Allowance
from labkit.improvement.asking import shown_errors
from labkit.improvement.separating import suggest_terms
from labkit.improvement.sets import FourSets, Trouble, find_trouble, four_sets, pinned_rows
from labkit.improvement.suggested import Suggested, read_suggestion
from labkit.improvement.trial import FourSetTrial, judge_by_gold_of_now
from labkit.models import get_model
from labkit.models.base import Model
from labkit.prompts import parse_prompt
from labkit.prompts.diff import TextDiff, diff_prompts
from labkit.prompts.lint import LintFinding, lint
from labkit.records import Definition, Example, Prompt, Run, Status
from labkit.texts import say
from labkit.workspace import Scene

POOL_WORDS = "pool words"  # the suggester that needs no model
ROWS = 200  # right before, and held out: enough to see a change of 5 points (see `power`), cheap enough to ask twice
BEFORE, AFTER = "~before", "~suggested"  # behind a prompt's name: runs that are no scores, as "~" says


@dataclass(frozen=True, eq=False)
class Suggestion:
    """A changed definition and its trial.

    Args:
        scene: where it can be accepted.
        run: the run whose errors led to it.
        model: the model that answered it, and the trial.
        trouble: the confusion.
        suggester: who suggested it: a model, or "pool words".
        asked: the run that holds a model's reply; None for pool words.
        why: the suggester's words.
        before, after: the prompts; they differ in one definition.
        seen: ids of rows that the suggester has been shown.
        sets: the rows it was tried on.
        runs: the ids of the runs of both prompts over them.
        findings: what lint finds in the new prompt and not in the old one.
    """

    scene: Scene
    run: str
    model: str
    trouble: Trouble
    suggester: str
    asked: str | None
    why: str
    before: Prompt
    after: Prompt
    seen: tuple[str, ...]
    sets: FourSets
    runs: tuple[str, str]
    findings: tuple[LintFinding, ...]

    @property
    def trial(self) -> FourSetTrial:
        """What became of the four sets, by gold as it is corrected now."""
        return judge_by_gold_of_now(self.scene, self.runs, self.sets)

    @property
    def diff(self) -> TextDiff:
        """What changes, sentence by sentence."""
        found = diff_prompts(self.before, self.after)
        return next(part for part in found.definitions if part.kind != "unchanged")

    @property
    def label(self) -> str:
        """Whose definition changes."""
        return self.diff.name

    @property
    def offered(self) -> bool:
        """Whether it may be accepted: every set lets it through, and lint finds no new error."""
        return self.trial.passes and not any(finding.severity == "error" for finding in self.findings)

    @property
    def overtaken(self) -> str:
        """The version that has come since and is not in it; "" where there is none. See `overtaken_by`."""
        return overtaken_by(self.scene, self.before, self.after)

    def accept(self, message: str = "") -> Path:
        """Save it as the next version of the prompt.

        Args:
            message: what the version's message says; else where the definition came from.

        Returns:
            The new file; no version is ever overwritten.

        Raises:
            BadInput: the trial does not let it through.
        """
        if not self.offered:
            raise BadInput.told("error.suggestion.not_passed", label=self.label)
        told, where = message or self.message, {"label": self.label, "run": self.runs[1], "reason": self.message}
        return save_change(self.scene, self.after, told, **where)

    @property
    def message(self) -> str:
        """Where the definition comes from, in one line."""
        wrong = " → ".join(label or "–" for label in (self.trouble.gold, self.trouble.predicted))
        named = {"before": self.before.name, "label": self.label, "wrong": wrong}
        return say("suggestion.message", run=self.run, suggester=self.suggester, **named)


def suggest(
    scene: Scene,
    run: Run | str,
    pair: tuple[str | None, str | None],
    model: str | Model | None = None,
    *,
    rows: int = ROWS,
    max_cost: float | None = None,
    personal_data: str | None = None,
    fresh: bool = False,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Suggestion:
    """Have one definition improved from a confusion's errors, and try it on four sets of rows.

    The sets: the failing rows; rows that were right for both labels; rows that people pinned; and held-out rows that
    the suggester has not seen, nor near duplicates of what it has. Test rows are never among them. Everything that is
    asked is an ordinary run: the same call again asks nobody, and an interrupted one goes on.

    Args:
        scene: where rows, prompts and runs are.
        run: whose errors; over dev or pool rows. Its model answers the trial.
        pair: the missed label and the one answered in its place; either may be None (see `confusions`).
        model: who suggests; None for the words that part the labels in the pool rows, which needs no model.
        rows: at most so many rows right before, and so many held out.
        max_cost: money in the bar's currency for all that is asked, together.
        personal_data: as in `evaluate`.
        fresh: ask the suggester again, whatever it said before.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Raises:
        BadInput: a run over test rows, or no row confused so.
        BadData: the suggester's reply is no definition, or no unseen row is left.
        LabkitError: as `evaluate` does.
    """
    read = scene.store.load_run(run) if isinstance(run, str) else run
    trouble = find_trouble(read, *pair, kept_out=[row.id for row in scene.examples("test")])
    before = parse_prompt(read.header.prompt_text, read.header.prompt_name)
    answering = get_model(read.header.model, scene)
    asking = Allowance(scene, max_cost, personal_data, progress, retry or Retry(), counts_known=True)
    suggested, seen, asked = _suggested(asking, before, trouble, model, fresh)
    after = with_definition(before, suggested.definition)
    sets = four_sets(trouble, seen, pinned_rows(scene), scene.examples("all"), rows)
    old = asking.rows(replace(before, name=f"{before.name}{BEFORE}"), answering, sets.rows)
    new = asking.rows(replace(after, name=f"{before.name}{AFTER}"), answering, sets.rows)
    asking.tell_known()
    return Suggestion(
        scene=scene,
        run=read.id,
        model=answering.name,
        trouble=trouble,
        suggester=POOL_WORDS if model is None else asking.named(model).name,
        asked=asked,
        why=suggested.why,
        before=before,
        after=after,
        seen=tuple(row.id for row in seen),
        sets=sets,
        runs=(old.id, new.id),
        findings=new_findings(scene, before, after),
    )


def _suggested(
    asking: Allowance, prompt: Prompt, trouble: Trouble, model: str | Model | None, fresh: bool
) -> tuple[Suggested, tuple[Example, ...], str | None]:
    """The suggestion, the rows that its author has seen, and the run that holds the reply."""
    definitions: Mapping[str, Definition] = {d.label: d for d in prompt.definitions}
    if model is None:
        found, seen = suggest_terms(definitions, trouble.gold, trouble.predicted, asking.scene.examples("pool"))
        return found, seen, None
    run = asking.suggestion(prompt, asking.named(model), trouble, fresh)
    return reply_of(run, trouble, definitions), tuple(row.example for row in shown_errors(trouble)), run.id


def reply_of(run: Run, trouble: Trouble, definitions: Mapping[str, Definition]) -> Suggested:
    """What a model suggested; BadData when it suggested nothing that can be used."""
    (row,) = run.rows
    if not row.reply or row.prediction.status in (Status.TRUNCATED, Status.FILTERED):
        why = row.prediction.reason or row.error or row.prediction.status.value
        raise BadData.told("error.suggestion.none", model=run.header.model, why=why)
    return read_suggestion(row.reply, trouble.labels, definitions)


def with_definition(prompt: Prompt, definition: Definition) -> Prompt:
    """The prompt with one definition in other words; at its place, or at the end where there was none."""
    kept = [definition if d.label == definition.label else d for d in prompt.definitions]
    if prompt.definition_of(definition.label) is None:
        kept.append(definition)
    return replace(prompt, definitions=tuple(kept))


def new_findings(scene: Scene, before: Prompt, after: Prompt) -> tuple[LintFinding, ...]:
    """What lint finds in the later prompt and not in the earlier one."""
    known = {(f.rule, f.section, f.label, f.quote) for f in lint(before, scene.task, scene.rows)}
    return tuple(f for f in lint(after, scene.task, scene.rows) if (f.rule, f.section, f.label, f.quote) not in known)
