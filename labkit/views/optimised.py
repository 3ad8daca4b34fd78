"""`optimize`: definitions that a search has found, with diff and trial, as a notebook, a terminal or JSON shows it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from labkit.evaluation.forecast import money_in_words
from labkit.improvement import Optimised, SearchBudget, search_budget
from labkit.improvement import optimize as search
from labkit.improvement.optimize import CALLS
from labkit.models.base import Model
from labkit.prompts import format_prompt
from labkit.records import Prompt
from labkit.texts import say
from labkit.views.markup import render_template, short
from labkit.views.offering import show_offer
from labkit.views.suggestion import change_lines, change_words, suggester_words, trial_table, verdict_words
from labkit.workspace import Scene


def optimize(
    scene: Scene, prompt: str | Prompt, model: str | Model, proposer: str | Model | None = None, **wishes: Any
) -> ShownOptimised:
    """Search for better definitions with gepa; a notebook cell that ends with it shows diff and trial.

    What it will take at most is told on stderr before anything is asked, then a bar counts the rows.

    Args:
        scene: where rows, prompts and runs are.
        prompt: a prompt with definitions, or the name of one of the scene's.
        model: who answers rows.
        proposer: who proposes definitions; None for the words of the training rows.
        wishes: further words of `improvement.optimize`: calls, max_cost, personal_data, progress, stop, retry.

    Raises:
        LabkitError: as `improvement.optimize` does.
    """
    budget = search_budget(scene, prompt, model, wishes.get("calls", CALLS))
    print(budget_words(budget), file=sys.stderr)
    with _bar(budget.search) as tell:
        return ShownOptimised(search(scene, prompt, model, proposer, **{"progress": tell, **wishes}))


@contextmanager
def _bar(calls: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that counts rows, once the search takes longer than a second."""
    from tqdm import tqdm

    settings: dict[str, Any] = {"delay": 1, "mininterval": 0.5, "dynamic_ncols": True}
    with tqdm(total=calls, desc=say("optimised.progress"), file=sys.stderr, **settings) as bar:

        def tell(asked: int, _: int) -> None:
            bar.update(min(asked, calls) - bar.n)

        yield tell


def budget_words(budget: SearchBudget, lang: str | None = None) -> str:
    """What a search will take at most, in one sentence."""
    cost = budget.calls.cost
    said = {name: getattr(budget, name) for name in ("search", "over", "trial", "proposals")}
    tokens = {"prompt": budget.calls.prompt_tokens, "completion": budget.calls.completion_tokens}
    money = say("forecast.unknown", lang) if cost is None else money_in_words(cost, budget.currency)
    return say("optimised.budget", lang, **said, cost=money, **{name: f"{n:,.0f}" for name, n in tokens.items()})


@dataclass(frozen=True, eq=False)
class ShownOptimised:
    """What a search has found, ready to be told."""

    found: Optimised

    @property
    def offered(self) -> bool:
        """Whether it passed its trial."""
        return self.found.offered

    def accept(self, message: str = "") -> Path:
        """Save it as the next version of the prompt; BadInput when it did not pass its trial."""
        return self.found.accept(message)

    @property
    def overtaken(self) -> str:
        """The version that has come since and is not in it; "" where there is none."""
        return self.found.overtaken

    def _ipython_display_(self) -> None:
        show_offer(self, self.found)

    def title(self, lang: str | None = None) -> str:
        """What was optimised, for whom, and who proposed."""
        names = {"prompt": short(self.found.before.name), "model": short(self.found.model)}
        return say("optimised.title", lang, **names, proposer=suggester_words(self.found.proposer, lang))

    def sentences(self, lang: str | None = None) -> Iterator[str]:
        """What the search did, and which rows did what."""
        found = self.found
        counts = {name: getattr(found, name) for name in ("candidates", "proposals", "unusable", "asked")}
        first, best = (f"{value:.3f}" for value in found.validation)
        sizes = {name: len(getattr(found.parts, name)) for name in ("training", "validation", "held_out")}
        yield say("optimised.found", lang, **counts, first=first, best=best, validation=sizes["validation"])
        yield say("optimised.parts", lang, **sizes)

    def verdict(self, lang: str | None = None) -> Iterator[str]:
        """Whether it is offered."""
        return iter([say("optimised.nothing", lang)]) if self.found.diff.same else verdict_words(self.found, lang)

    def changes(self, lang: str | None = None) -> list[Mapping[str, str]]:
        """Sentence by sentence what changes, under the label's name."""
        changed = [part for part in self.found.diff.definitions if part.kind != "unchanged"]
        words = [(part.name, change_words(change, lang)) for part in changed for change in part.changes]
        return [{**said, "head": f"{short(label)}: {said['head']}"} for label, said in words]

    def table(self, lang: str | None = None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Heads and lines: the four sets, before and after."""
        return trial_table(self.found.trial, lang, lambda name: say(f"optimised.set.{name}", lang))

    def as_json(self) -> dict[str, Any]:
        """Everything as one JSON value."""
        found = self.found
        names = ("model", "proposer", "candidates", "asked", "proposals", "unusable", "validation", "offered")
        parts = {name: [row.id for row in rows] for name, rows in _parts(found).items()}
        return {
            **{name: getattr(found, name) for name in names},
            "labels": found.diff.changed_labels,
            "parts": parts,
            "trial": asdict(found.trial),
            "findings": [asdict(finding) for finding in found.findings],
            "prompt": format_prompt(found.after),
        }

    def __str__(self) -> str:
        return "\n".join([self.title(), *self.sentences(), *change_lines(self.changes()), *self.verdict()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads, lines = self.table()
        said = {"title": self.title(), "sentences": tuple(self.sentences()), "verdict": tuple(self.verdict())}
        return render_template("suggestion.html", say=say, **said, changes=self.changes(), heads=heads, lines=lines)


def _parts(found: Optimised) -> dict[str, tuple[Any, ...]]:
    parts = found.parts
    return {"training": parts.training, "validation": parts.validation, "held_out": parts.held_out}
