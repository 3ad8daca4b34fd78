"""Is it good enough, what comes next, may it ship, which way to go: plain values in, one answer out. No I/O."""

from __future__ import annotations

from labkit.decision.break_even import Tuning, break_even
from labkit.decision.candidates import Candidate, candidates, machine
from labkit.decision.cascade import PEOPLE, Cascade, CascadePoint, cascade
from labkit.decision.experience import Experience, experiences
from labkit.decision.floors import FLOORS, AgainstFloor, against_floors
from labkit.decision.gate import GateLine, GateResult, GateWords, as_recorded, gate
from labkit.decision.gate_rules import Gate
from labkit.decision.ledger import WORN, Reading, candidates_read, ledger
from labkit.decision.memo import Memo, memo
from labkit.decision.money import Money, money_per_1000
from labkit.decision.next_step import Live, NextStep, Situation, next_step
from labkit.decision.standing import ScoredRun, Standing, best_run, goodness, standing
from labkit.decision.statement import Posts, Statement
from labkit.decision.taken import WAYS, Taken, last_taken, runs_of, taken_fields
from labkit.decision.terms import HOURS_A_MONTH, ModelFacts, Terms
from labkit.decision.tuning import TuningVerdict, judge_tuning

__all__ = [
    "FLOORS",
    "HOURS_A_MONTH",
    "PEOPLE",
    "WAYS",
    "WORN",
    "AgainstFloor",
    "Candidate",
    "Cascade",
    "CascadePoint",
    "Experience",
    "Gate",
    "GateLine",
    "GateResult",
    "GateWords",
    "Live",
    "Memo",
    "ModelFacts",
    "Money",
    "NextStep",
    "Posts",
    "Reading",
    "ScoredRun",
    "Situation",
    "Standing",
    "Statement",
    "Taken",
    "Terms",
    "Tuning",
    "TuningVerdict",
    "against_floors",
    "as_recorded",
    "best_run",
    "break_even",
    "candidates",
    "candidates_read",
    "cascade",
    "experiences",
    "gate",
    "goodness",
    "judge_tuning",
    "last_taken",
    "ledger",
    "machine",
    "memo",
    "money_per_1000",
    "next_step",
    "runs_of",
    "standing",
    "taken_fields",
]
