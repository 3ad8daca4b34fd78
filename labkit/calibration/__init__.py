"""How far a model's probabilities can be trusted, and which rows it may answer alone. No I/O."""

from __future__ import annotations

from labkit.calibration.abstaining import Abstention, CoveragePoint
from labkit.calibration.calibrate import Calibration, calibrate
from labkit.calibration.confidence import confidence
from labkit.calibration.scaling import Scaling

__all__ = ["Abstention", "Calibration", "CoveragePoint", "Scaling", "calibrate", "confidence"]
