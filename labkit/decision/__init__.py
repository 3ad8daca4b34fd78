"""Is it good enough, what comes next, may it ship: plain values in, one answer out. No I/O."""

from __future__ import annotations

from labkit.decision.cascade import PEOPLE, Cascade, CascadePoint, cascade
from labkit.decision.gate import GateLine, GateResult, gate
from labkit.decision.gate_rules import Gate
from labkit.decision.money import Money, money_per_1000
from labkit.decision.next_step import NextStep, Situation, next_step
from labkit.decision.standing import ScoredRun, Standing, best_run, standing

__all__ = [
    "PEOPLE",
    "Cascade",
    "CascadePoint",
    "Gate",
    "GateLine",
    "GateResult",
    "Money",
    "NextStep",
    "ScoredRun",
    "Situation",
    "Standing",
    "best_run",
    "cascade",
    "gate",
    "money_per_1000",
    "next_step",
    "standing",
]
