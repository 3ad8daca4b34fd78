"""`ablate_definition`: what each sentence of a definition does, in a notebook, a terminal, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labkit.diagnosis.ablation import Ablation, SentenceEffect
from labkit.evaluation import ablate_definition as ask
from labkit.models.base import Model
from labkit.records import Prompt
from labkit.texts import say
from labkit.views.markup import short
from labkit.views.probes import ShownProbes
from labkit.views.sentences import of_100, points, signed
from labkit.workspace import Scene

_HEADS = ("part", "sentence", "tokens", "moved", "fixed", "broken", "delta")
_SENTENCE = 60  # characters of a sentence in a table


def ablate_definition(
    scene: Scene, prompt: str | Prompt, label: str, model: str | Model, **wishes: Any
) -> ShownAblation:
    """Ask the same rows without each sentence of one definition; a notebook cell that ends with it shows the table.

    Args:
        scene: where rows, prompts and runs are.
        prompt: a prompt, or the name of one of the scene's.
        label: whose definition.
        model: a model, or a name that `get_model` knows.
        wishes: further words of `evaluation.ablate_definition`: split, rows, max_cost, personal_data, progress, retry.

    Raises:
        LabkitError: as `evaluation.ablate_definition` does.
    """
    return ShownAblation(ask(scene, prompt, label, model, **wishes))


@dataclass(frozen=True, eq=False, repr=False)
class ShownAblation(ShownProbes):
    """What an ablation found, ready to be told."""

    found: Ablation

    def title(self, lang: str | None = None) -> str:
        """Whose sentences were left out, and who was asked."""
        found = self.found
        names = {"label": short(found.label), "prompt": short(found.prompt), "model": short(found.model)}
        return say("ablation.title", lang, **names)

    def sentences(self, lang: str | None = None) -> Iterator[str]:
        """How to read the table, and which sentences moved no row."""
        found = self.found
        yield say("ablation.about", lang, rows=found.rows, carrying=found.carrying, label=short(found.label))
        if found.idle:
            tokens = f"{sum(effect.tokens for effect in found.idle):.0f}"
            high = points(max(effect.moved.high for effect in found.idle))
            yield say("ablation.idle", lang, idle=len(found.idle), all=len(found.effects), tokens=tokens, high=high)
        else:
            yield say("ablation.none_idle", lang)
        if not found.complete:
            yield say("probes.incomplete", lang)

    def table(self, lang: str | None = None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Heads and lines: one per sentence."""
        heads = tuple(say(f"ablation.head.{key}", lang, metric=self.found.metric) for key in _HEADS)
        return heads, [_cells(effect, lang) for effect in self.found.effects]


def _cells(effect: SentenceEffect, lang: str | None) -> tuple[str, ...]:
    return (
        say(f"suggestion.part.{effect.part}", lang),
        short(effect.sentence, _SENTENCE),
        f"{effect.tokens:.0f}",
        of_100(effect.moved),
        str(len(effect.fixed)),
        str(len(effect.broken)),
        signed(effect.delta) if effect.delta else "–",
    )
