"""Causal language models in this process: loaded, asked together about one prompt, read."""

from __future__ import annotations

from labkit.models.local.model import BaseOf, LocalModel

__all__ = ["BaseOf", "LocalModel"]
