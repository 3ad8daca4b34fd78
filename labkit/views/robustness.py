"""`robustness`: what became of answers when the question was put otherwise, in a notebook, a terminal, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labkit.diagnosis.robustness import MOSTLY, STILL, Outcome, Robustness
from labkit.evaluation import robustness as ask
from labkit.models.base import Model
from labkit.records import Prompt
from labkit.scoring import Interval
from labkit.texts import say
from labkit.views.markup import short
from labkit.views.probes import ShownProbes
from labkit.views.sentences import of_100, signed
from labkit.workspace import Scene

_COUNT_WORDS = ("definition-reader", "linear")  # models that no order can reach


def robustness(scene: Scene, prompt: str | Prompt, model: str | Model, **wishes: Any) -> ShownRobustness:
    """Ask the same rows otherwise and count the answers that move; a notebook cell that ends with it shows the table.

    Args:
        scene: where rows, prompts and runs are.
        prompt: a prompt, or the name of one of the scene's.
        model: a model, or a name that `get_model` knows.
        wishes: further words of `evaluation.robustness`: split, rows, repeats, kinds, max_cost, personal_data,
            progress, retry.

    Raises:
        LabkitError: as `evaluation.robustness` does.
    """
    return ShownRobustness(ask(scene, prompt, model, **wishes))


@dataclass(frozen=True, eq=False, repr=False)
class ShownRobustness(ShownProbes):
    """What a robustness run found, ready to be told."""

    found: Robustness

    def title(self, lang: str | None = None) -> str:
        """What was asked whom."""
        return say("robustness.title", lang, prompt=short(self.found.prompt), model=short(self.found.model))

    def sentences(self, lang: str | None = None) -> Iterator[str]:
        """How to read the table."""
        found, kinds = self.found, {outcome.kind for outcome in self.found.outcomes}
        yield say("robustness.about", lang, rows=found.rows)
        yield say("robustness.verdicts", lang, still=round(100 * STILL))
        if "attack" in kinds:
            yield say("robustness.mention", lang)
        if found.model in _COUNT_WORDS:
            yield say("robustness.words", lang, model=found.model)
        if any(outcome.valid[0].value < MOSTLY for outcome in found.outcomes):
            yield say("robustness.invalid", lang)
        if "posts" in found.kinds and "posts" not in kinds:
            yield say("robustness.no_posts", lang)
        if not found.complete:
            yield say("probes.incomplete", lang)

    def table(self, lang: str | None = None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Heads and lines: one per way of asking; repeats only where there were some."""
        keys = ["test", "rows", "moved", "hijacked", "delta", "valid", "wavering", "verdict"]
        keys = [key for key in keys if key != "wavering" or self.found.repeats > 1]
        heads = tuple(say(f"robustness.head.{key}", lang, metric=self.found.metric) for key in keys)
        lines = [_cells(outcome, lang) for outcome in self.found.outcomes]
        return heads, [tuple(cells[key] for key in keys) for cells in lines]


def _cells(outcome: Outcome, lang: str | None) -> dict[str, str]:
    return {
        "test": say(f"robustness.{outcome.kind}.{outcome.name}", lang),
        "rows": str(outcome.rows),
        "moved": of_100(outcome.moved),
        "hijacked": of_100(outcome.hijacked) if outcome.hijacked else "–",
        "delta": signed(outcome.delta) if outcome.delta else "–",
        "valid": _both(outcome.valid),
        "wavering": _both(outcome.wavering) if outcome.wavering else "–",
        "verdict": say(f"robustness.{outcome.verdict.replace(' ', '_')}", lang),
    }


def _both(shares: tuple[Interval, Interval]) -> str:
    return " → ".join(map(of_100, shares))
