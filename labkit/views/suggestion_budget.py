"""`suggest --dry-run` in words: what is sent to whom, how many calls, how many tokens, how much money."""

from __future__ import annotations

from collections.abc import Iterator

from labkit.evaluation.forecast import money_in_words
from labkit.improvement.suggestion_budget import ExpectedCalls, SuggestionBudget
from labkit.texts import listed, say
from labkit.views.markup import short


def suggestion_budget_words(budget: SuggestionBudget, lang: str | None = None) -> Iterator[str]:
    """Line by line what a suggestion will take, the request to the suggester word for word at the end."""
    yield say("suggestion.expect.rows", lang, failing=len(budget.failing), seen=len(budget.seen))
    sets = [f"{say(f'suggestion.set.{name}', lang)} {rows}" for name, rows in budget.sets.items()]
    yield say("suggestion.expect.sets", lang, sets=listed(sets, lang))
    if budget.request is None:
        yield say("suggestion.expect.nobody", lang)
    else:
        yield _calls("suggester", budget.request.expected, lang)
    yield _calls("before", budget.before, lang)
    yield _calls("after", budget.after, lang)
    if budget.request is not None:
        for message in budget.request.messages:
            yield say("suggestion.expect.sent", lang, role=message.role, model=short(budget.request.expected.model))
            yield message.content


def _calls(what: str, expected: ExpectedCalls, lang: str | None) -> str:
    calls, cost = expected.calls, expected.calls.cost
    money = say("forecast.unknown", lang) if cost is None else money_in_words(cost, expected.currency)
    tokens = {"prompt": f"{calls.prompt_tokens:,.0f}", "completion": f"{calls.completion_tokens:,.0f}"}
    words = {"model": short(expected.model), "calls": calls.count, "cost": money}
    return say(f"suggestion.expect.{what}", lang, **words, **tokens)
