"""`preflight`: one request that finds what would fail, before a thousand are sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from labkit.errors import BadData, LabkitError, MissingExtra, MissingKey, ModelBusy, ModelError, ModelUnreachable
from labkit.evaluation.consent import as_sent
from labkit.evaluation.evaluate import classify
from labkit.evaluation.findings import Finding, findings_in
from labkit.evaluation.known import open_requests
from labkit.evaluation.plan import plan_file
from labkit.evaluation.retry import Retry, Verdict
from labkit.models import get_model
from labkit.models.base import Model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.response_format import response_format
from labkit.prompts import render
from labkit.records import Example, Prompt, Reply, Request, Usage
from labkit.texts import say
from labkit.workspace import Scene

_TRIED_ON = ("dev", "pool", "traffic")  # never on test rows: those are kept for decisions


@dataclass(frozen=True, slots=True)
class Preflight:
    """What one request to a model has shown; `print` it to read it in words.

    Args:
        model, prompt: what was tried.
        row: on which row of the scene.
        findings: what would fail, or is good to know; () when all is well.
        run: the run that keeps the answer; None when there was none.
        served_by: see `Reply`.
        latency_s: seconds the answer took, or None.
        usage: its tokens.
    """

    model: str
    prompt: str
    row: str
    findings: tuple[Finding, ...]
    run: str | None = None
    served_by: str | None = None
    latency_s: float | None = None
    usage: Usage = field(default_factory=Usage)

    @property
    def ok(self) -> bool:
        """Whether nothing was found that would make other rows fail."""
        return not any(finding.fails for finding in self.findings)

    def __str__(self) -> str:
        return "\n".join(_in_words(self))


class _Once(Retry):
    """One attempt, whatever comes of it."""

    def verdict(self, error: Exception, attempt: int, rows: int) -> Verdict:
        """Stop."""
        return Verdict.STOP


def preflight(scene: Scene, prompt: str | Prompt, model: str | Model, *, personal_data: str | None = None) -> Preflight:
    """Ask a model about one row and judge what comes of it; `evaluate` does the same with the first row of a new model.

    It is a row that has no answer yet, if there is one, never a test row; its answer is recorded, and the evaluation
    that follows takes it over instead of paying for it again.

    Args:
        scene: where rows, prompts and models.toml are.
        prompt: a prompt, or the name of one of the scene's.
        model: a model, or a name that `get_model` knows.
        personal_data: as in `evaluate`.

    Raises:
        BadInput: an unknown name, or no row to try it on.
        NeedsConsent: as in `evaluate`.
    """
    chosen = get_model(model, scene)
    prompt = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    example, answered = _row_to_try(scene, prompt, chosen, personal_data)
    tried = (chosen.name, prompt.name, example.id)
    try:
        run = classify(
            scene,
            prompt,
            chosen,
            [example],
            fresh=answered or _has_finished(scene, prompt, chosen, example, personal_data),
            personal_data=personal_data,
            progress=lambda _: None,
            retry=_Once(attempts=1),
        )
    except (ModelError, MissingKey, MissingExtra) as error:
        return Preflight(*tried, findings=(_refusal(error),))
    (row,) = run.rows
    reply = Reply(row.reply, b"", row.finish_reason, row.usage, row.latency_s or 0.0, row.served_by, row.reasoning)
    request = render(prompt, scene.task, example)
    found = (*findings_in(run.header, reply, row.prediction), *_in_settings(chosen, request, reply))
    return Preflight(*tried, found, run.id, row.served_by, row.latency_s, row.usage)


def _row_to_try(scene: Scene, prompt: Prompt, model: Model, personal_data: str | None) -> tuple[Example, bool]:
    """The row to ask about, and whether it has an answer already: one without, if there is one."""
    rows = next((rows for split in _TRIED_ON if (rows := scene.examples(split))), ())
    if not rows:
        raise BadData.told("error.preflight.no_row", scene=scene.path)
    plan = as_sent(scene, plan_file(scene, prompt, model, rows), model, personal_data)
    todo = open_requests(scene.store, plan)
    if not todo:
        return rows[0], True
    return next(row for row in rows if row.id == todo[0].row), False


def _has_finished(scene: Scene, prompt: Prompt, model: Model, example: Example, personal_data: str | None) -> bool:
    """Whether this very question was tried and came back, so that asking once more needs a run of its own."""
    plan = as_sent(scene, plan_file(scene, prompt, model, [example]), model, personal_data)
    known = scene.store.find_run(plan.header, plan.task)
    return known is not None and not scene.store.pending(known)


def _refusal(error: LabkitError) -> Finding:
    """What an error says, in the words of the model and not of the run it has stopped."""
    cause = error.__cause__ if isinstance(error.__cause__, ModelError) else error
    kinds = {MissingKey: "no_key", MissingExtra: "no_extra", ModelUnreachable: "unreachable", ModelBusy: "busy"}
    kind = getattr(cause, "kind", "") or next((word for of, word in kinds.items() if isinstance(cause, of)), "refused")
    fix = say("finding.busy") if kind == "busy" else cause.fix
    return Finding(kind, True, f"{cause.problem}.", fix and f"{fix.rstrip('.')}.")


def _in_settings(model: Model, request: Request, reply: Reply) -> Iterator[Finding]:
    """What an answer shows of the settings in models.toml, where the model has any."""
    if not isinstance(model, OpenAICompatible):
        return
    provider = model.provider
    if provider.json_mode != "none" and response_format(provider, request.messages) is None:
        yield Finding("no_json_word", False, say("finding.no_json_word"))
    if provider.thinking == "off" and reply.reasoning:
        yield Finding("thinks", False, say("finding.thinks"))


def _in_words(found: Preflight) -> Iterator[str]:
    names = {"model": found.model, "prompt": found.prompt, "row": found.row}
    yield say("preflight.ok" if found.ok else "preflight.fails", **names)
    if found.latency_s is not None:
        tokens = (found.usage.prompt_tokens, found.usage.completion_tokens)
        prompt, completion = ("?" if count is None else f"{count:,}" for count in tokens)
        served = found.served_by or found.model
        yield say("preflight.took", served=served, time=f"{found.latency_s:.1f}", prompt=prompt, completion=completion)
    yield from map(str, found.findings)
