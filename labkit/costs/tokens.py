"""How many tokens a text has, without the tokenizer: characters × a ratio, corrected by what the model reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

# Source: DeepSeek's API documentation, "Token & Token Usage": one Chinese character is about 0.6 token, one English
# character about 0.3. Other models' tokenizers lie within a factor of two of it, which `correction` takes out.
_WIDE_RATIO, _NARROW_RATIO = 0.6, 0.3
_MESSAGE_FRAME = 4  # tokens around each message
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_LEAST_REPLIES = 3  # fewer reports than this correct nothing


@dataclass(frozen=True, slots=True)
class TokenEstimate:
    """A number of tokens that nobody has counted.

    Args:
        tokens: how many.
        measured_on: replies whose reported tokens have corrected it; 0 when it is a rule of thumb.
    """

    tokens: float
    measured_on: int = 0


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """Counts the tokens of a piece of text.

    Args:
        count: text -> tokens, without what a chat template puts around messages.
        tokenizer: the model whose own tokenizer counts; "" where tokens are estimated from characters.
        measured_on: replies whose reported tokens have corrected an estimate; 0 is a rule of thumb.
    """

    count: Callable[[str], float]
    tokenizer: str = ""
    measured_on: int = 0


def rule_of_thumb(factor: float = 1.0, measured_on: int = 0) -> TokenCounter:
    """Characters × a ratio × a correction (see `correction`), for a model whose tokenizer is not at hand."""
    return TokenCounter(lambda text: factor * (_tokens_of(text) - _MESSAGE_FRAME), "", measured_on)


def estimated_tokens(texts: Iterable[str]) -> float:
    """Tokens of messages by the rule of thumb, for a model of which nothing has been measured."""
    return sum(_tokens_of(text) for text in texts)


@lru_cache(maxsize=256)  # all rows of a run share the long system message
def _tokens_of(text: str) -> float:
    wide = len(_WIDE.findall(text))
    return _MESSAGE_FRAME + wide * _WIDE_RATIO + (len(text) - wide) * _NARROW_RATIO


def correction(pairs: Iterable[tuple[float, int]]) -> tuple[float, int]:
    """By how much a model's own counts differ from the rule of thumb.

    Args:
        pairs: (tokens by the rule of thumb, tokens that the model reported) of replies.

    Returns:
        (factor, replies it rests on); (1.0, 0) when there are fewer than three.
    """
    known = [(guess, reported) for guess, reported in pairs if guess > 0 and reported > 0]
    if len(known) < _LEAST_REPLIES:
        return 1.0, 0
    return sum(reported for _, reported in known) / sum(guess for guess, _ in known), len(known)
