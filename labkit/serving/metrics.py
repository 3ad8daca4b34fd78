"""What Prometheus may read: requests by way and outcome, seconds, how many wait, what of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from labkit.traffic import TrafficLog


class Metrics:
    """Counters of one server.

    Args:
        waiting: how many requests wait now.
        traffic: the log of what was answered; None when nothing is kept.
    """

    def __init__(self, waiting: Callable[[], int], traffic: TrafficLog | None) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "labkit_requests", "Requests by way and outcome", ["way", "outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "labkit_answer_seconds", "Seconds from request to answer", ["way"], registry=self.registry
        )
        Gauge("labkit_waiting", "Requests that wait in the queue", registry=self.registry).set_function(waiting)
        if traffic:
            self.registry.register(_Kept(traffic))

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


class _Kept(Collector):
    """How many entries of traffic are on the disk, and how many could not be kept."""

    def __init__(self, traffic: TrafficLog) -> None:
        self._traffic = traffic

    def collect(self) -> Iterable[CounterMetricFamily]:
        counted = CounterMetricFamily("labkit_traffic_entries", "Entries of the traffic log", labels=["outcome"])
        counted.add_metric(["written"], self._traffic.written)
        counted.add_metric(["lost"], self._traffic.lost)
        yield counted
