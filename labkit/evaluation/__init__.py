"""Prompt × model × rows: ask each row once, keep every reply, go on where it stopped."""

from labkit.evaluation.ablation import ablate_definition, forecast_ablation
from labkit.evaluation.affected import AffectedRun, evaluate_affected
from labkit.evaluation.batch import evaluate_batch
from labkit.evaluation.blame import Rerun, plan_reruns, untangle
from labkit.evaluation.calls import Calls
from labkit.evaluation.evaluate import classify, evaluate
from labkit.evaluation.file_rows import classify_file
from labkit.evaluation.findings import Finding
from labkit.evaluation.forecast import Forecast, forecast
from labkit.evaluation.handover import hand_over
from labkit.evaluation.pilot import Pilot, pilot
from labkit.evaluation.preflight import Preflight, preflight
from labkit.evaluation.progress import Progress
from labkit.evaluation.redaction import redact
from labkit.evaluation.reliance import reliance
from labkit.evaluation.retry import Retry
from labkit.evaluation.robustness import forecast_robustness, robustness
from labkit.evaluation.side_by_side import SideBySide, evaluate_models
from labkit.evaluation.titles import title_themes

__all__ = [
    "AffectedRun",
    "Calls",
    "Finding",
    "Forecast",
    "Pilot",
    "Preflight",
    "Progress",
    "Rerun",
    "Retry",
    "SideBySide",
    "ablate_definition",
    "classify",
    "classify_file",
    "evaluate",
    "evaluate_affected",
    "evaluate_batch",
    "evaluate_models",
    "forecast",
    "forecast_ablation",
    "forecast_robustness",
    "hand_over",
    "pilot",
    "plan_reruns",
    "preflight",
    "redact",
    "reliance",
    "robustness",
    "title_themes",
    "untangle",
]
