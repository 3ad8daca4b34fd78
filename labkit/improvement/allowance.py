"""Money that several runs share: each is asked like any other, within what the earlier ones have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labkit.costs import run_cost
from labkit.evaluation import Retry, classify
from labkit.evaluation.evaluate import Wishes, carry_out
from labkit.evaluation.progress import Observer
from labkit.improvement.asking import plan_suggestion
from labkit.improvement.sets import Trouble
from labkit.models import get_model
from labkit.models.base import Model
from labkit.records import Example, Prompt, Run
from labkit.workspace import Scene


@dataclass(slots=True)
class Allowance:
    """How models are asked; what one run costs, the next ones may not.

    Args:
        scene: where rows, prices and runs are.
        left: money in the bar's currency that may still be spent; None for no limit.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.
    """

    scene: Scene
    left: float | None
    personal_data: str | None
    progress: Observer | None
    retry: Retry

    def named(self, model: str | Model) -> Model:
        """The model behind a name."""
        return get_model(model, self.scene)

    def rows(self, prompt: Prompt, model: Model, rows: Sequence[Example]) -> Run:
        """Ask a model about rows, as `classify` does."""
        run = classify(
            self.scene,
            prompt,
            model,
            rows,
            max_cost=self.left,
            personal_data=self.personal_data,
            progress=self.progress,
            retry=self.retry,
        )
        self._book(run)
        return run

    def suggestion(self, prompt: Prompt, model: Model, trouble: Trouble, fresh: bool) -> Run:
        """Ask a model for a definition; the run's one row holds its reply."""
        plan = plan_suggestion(self.scene, prompt, model, trouble)
        wishes = Wishes(None, fresh, self.left, self.personal_data, self.progress, self.retry)
        run = carry_out(self.scene, plan, model, wishes)
        self._book(run)
        return run

    def _book(self, run: Run) -> None:
        if self.left is None:
            return
        prices = self.scene.prices()
        paid = run_cost(run, prices.prices).amount_in(run.task.bar.currency, prices.rates)
        self.left = max(0.0, self.left - (paid or 0.0))
