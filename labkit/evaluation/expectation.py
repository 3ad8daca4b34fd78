"""What a request to a model will take: from what its replies have taken, or by a rule of thumb, and said which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from labkit.costs import Price, estimated_tokens
from labkit.costs.tokens import correction
from labkit.evaluation.plan import Plan
from labkit.models.base import Model
from labkit.records import Request
from labkit.store import Measured, Store

_REPLIES_READ = 300  # the newest ones say enough
# Rules of thumb for the tokens of an answer, before any was measured.
_LABELS_ONLY, _WITH_RATIONALE = 20.0, 150.0


@dataclass(frozen=True, slots=True)
class Expectation:
    """What to expect of one model with one prompt.

    Args:
        correction: reported prompt tokens ÷ the rule of thumb.
        measured_on: replies that rests on; 0 is the rule of thumb alone.
        completion_tokens: of an answer, on average.
        hit_rate: the share of prompt tokens that the provider had cached; None when no reply has said so.
        latency_s: seconds of one request, on average; None when none was measured.
    """

    correction: float
    measured_on: int
    completion_tokens: float
    hit_rate: float | None
    latency_s: float | None

    def prompt_tokens(self, request: Request) -> float:
        """Prompt tokens of a request, estimated."""
        return self.correction * estimated_tokens(message.content for message in request.messages)

    def money(self, price: Price, prompt: float, completion: float) -> dict[str, float | None]:
        """Way of buying (list, cached, batch) -> money in the price's currency; None when it is not known.

        Args:
            price: of the model.
            prompt: tokens of the prompts.
            completion: tokens of the answers.
        """
        rate = self.hit_rate if price.cached_input is not None else None
        return {
            "list": price.amount(prompt, 0, completion),
            "cached": None if rate is None else price.amount(prompt, rate * prompt, completion),
            "batch": price.batch_amount(prompt, completion),
        }


def expectation(store: Store, plan: Plan, model: Model) -> Expectation:
    """What to expect, from the replies of a model that the store holds.

    Args:
        store: its runs are the measurement.
        plan: replies to its very prompt say most about answers and caching.
        model: whose replies.
    """
    replies = store.measured_replies(model.name, _REPLIES_READ)
    factor, measured_on = correction(
        (estimated_tokens(reply.texts), reply.usage.prompt_tokens or 0) for reply in replies
    )
    same = [reply for reply in replies if reply.prompt_sha256 == plan.header.prompt_sha256]
    answers = _answer_tokens(same) or _answer_tokens(replies)
    latencies = [reply.latency_s for reply in replies if reply.latency_s > 0]
    rule_of_thumb = _LABELS_ONLY if plan.prompt.rationale == "none" else _WITH_RATIONALE
    return Expectation(
        correction=factor,
        measured_on=measured_on,
        completion_tokens=fmean(answers) if answers else rule_of_thumb,
        hit_rate=_hit_rate(same),
        latency_s=fmean(latencies) if latencies else None,
    )


def _answer_tokens(replies: Iterable[Measured]) -> Sequence[int]:
    return [n for reply in replies if (n := reply.usage.completion_tokens) is not None]


def _hit_rate(replies: Iterable[Measured]) -> float | None:
    """Cached ÷ prompt tokens; a prompt that was never asked has no cache that could have been measured."""
    said = [reply.usage for reply in replies if reply.usage.cached_tokens is not None and reply.usage.prompt_tokens]
    prompt = sum(usage.prompt_tokens or 0 for usage in said)
    return min(1.0, sum(usage.cached_tokens or 0 for usage in said) / prompt) if prompt else None
