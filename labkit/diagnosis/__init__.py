"""What runs say about the prompt and the model behind them, beyond a score. No I/O."""

from __future__ import annotations

from labkit.diagnosis.reliance import (
    LabelReliance,
    Reliance,
    is_probe,
    names_only,
    reliance,
    swapped_definitions,
    swaps,
)

__all__ = [
    "LabelReliance",
    "Reliance",
    "is_probe",
    "names_only",
    "reliance",
    "swapped_definitions",
    "swaps",
]
