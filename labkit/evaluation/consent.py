"""Before posts first go to a host: which personal data and secrets they hold, and whether these are sent or masked."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from labkit.errors import BadInput, NeedsConsent, UnknownName
from labkit.evaluation.plan import Plan
from labkit.models.base import Model
from labkit.privacy import Survey, survey
from labkit.privacy.hosts import host_of, is_this_machine
from labkit.privacy.masking import placeholder_word
from labkit.texts import language, listed, say
from labkit.workspace import Scene

SEND, MASK = "send", "mask"
_KIND = "personal_data"  # of the line in decisions.jsonl


def as_sent(scene: Scene, plan: Plan, model: Model, answer: str | None) -> Plan:
    """A plan as its requests go out: masked when that is the answer, or was the last one for the model's host.

    Args:
        scene: whose decisions hold earlier answers.
        plan: what is going to be asked.
        model: a model without an address, or on this machine, is sent everything as it is.
        answer: "send", "mask", or None for what was answered before.

    Raises:
        UnknownName: another answer.
    """
    _check(answer)
    host = outside_host(model)
    masked = bool(host) and (answer or _answered(scene, host)) == MASK
    return replace(plan, header=replace(plan.header, masked=masked))


def require_consent(scene: Scene, plan: Plan, model: Model, answer: str | None) -> None:
    """See that somebody has said what becomes of personal data that would be sent; write a new answer down.

    Nothing is asked of models on this machine, of hosts that were answered for, and where nothing is found.

    Args:
        scene: a new answer goes into its decisions.jsonl, with who gave it and when.
        plan: its rows and its prompt are looked through.
        model: whose host it is about.
        answer: as in `as_sent`.

    Raises:
        NeedsConsent: something was found, and nobody has answered.
    """
    host = outside_host(model)
    before = _answered(scene, host) if host else None
    if not host or (before and answer in (None, before)):
        return
    held = _look_through(plan)
    if answer:
        _record(scene, host, answer, held)
    elif held:
        raise NeedsConsent(held.told(host), say("consent.answer"))


def answered_for(
    scene: Scene,
    model: Model,
    rows: Sequence[tuple[str, str]],
    prompt: tuple[str, str],
    answer: str | None,
) -> str:
    """What becomes of personal data in texts that would go to a model's host: "send", "mask", or "" for none.

    Args:
        scene: a new answer goes into its decisions.jsonl.
        model: whose host it is about.
        rows: pairs of an id and a text, as they would be sent.
        prompt: its name and its text.
        answer: as in `as_sent`.

    Raises:
        UnknownName: another answer.
        NeedsConsent: something was found, and nobody has answered.
        BadInput: the prompt holds some that is to be masked; rows alone are.
    """
    _check(answer)
    host = outside_host(model)
    held = _Held(survey(rows), len({row for row, _ in rows}), survey([prompt]), prompt[0]) if host else None
    if not held:
        return ""
    before = _answered(scene, host)
    if answer and answer != before:
        _record(scene, host, answer, held)
    decided = answer or before
    if not decided:
        raise NeedsConsent(held.told(host), say("consent.answer"))
    if decided == MASK and held.in_prompt:
        raise BadInput.told("error.consent.in_prompt", in_prompt=_counted(held.in_prompt))
    return decided


def outside_host(model: Model) -> str:
    """The host that a model's requests go to; "" when they stay on this machine."""
    host = host_of(str(model.parameters.get("base_url", "")))
    return "" if is_this_machine(host) else host


@dataclass(frozen=True, slots=True)
class _Held:
    """What was found in texts that would go out: in so many rows, and in a prompt of that name."""

    in_rows: Survey
    rows: int
    in_prompt: Survey
    prompt: str

    def __bool__(self) -> bool:
        return bool(self.in_rows or self.in_prompt)

    def told(self, host: str) -> str:
        """What would be sent, in words."""
        return say("consent.before", host=host, held=say("consent.and").join(self._in_words()))

    def _in_words(self) -> Iterator[str]:
        if self.in_rows:
            yield say("consent.rows_hold", rows=len(self.in_rows.ids), of=self.rows, found=_counted(self.in_rows))
        if self.in_prompt:
            yield say("consent.prompt_holds", prompt=self.prompt, found=_counted(self.in_prompt))


def _check(answer: str | None) -> None:
    if answer not in (None, SEND, MASK):
        raise UnknownName("answer to what becomes of personal data", str(answer), (SEND, MASK))


def _record(scene: Scene, host: str, answer: str, held: _Held) -> None:
    found = {"rows": dict(held.in_rows.counts), "prompt": dict(held.in_prompt.counts)}
    scene.record_decision(_KIND, host=host, answer=answer, found=found)


def _answered(scene: Scene, host: str) -> str | None:
    """The last answer for a host; one that somebody has edited into another word is none to guess at."""
    answers = [said.get("answer") for said in scene.decisions() if (said["kind"], said.get("host")) == (_KIND, host)]
    if answers and answers[-1] not in (SEND, MASK):
        raise BadInput.told(
            "error.consent.unknown_answer",
            scene=scene.path / "decisions.jsonl",
            host=host,
            answers=answers[-1],
            send=SEND,
            mask=MASK,
        )
    return answers[-1] if answers else None


def _look_through(plan: Plan) -> _Held:
    """What the rows and the prompt hold; a prompt is looked at as it is rendered, around a row without posts."""
    from tqdm import tqdm

    rows = plan.sent_rows
    posts = ((row.id, item) for row in rows for item in row.items)
    total = sum(len(row.items) for row in rows)
    told = tqdm(posts, desc=say("consent.looking"), delay=2, file=sys.stderr, total=total, leave=False)
    return _Held(survey(told), len(rows), survey(_prompt_texts(plan)), plan.prompt.name)


def _prompt_texts(plan: Plan) -> Iterable[tuple[str, str]]:
    empty = {row.subtask: replace(row, items=("",) * len(row.items)) for row in plan.examples}
    texts = {message.content for row in empty.values() for message in plan.rendered(row).messages}
    return ((plan.prompt.name, text) for text in sorted(texts))


def _counted(found: Survey) -> str:
    """Kinds with their number and one sample that gives nothing away."""
    return listed(
        say("consent.found", kind=placeholder_word(kind, language()), count=count, sample=found.samples[kind][0])
        for kind, count in found.counts.items()
    )
