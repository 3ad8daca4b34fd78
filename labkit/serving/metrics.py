"""What Prometheus may read: requests by way and outcome, seconds, how many wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Counters of one server.

    Args:
        waiting: how many requests wait now.
    """

    def __init__(self, waiting: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "labkit_requests", "Requests by way and outcome", ["way", "outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "labkit_answer_seconds", "Seconds from request to answer", ["way"], registry=self.registry
        )
        Gauge("labkit_waiting", "Requests that wait in the queue", registry=self.registry).set_function(waiting)

    @contextmanager
    def counting(self, way: str) -> Iterator[None]:
        """Count what a block ends in."""
        outcome = "failed"
        try:
            yield
            outcome = "answered"
        finally:
            self._requests.labels(way, outcome).inc()

    def took(self, way: str, seconds: float) -> None:
        """Note how long an answer took."""
        self._seconds.labels(way).observe(seconds)
