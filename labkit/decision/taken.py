"""A decision that people took: what the memo advised, what they chose, and why, as a line of decisions.jsonl."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

from labkit.decision.case import Advice
from labkit.decision.memo import Memo
from labkit.errors import BadInput, UnknownName

KIND = "choose"
WAYS: tuple[str, ...] = get_args(Advice)


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that was taken.

    Args:
        at: when, as recorded.
        who: by whom.
        advised: what the memo advised then.
        way: what was chosen.
        model: who answers by that decision, or None.
        reason: why, in the words of who decided.
    """

    at: str
    who: str
    advised: str
    way: str
    model: str | None
    reason: str


def taken_fields(memo: Memo, reason: str, instead: str | None = None) -> dict[str, Any]:
    """What a decision about a memo leaves in decisions.jsonl.

    Args:
        memo: the memo it is about.
        reason: why, in a few words.
        instead: another way than the memo's advice; the advice when None.

    Raises:
        UnknownName: there is no such way.
        BadInput: no reason, or nothing was decided since the memo says to measure first.
    """
    if not reason.strip():
        raise BadInput.told("error.taken.no_reason")
    if instead is not None and instead not in WAYS:
        raise UnknownName("way to go", instead, WAYS)
    if memo.advice == "measure" and instead is None:
        raise BadInput.told("error.taken.measure_first")
    choice = memo.choice if instead in (None, memo.advice) else None
    return {
        "from": memo.advice,
        "to": instead or memo.advice,
        "model": choice and choice.model,
        "run": choice and choice.judged.run.id,
        "bases": [base.model for base in memo.bases],
        "score": choice and choice.where.value and asdict(choice.where.value),
        "bar": asdict(memo.task.bar),
        "runs": list(runs_of(memo)),
        "reason": reason.strip(),
    }


def runs_of(memo: Memo) -> tuple[str, ...]:
    """The ids of the runs a memo rests on."""
    return tuple(scored.run.id for c in memo.candidates for scored in (c.dev, c.test) if scored)


def last_taken(decisions: Iterable[Mapping[str, Any]]) -> Taken | None:
    """The last decision among the lines of decisions.jsonl; a line that somebody edited counts with what it has."""
    lines = [line for line in decisions if line.get("kind") == KIND]
    if not lines:
        return None
    last, model = lines[-1], lines[-1].get("model")
    at, who, advised, way, reason = (str(last.get(key) or "") for key in ("at", "who", "from", "to", "reason"))
    return Taken(at, who, advised, way, None if model is None else str(model), reason)
