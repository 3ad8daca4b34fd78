"""Datasets on their way to other tools, each row exactly as it will be served."""

from labkit.exports.exporting import Export, export_dataset, read_export
from labkit.exports.formats import FORMATS

__all__ = ["FORMATS", "Export", "export_dataset", "read_export"]
