"""One limit on money for several runs: each may spend what the earlier ones have left."""

from __future__ import annotations

from labkit.evaluation.budget import Budget, purse_for, tariff_for
from labkit.evaluation.consent import as_sent
from labkit.evaluation.evaluate import Wishes, carry_out
from labkit.evaluation.plan import Plan
from labkit.models.base import Model
from labkit.records import Run
from labkit.workspace import Scene


def ask_and_count(scene: Scene, plan: Plan, model: Model, wishes: Wishes) -> tuple[Run, float]:
    """Carry a plan out, and say what its run took of the limit.

    Args:
        scene: where prices and runs are.
        plan: what is asked.
        model: who is asked.
        wishes: how; `max_cost` is what may still be spent.

    Returns:
        The run, and what it took, in earlier sessions too; what nobody reported counts at its worst. 0 without a limit.
    """
    run = carry_out(scene, plan, model, wishes)
    if wishes.max_cost is None:
        return run, 0.0
    sent = as_sent(scene, plan, model, wishes.personal_data)
    tariff = tariff_for(scene, sent, model, wishes.max_cost)
    purse = purse_for(scene.store, sent, run.id, wishes.max_cost, tariff)
    return run, purse.spent if isinstance(purse, Budget) else 0.0
