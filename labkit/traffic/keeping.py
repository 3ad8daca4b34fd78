"""How long traffic is kept, and in what form."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.errors import BadInput

WEEK = 7  # days that a whole week needs, sampled on the day after it


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a traffic log keeps.

    Args:
        masked: replace personal data before anything is written.
        days: older days are deleted. A month holds four weekly samples; below WEEK no week is whole when it is over.
        megabytes: when the log grows beyond it, its oldest part is deleted.

    Raises:
        BadInput: less than a day or a megabyte.
    """

    masked: bool = True
    days: int = 30
    megabytes: int = 200

    @property
    def holds_a_week(self) -> bool:
        """Whether a weekly sample can be drawn from a whole week."""
        return self.days >= WEEK

    def __post_init__(self) -> None:
        if self.days < 1 or self.megabytes < 1:
            raise BadInput.told("error.traffic.keeping", days=self.days, megabytes=self.megabytes)
