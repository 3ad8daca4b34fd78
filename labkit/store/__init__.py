"""The run database: what was sent, what came back, byte by byte; predictions and scores are derived from it."""

from labkit.store.database import Recorder, Store, run_identity

__all__ = ["Recorder", "Store", "run_identity"]
