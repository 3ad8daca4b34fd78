"""What a suggestion and its trial will take, before anything is asked: what is sent to whom, calls, tokens, money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labkit.evaluation.calls import Calls, calls_of, currency_of
from labkit.evaluation.consent import as_sent
from labkit.evaluation.expectation import expectation
from labkit.evaluation.known import open_requests
from labkit.evaluation.plan import Plan, plan_file
from labkit.improvement.asking import plan_suggestion, shown_errors
from labkit.improvement.separating import suggest_terms
from labkit.improvement.sets import SETS, Trouble, find_trouble, four_sets, pinned_rows
from labkit.improvement.suggest import ROWS
from labkit.models import get_model
from labkit.models.base import Model
from labkit.prompts import parse_prompt
from labkit.records import Example, Message, Prompt, Run
from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class ExpectedCalls:
    """What one model would be asked; `currency` is "" where it has no price."""

    model: str
    calls: Calls
    currency: str


@dataclass(frozen=True, slots=True)
class SuggestionRequest:
    """The request for a definition: its messages word for word, masked where they will be, and what it takes."""

    messages: tuple[Message, ...]
    expected: ExpectedCalls


@dataclass(frozen=True, slots=True)
class SuggestionBudget:
    """What `suggest` with the same words will take.

    Args:
        failing: ids of the rows that the confusion got wrong.
        seen: ids of the rows that the suggester is shown.
        request: to the suggester; None for words of the pool rows, which ask nobody.
        sets: set of the trial -> its rows; a row may stand in several, and is asked once.
        before: the trial's rows with the definitions as they are, as far as they have no answer yet.
        after: the same rows with the changed definition. It is not known yet: it is reckoned to be as long as the one
            it replaces, and none of the rows to have been asked with it.
    """

    failing: tuple[str, ...]
    seen: tuple[str, ...]
    request: SuggestionRequest | None
    sets: Mapping[str, int]
    before: ExpectedCalls
    after: ExpectedCalls


def suggestion_budget(
    scene: Scene,
    run: Run | str,
    pair: tuple[str | None, str | None],
    model: str | Model | None = None,
    *,
    rows: int = ROWS,
    fresh: bool = False,
) -> SuggestionBudget:
    """Work out what `suggest` with the same words will take; nothing is sent and nothing is written.

    Args:
        scene: where rows, prompts, prices and runs are.
        run: whose errors; over dev or pool rows. Its model would answer the trial.
        pair: the missed label and the one answered in its place; either may be None.
        model: who would suggest; None for the words that part the labels in the pool rows.
        rows: at most so many rows right before, and so many held out.
        fresh: whether the suggester is to be asked again, whatever it said before.

    Raises:
        BadInput: a run over test rows, or no row confused so.
        BadData: the pool's words suggest nothing, or no row is left that the suggester has not seen.
    """
    read = scene.store.load_run(run) if isinstance(run, str) else run
    trouble = find_trouble(read, *pair, kept_out=[row.id for row in scene.examples("test")])
    prompt = parse_prompt(read.header.prompt_text, read.header.prompt_name)
    seen = _read_in_pool(scene, prompt, trouble) if model is None else _shown(trouble)
    sets = four_sets(trouble, seen, pinned_rows(scene), scene.examples("all"), rows)
    answering = get_model(read.header.model, scene)
    trial = as_sent(scene, plan_file(scene, prompt, answering, sets.rows), answering, None)
    return SuggestionBudget(
        failing=tuple(row.example.id for row in trouble.failing),
        seen=tuple(row.id for row in seen),
        request=None if model is None else _request(scene, prompt, get_model(model, scene), trouble, fresh),
        sets={name: len(getattr(sets, name)) for name in SETS},
        before=_expected(scene, trial, answering, fresh=False),
        after=_expected(scene, trial, answering, fresh=True),
    )


def _shown(trouble: Trouble) -> tuple[Example, ...]:
    return tuple(row.example for row in shown_errors(trouble))


def _read_in_pool(scene: Scene, prompt: Prompt, trouble: Trouble) -> tuple[Example, ...]:
    definitions = {definition.label: definition for definition in prompt.definitions}
    return suggest_terms(definitions, trouble.gold, trouble.predicted, scene.examples("pool"))[1]


def _request(scene: Scene, prompt: Prompt, model: Model, trouble: Trouble, fresh: bool) -> SuggestionRequest:
    plan = as_sent(scene, plan_suggestion(scene, prompt, model, trouble), model, None)
    (row,) = plan.rows
    return SuggestionRequest(plan.request(row).messages, _expected(scene, plan, model, fresh))


def _expected(scene: Scene, plan: Plan, model: Model, fresh: bool) -> ExpectedCalls:
    prices = scene.prices()
    requests = open_requests(None if fresh else scene.store, plan)
    calls = calls_of(plan, requests, prices, expectation(scene.store, plan, model))
    return ExpectedCalls(model.name, calls, currency_of(plan, prices))
