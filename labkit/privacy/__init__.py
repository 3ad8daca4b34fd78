"""Personal data and secrets in posts: found in Chinese and English running text, counted, masked. No I/O."""

from labkit.privacy.finding import Found, find
from labkit.privacy.kinds import KINDS, SECRET
from labkit.privacy.masking import mask_example, mask_messages, mask_texts, mask_with_rationale
from labkit.privacy.survey import Survey, survey

__all__ = [
    "KINDS",
    "SECRET",
    "Found",
    "Survey",
    "find",
    "mask_example",
    "mask_messages",
    "mask_texts",
    "mask_with_rationale",
    "survey",
]
