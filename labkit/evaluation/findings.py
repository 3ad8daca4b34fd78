"""What one answer shows of all that would follow: cut off, empty, no JSON, from another model, without its tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.records import Prediction, Reply, RunHeader, Status
from labkit.texts import say


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a single request has shown.

    Args:
        kind: in one word: a status ("truncated", "unparsed", ...), what a provider complains about ("money",
            "temperature", "unknown_model", ...), "no_key", "no_extra", "unreachable", "busy", "refused", "other_model",
            "no_tokens", "thinks" or "no_json_word".
        fails: whether the other rows would end like this one; if not, it is only good to know.
        problem: what was seen.
        fix: what to do; "" when there is nothing.
    """

    kind: str
    fails: bool
    problem: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.problem} {self.fix}".strip()


def findings_in(header: RunHeader, reply: Reply, prediction: Prediction) -> tuple[Finding, ...]:
    """What is worth a word about the first answer to a prompt.

    Args:
        header: of the run it belongs to: which model was asked, with which parameters.
        reply: the answer.
        prediction: what was read in it.
    """
    return (*_in_status(header, reply, prediction), *_in_reply(header, reply))


def _in_status(header: RunHeader, reply: Reply, prediction: Prediction) -> Iterator[Finding]:
    status, parameters = prediction.status, header.parameters
    if status in (Status.TRUNCATED, Status.BLANK):
        yield Finding(status, True, say(f"finding.{status}"), _longer(parameters))
    elif status is Status.UNPARSED:
        fix = say("finding.json_mode") if parameters.get("json_mode") == "none" else say("finding.ask_for_json")
        yield Finding(status, True, say("finding.unparsed", said=one_line(reply.text)), fix)
    elif status in (Status.OFF_LIST, Status.FILTERED):
        yield Finding(status, False, say(f"finding.{status}", reason=one_line(prediction.reason)))


def _longer(parameters: Mapping[str, Any]) -> str:
    """How to leave room for the whole answer, where that is a setting."""
    limit = parameters.get("max_tokens")
    return "" if limit is None else say("finding.longer", limit=limit)


def _in_reply(header: RunHeader, reply: Reply) -> Iterator[Finding]:
    if "base_url" not in header.parameters:  # it answers in this process
        return
    asked = header.model.partition("/")[2]
    if reply.served_by and asked.lower() not in reply.served_by.lower():
        yield Finding("other_model", False, say("finding.other_model", asked=asked, served=reply.served_by))
    if reply.usage.prompt_tokens is None or reply.usage.completion_tokens is None:
        yield Finding("no_tokens", False, say("finding.no_tokens"))


def one_line(text: str) -> str:
    """The beginning of a text, on one line, nothing invisible in it."""
    words = "".join(ch if ch.isprintable() else "\ufffd" for ch in " ".join(text.split()))
    return words if len(words) <= 80 else f"{words[:80]}…"
