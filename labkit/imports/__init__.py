"""Answers given elsewhere (promptfoo, Inspect, provider batches, lm-eval, tables) become runs like any other."""

from labkit.imports.importing import FORMATS, ImportedRun, import_run

__all__ = ["FORMATS", "ImportedRun", "import_run"]
