"""The run database: what was sent, what came back, byte by byte; predictions and scores are derived from it."""

from labkit.store.batches import Batched, SentBatch
from labkit.store.database import Store
from labkit.store.known import KnownReply
from labkit.store.loading import OpenRow, answered_at_once, begun_run, unanswered
from labkit.store.measured import Measured
from labkit.store.recording import Recorder, as_stored, run_identity
from labkit.store.run_file import run_from_jsonl, run_to_jsonl
from labkit.store.salvage import Salvaged, SalvagedRun

__all__ = [
    "Batched",
    "KnownReply",
    "Measured",
    "OpenRow",
    "Recorder",
    "Salvaged",
    "SalvagedRun",
    "SentBatch",
    "Store",
    "answered_at_once",
    "as_stored",
    "begun_run",
    "run_from_jsonl",
    "run_identity",
    "run_to_jsonl",
    "unanswered",
]
