"""What ended a training, in one line that says what to change."""

from __future__ import annotations

import errno

from labkit.errors import LabkitError
from labkit.training.recipe import Recipe

_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "unable to allocate", "alloc_failed")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("no space left", "disk quota exceeded", "file write failed", "unexpected pos")  # torch's and Rust's
_LOST_WORDS = ("connection closed by peer", "connection reset by peer", "remote process exited", "broken pipe")
_LIMIT = 500  # characters


def explain(error: BaseException, recipe: Recipe) -> str:
    """An error as a problem with its fix.

    Args:
        error: what the training raised; ours say their fix themselves.
        recipe: what was trained with, whose knobs the fix turns.
    """
    if isinstance(error, LabkitError):
        return _one_line(str(error))
    if is_out_of_memory(error):
        return _one_line(f"Out of memory ({error}). {_less_memory(recipe)}.")
    if is_disk_full(error):
        return "The disk is full. Free some space; the same command goes on from the last good checkpoint."
    if is_lost_peer(error):
        return "Another process of this training ended (train.log). The same command goes on from the last checkpoint."
    return _one_line(f"{type(error).__name__}: {error}")


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


def _less_memory(recipe: Recipe) -> str:
    """The knob that helps and changes the result least."""
    if recipe.micro_batch != 1:
        smaller = next(k for k in range((recipe.micro_batch or recipe.batch) // 2 or 1, 0, -1) if recipe.batch % k == 0)
        return (
            f"Set micro_batch to {smaller} (a step still learns from {recipe.batch} rows) and train under another name"
        )
    if recipe.quantization == "none":
        return "Set quantization to nf4, or take a smaller base"
    return "Shorten the prompt, or take a smaller base; micro_batch is 1 already"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LIMIT]
