"""A provider tunes the model: what was handed over, under which job, what it costs, and which model came of it."""

from labkit.hosted.judging import compare_hosted
from labkit.hosted.preparing import prepare_hosted
from labkit.hosted.tuning import cancel_hosted, look_at_hosted, record_hosted, tune_hosted
from labkit.workspace.hosted_tunings import HostedTuning, hosted_tuning_of, hosted_tunings

__all__ = [
    "HostedTuning",
    "cancel_hosted",
    "compare_hosted",
    "hosted_tuning_of",
    "hosted_tunings",
    "look_at_hosted",
    "prepare_hosted",
    "record_hosted",
    "tune_hosted",
]
