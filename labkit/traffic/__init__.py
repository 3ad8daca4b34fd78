"""What was asked of a release in production, and answered: kept without slowing an answer, masked, for a while."""

from labkit.traffic.drifting import drift
from labkit.traffic.entry import TrafficEntry
from labkit.traffic.feedback import Feedback, FeedbackLog, import_feedback, read_feedback
from labkit.traffic.feeding import Fed, Gathered, feed, gather_feedback
from labkit.traffic.keeping import Keeping
from labkit.traffic.quality import OnlineQuality, online_quality
from labkit.traffic.reading import Traffic, read_traffic
from labkit.traffic.renewing import Renewed, renew_test
from labkit.traffic.sampling import WeekSample, sample_week
from labkit.traffic.shadowing import Shadow, shadow, shadow_of
from labkit.traffic.writing import TrafficLog

__all__ = [
    "Fed",
    "Feedback",
    "FeedbackLog",
    "Gathered",
    "Keeping",
    "OnlineQuality",
    "Renewed",
    "Shadow",
    "Traffic",
    "TrafficEntry",
    "TrafficLog",
    "WeekSample",
    "drift",
    "feed",
    "gather_feedback",
    "import_feedback",
    "online_quality",
    "read_feedback",
    "read_traffic",
    "renew_test",
    "sample_week",
    "shadow",
    "shadow_of",
]
