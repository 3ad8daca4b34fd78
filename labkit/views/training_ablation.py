"""`ablate`: what one change to a dataset was worth, in a notebook, a terminal, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labkit.comparison import Ranked
from labkit.records import Prompt
from labkit.texts import say
from labkit.training.ablation import Ablation, Change, Side
from labkit.training.ablation import ablate as train_both
from labkit.training.recipe import Recipe
from labkit.views.markup import short
from labkit.views.probes import ShownProbes
from labkit.views.sentences import metric_words, of_100, pair_words
from labkit.workspace import Scene


def ablate(
    scene: Scene,
    dataset: str,
    base: str,
    change: Change,
    recipe: Recipe | None = None,
    prompt: str | Prompt | None = None,
    **wishes: Any,
) -> ShownAblation:
    """Train a dataset as it is and with one change, and compare both models row by row.

    Args:
        scene: where dataset, rows and jobs are.
        dataset: the dataset's name.
        base: the model to tune, as in `train`.
        change: "style" (mixed instead of uniform), "shares" (drawn by chance instead of balanced), "size" (only the
            first `rows` rows) or "rationale" (labels only instead of a rationale and labels).
        recipe: as in `train`.
        prompt: as in `train`.
        wishes: further words of `training.ablation.ablate`: rows, split, progress.

    Raises:
        LabkitError: as `training.ablation.ablate` does.
    """
    return ShownAblation(train_both(scene, dataset, base, change, recipe, prompt, **wishes))


@dataclass(frozen=True, eq=False, repr=False)
class ShownAblation(ShownProbes):
    """What an ablation of a dataset found, ready to be told."""

    found: Ablation

    def title(self, lang: str | None = None) -> str:
        """What was changed."""
        sizes = {"asis": self.found.asis.rows, "changed": self.found.changed.rows}
        return say("ablate.title", lang, change=say(f"ablate.{self.found.change}", lang, **sizes))

    def sentences(self, lang: str | None = None) -> Iterator[str]:
        """What the pair says, and on what terms."""
        found = self.found
        names = {found.pair.a: say("ablate.asis", lang), found.pair.b: say("ablate.changed", lang)}
        yield pair_words(found.pair, names, found.split, lang)[0]
        steps = (found.asis.steps, found.changed.steps)
        if steps[0] == steps[1]:
            yield say("ablate.about", lang, steps=steps[0])
        else:
            yield say("ablate.uneven", lang, asis=steps[0], changed=steps[1])
        yield say("ablate.seeds", lang)

    def table(self, lang: str | None = None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Heads and lines: one per training."""
        metric = self.found.comparison.metric
        heads = [say(f"ablate.head.{key}", lang) for key in ("side", "rows", "steps", "answered", "tokens")]
        heads.insert(3, metric_words(metric, lang))
        of_run = {entry.run: entry for entry in self.found.comparison.ranking}
        sides = ((self.found.asis, self.found.pair.a), (self.found.changed, self.found.pair.b))
        return tuple(heads), [_cells(side, of_run[run], metric) for side, run in sides]


def _cells(side: Side, entry: Ranked, metric: str) -> tuple[str, ...]:
    values, tokens = entry.scores.values, entry.scores.effort.completion_tokens
    shares = (of_100(values[name]) if name in values else "–" for name in (metric, "answered"))
    asked = f"{short(side.dataset)} · {short(side.prompt)}"
    return asked, str(side.rows), str(side.steps), *shares, "–" if tokens is None else f"{tokens:,}"
