"""`labkit doctor`: what is wrong with this machine, with a fix for each."""

from labkit.doctor.examination import examine
from labkit.doctor.finding import Finding

__all__ = ["Finding", "examine"]
