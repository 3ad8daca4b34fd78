"""What was asked of a release in production, and answered: kept without slowing an answer, masked, for a while."""

from labkit.traffic.drifting import drift
from labkit.traffic.entry import TrafficEntry
from labkit.traffic.keeping import Keeping
from labkit.traffic.reading import Traffic, read_traffic
from labkit.traffic.writing import TrafficLog

__all__ = ["Keeping", "Traffic", "TrafficEntry", "TrafficLog", "drift", "read_traffic"]
