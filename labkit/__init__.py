"""labkit: from a business scene, posts and labels, to a shipped language model.

The names below are all there is to know; each is loaded when it is first used (PEP 562), so `import labkit` is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from labkit.version import __version__

_HOME = {
    "open_scene": "labkit.workspace",
    "bundled_scenes": "labkit.workspace",
    "get_model": "labkit.models",
    "render": "labkit.prompts",
    "render_posts": "labkit.prompts",
    "evaluate": "labkit.evaluation",
    "classify": "labkit.evaluation",
    "score": "labkit.scoring",
    "confusions": "labkit.scoring",
    "compare": "labkit.comparison",
    "standing": "labkit.decision",
    "gate": "labkit.decision",
    "Gate": "labkit.decision",
    "select": "labkit.curation",
    "train": "labkit.training",
    "near_duplicate_groups": "labkit.curation.near_duplicates",
    "error_cards": "labkit.views.error_cards",
    "PromptEditor": "labkit.widgets",
    "TrainingMonitor": "labkit.widgets",
    "charts": "labkit",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'labkit' has no attribute {name!r}")
    home = _HOME[name]
    return import_module(f"labkit.{name}") if home == "labkit" else getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
