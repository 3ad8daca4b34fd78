"""Money that several runs share: each is asked like any other, within what the earlier ones have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from labkit.evaluation import Retry
from labkit.evaluation.evaluate import Wishes
from labkit.evaluation.plan import Plan, plan_file
from labkit.evaluation.probes import answered_before, tell_known
from labkit.evaluation.progress import Observer, observing
from labkit.evaluation.shared_limit import ask_and_count
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
        booked: run -> what of the limit it has taken.
        counts_known: whether it is counted what earlier runs have answered, for `tell_known`.
        known: how many answers earlier runs had given, and how many were needed.
    """

    scene: Scene
    left: float | None
    personal_data: str | None
    progress: Observer | None
    retry: Retry
    booked: dict[str, float] = field(default_factory=dict)
    counts_known: bool = False
    known: tuple[int, int] = (0, 0)

    def named(self, model: str | Model) -> Model:
        """The model behind a name."""
        return get_model(model, self.scene)

    def rows(self, prompt: Prompt, model: Model, rows: Sequence[Example]) -> Run:
        """Ask a model about rows, as `classify` does."""
        return self._ask(plan_file(self.scene, prompt, model, rows), model, fresh=False)

    def suggestion(self, prompt: Prompt, model: Model, trouble: Trouble, fresh: bool) -> Run:
        """Ask a model for a definition; the run's one row holds its reply."""
        return self._ask(plan_suggestion(self.scene, prompt, model, trouble), model, fresh=fresh)

    def tell_known(self) -> None:
        """Say in one line, once all is asked, how much of it is not paid again."""
        known, askings = self.known
        with observing(self.progress) as observer:
            tell_known(observer, known, askings, done=askings)

    def _ask(self, plan: Plan, model: Model, *, fresh: bool) -> Run:
        wishes = Wishes(None, fresh, self.left, self.personal_data, self.progress, self.retry, among=True)
        if self.counts_known:
            known = 0 if fresh else answered_before(self.scene, plan, model, self.personal_data)
            self.known = self.known[0] + known, self.known[1] + plan.askings
        run, spent = ask_and_count(self.scene, plan, model, wishes)
        if self.left is not None:  # a run that is asked again is paid for once
            self.left = max(0.0, self.left - (spent - self.booked.get(run.id, 0.0)))
            self.booked[run.id] = spent
        return run
