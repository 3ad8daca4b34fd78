"""`suggest`: a changed definition with its diff and its trial, as a notebook, a terminal or JSON shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from labkit.improvement import FourSetTrial, Optimised, SetOutcome, Suggestion
from labkit.improvement import suggest as find
from labkit.improvement.suggest import POOL_WORDS
from labkit.models.base import Model
from labkit.prompts import format_prompt
from labkit.prompts.diff import SentenceChange
from labkit.records import Run
from labkit.scoring import Interval
from labkit.texts import say
from labkit.views.markup import render_template, short
from labkit.views.offering import show_offer
from labkit.workspace import Scene

_HEADS = ("set", "rows", "before", "after", "fixed", "broken", "p", "delta", "passes")


def suggest(
    scene: Scene,
    run: Run | str,
    pair: tuple[str | None, str | None],
    model: str | Model | None = None,
    **wishes: Any,
) -> ShownSuggestion:
    """Have one definition improved from a confusion's errors; a notebook cell that ends with it shows diff and trial.

    Args:
        scene: where rows, prompts and runs are.
        run: whose errors; over dev or pool rows.
        pair: the missed label and the one answered in its place; either may be None.
        model: who suggests; None for the words that part the labels in the pool rows.
        wishes: further words of `improvement.suggest`: rows, max_cost, personal_data, fresh, progress, retry.

    Raises:
        LabkitError: as `improvement.suggest` does.
    """
    return ShownSuggestion(find(scene, run, pair, model, **wishes))


@dataclass(frozen=True, eq=False)
class ShownSuggestion:
    """A suggestion ready to be told."""

    suggestion: Suggestion

    @property
    def offered(self) -> bool:
        """Whether it passed its trial."""
        return self.suggestion.offered

    def accept(self, message: str = "") -> Path:
        """Save it as the next version of the prompt; BadInput when it did not pass its trial."""
        return self.suggestion.accept(message)

    @property
    def overtaken(self) -> str:
        """The version that has come since and is not in it; "" where there is none."""
        return self.suggestion.overtaken

    def _ipython_display_(self) -> None:
        show_offer(self, self.suggestion)

    def title(self, lang: str | None = None) -> str:
        """What is suggested, by whom."""
        found = self.suggestion
        by = suggester_words(found.suggester, lang)
        return say("suggestion.title", lang, label=short(found.label), suggester=by)

    def sentences(self, lang: str | None = None) -> Iterator[str]:
        """What it is about, and what its author has seen and says."""
        found, trouble = self.suggestion, self.suggestion.trouble
        none = say("suggestion.nothing", lang)
        yield say(
            "suggestion.about",
            lang,
            failing=len(trouble.failing),
            run=found.run,
            prompt=short(found.before.name),
            model=short(found.model),
            gold=short(trouble.gold or none),
            predicted=short(trouble.predicted or none),
        )
        yield say("suggestion.seen", lang, seen=len(found.seen))
        if found.why:
            yield say("suggestion.why", lang, why=found.why)

    def verdict(self, lang: str | None = None) -> Iterator[str]:
        """Whether it is offered, and what lint says of it."""
        yield from verdict_words(self.suggestion, lang)

    def table(self, lang: str | None = None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Heads and lines: the four sets, before and after."""
        return trial_table(self.suggestion.trial, lang, lambda name: say(f"suggestion.set.{name}", lang))

    def changes(self, lang: str | None = None) -> list[Mapping[str, str]]:
        """Sentence by sentence what changes: its kind and part in words, and both texts."""
        return [change_words(change, lang) for change in self.suggestion.diff.changes]

    def as_json(self) -> dict[str, Any]:
        """Everything as one JSON value."""
        found = self.suggestion
        return {
            "run": found.run,
            "pair": [found.trouble.gold, found.trouble.predicted],
            "failing": [row.example.id for row in found.trouble.failing],
            "label": found.label,
            "suggester": found.suggester,
            "asked": found.asked,
            "why": found.why,
            "seen": found.seen,
            "changes": [asdict(change) for change in found.diff.changes],
            "trial": asdict(found.trial),
            "findings": [asdict(finding) for finding in found.findings],
            "offered": found.offered,
            "prompt": format_prompt(found.after),
        }

    def __str__(self) -> str:
        return "\n".join([self.title(), *self.sentences(), *change_lines(self.changes()), *self.verdict()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads, lines = self.table()
        return render_template(
            "suggestion.html",
            say=say,
            title=self.title(),
            sentences=tuple(self.sentences()),
            changes=self.changes(),
            heads=heads,
            lines=lines,
            verdict=tuple(self.verdict()),
        )


def trial_table(
    trial: FourSetTrial, lang: str | None, names: Callable[[str], str]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heads and lines of a trial: each set, under the name that is given to it, before and after."""
    heads = tuple(say(f"suggestion.head.{key}", lang, metric=trial.metric) for key in _HEADS)
    return heads, [(names(outcome.name), *_figures(outcome, lang)) for outcome in trial.sets]


def verdict_words(found: Suggestion | Optimised, lang: str | None = None) -> Iterator[str]:
    """Whether a change is offered, and what lint says of it."""
    if any(
        outcome.delta and outcome.delta.value and not (outcome.fixed or outcome.broken) for outcome in found.trial.sets
    ):
        yield say("suggestion.partly", lang, metric=found.trial.metric)
    key = "offered" if found.offered else "refused" if found.trial.complete else "incomplete"
    yield say(f"suggestion.{key}", lang)
    for finding in found.findings:
        key = "suggestion.finding_about" if finding.label else "suggestion.finding"
        yield say(key, lang, label=finding.label, reason=finding.reason)


def suggester_words(suggester: str, lang: str | None = None) -> str:
    """Who suggested: a model's name, or that it was the pool's words."""
    return say("suggestion.pool_words", lang) if suggester == POOL_WORDS else short(suggester)


def _figures(outcome: SetOutcome, lang: str | None) -> tuple[str, ...]:
    return (
        *(str(n) for n in (outcome.rows, outcome.before, outcome.after, len(outcome.fixed), len(outcome.broken))),
        "–" if outcome.p_value is None else f"{outcome.p_value:.2g}",
        _points(outcome.delta),
        say("suggestion.yes" if outcome.passes else "suggestion.no", lang),
    )


def _points(delta: Interval | None) -> str:
    return f"{100 * delta.value:+.1f} ({100 * delta.low:+.1f} … {100 * delta.high:+.1f})" if delta else "–"


def change_lines(changes: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Changes as lines of text: what kind, said once for several in a row, then what goes and what comes."""
    head = ""
    for change in changes:
        if change["head"] != head:
            yield (head := change["head"])
        yield from (f"{sign} {change[side]}" for sign, side in (("-", "before"), ("+", "after")) if change[side])


def change_words(change: SentenceChange, lang: str | None) -> Mapping[str, str]:
    """One changed sentence: its kind and part in words, and both texts."""
    part = say(f"suggestion.part.{change.part or 'text'}", lang)
    return {
        "head": say("suggestion.change", lang, part=part, kind=say(f"suggestion.kind.{change.kind}", lang)),
        "before": change.before if change.kind != "moved" else "",
        "after": change.after,
    }
