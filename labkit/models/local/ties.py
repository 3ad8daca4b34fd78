"""Whether two answers part where a model holds both for as likely: rounding decides there, not what it has learnt."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any


def part_at_a_tie(
    model: Any, prompt: Sequence[int], one: Sequence[int], other: Sequence[int], ends: Set[int], rounding: float
) -> bool:
    """Hold the first tokens that differ against each other.

    Args:
        model: a transformers model.
        prompt: the prompt's tokens.
        one: the tokens of an answer, without its end.
        other: those of another.
        ends: tokens that end an answer.
        rounding: how far logits that should be the same may be apart, as a share of their spread.

    Returns:
        Whether the two tokens' logits are no further apart than that; True for equal answers.
    """
    import torch

    shared = next((k for k, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if shared is None:
        shared = min(len(one), len(other))
    if shared == len(one) == len(other):
        return True
    with torch.inference_mode():
        ids = torch.tensor([[*prompt, *one[:shared]]], device=model.device)
        logits = model(input_ids=ids, logits_to_keep=1).logits[0, -1].float()
    first, second = (_strongest(logits, answer[shared : shared + 1] or sorted(ends)) for answer in (one, other))
    return abs(first - second) <= rounding * float(logits.std())


def _strongest(logits: Any, tokens: Sequence[int]) -> float:
    return float(logits[list(tokens)].max())
