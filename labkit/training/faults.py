"""What ended a training, in one line that says what to change."""

from __future__ import annotations

import errno
from typing import Any

from labkit.errors import LabkitError, TrainingFailed
from labkit.training.recipe import Recipe

_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "unable to allocate", "alloc_failed")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("no space left", "disk quota exceeded", "file write failed", "unexpected pos")  # torch's and Rust's
_LOST_WORDS = ("connection closed by peer", "connection reset by peer", "remote process exited", "broken pipe")
_LIMIT = 450  # characters


def explain(error: BaseException, recipe: Recipe) -> LabkitError:
    """An error as a problem with its fix.

    Args:
        error: what the training raised; ours say their fix themselves.
        recipe: what was trained with, whose knobs the fix turns.
    """
    if isinstance(error, LabkitError):
        return error
    if is_out_of_memory(error):
        return _no_memory(_one_line(str(error)), recipe)
    if is_disk_full(error):
        return TrainingFailed.told("error.fault.disk")
    if is_lost_peer(error):
        return TrainingFailed.told("error.fault.lost_peer")
    return TrainingFailed.told("error.fault.other", kind=type(error).__name__, reason=_one_line(str(error)))


def failure_report(error: LabkitError) -> dict[str, Any]:
    """What the report keeps of an error: its words, and what they were told with for readers of another language."""
    told = {"told": error.phrase.to_json()} if error.phrase else {}
    return {"state": "failed", "problem": " ".join(str(error).split()), **told}


def is_lost_peer(error: BaseException) -> bool:
    """Whether one of several processes that train together ended and left this one alone; torch says so in words."""
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _LOST_WORDS)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, of the GPU or of the machine; torch says the latter in words only."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _NO_MEMORY)


def is_disk_full(error: BaseException) -> bool:
    """Whether the disk is full: Python says so by number, the libraries that write tensors in words."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error).lower() for words in _FULL_WORDS)


def _no_memory(reason: str, recipe: Recipe) -> LabkitError:
    """With the knob that helps and changes the result least."""
    if recipe.micro_batch != 1:
        smaller = next(k for k in range((recipe.micro_batch or recipe.batch) // 2 or 1, 0, -1) if recipe.batch % k == 0)
        return TrainingFailed.told("error.fault.memory", reason=reason, smaller=smaller, batch=recipe.batch)
    if recipe.quantization == "none":
        return TrainingFailed.told("error.fault.memory_unquantized", reason=reason)
    return TrainingFailed.told("error.fault.memory_least", reason=reason)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LIMIT]
