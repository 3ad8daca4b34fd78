"""What is in production: releases that passed the scene's gate, and the way back."""

from labkit.releases.canaries import ask_canaries
from labkit.releases.gating import GateReading, gated_run, read_gate_for, rival_of
from labkit.releases.history import Release, ReleaseHistory, Turn
from labkit.releases.model_state import asks_again, changed_settings
from labkit.releases.releasing import champion_of, release, release_history, rollback

__all__ = [
    "GateReading",
    "Release",
    "ReleaseHistory",
    "Turn",
    "ask_canaries",
    "asks_again",
    "champion_of",
    "changed_settings",
    "gated_run",
    "read_gate_for",
    "release",
    "release_history",
    "rival_of",
    "rollback",
]
