"""A run goes out as labkit's own JSON lines, or as promptfoo, Inspect, a provider's batch or lm-eval would write it."""

from labkit.run_files.exporting import FORMATS, ExportedRun, export_run

__all__ = ["FORMATS", "ExportedRun", "export_run"]
