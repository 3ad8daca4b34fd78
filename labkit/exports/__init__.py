"""Datasets on their way to other tools, each row exactly as it will be served, with a card that says what it is."""

from labkit.exports.card import dataset_card
from labkit.exports.exporting import Export, export_dataset, read_export
from labkit.exports.formats import FORMATS

__all__ = ["FORMATS", "Export", "dataset_card", "export_dataset", "read_export"]
