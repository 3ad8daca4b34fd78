"""Causal language models in this process: loaded, asked together about one prompt, read."""

from __future__ import annotations

from labkit.models.local.model import BaseOf, LocalModel, unload_models

__all__ = ["BaseOf", "LocalModel", "unload_models"]
