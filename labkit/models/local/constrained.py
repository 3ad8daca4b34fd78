"""Answers held to the prompt's contract while they are generated: none is unparsed, off the list or cut off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from labkit.errors import ModelRefused
from labkit.models.local.contract_grammar import contract_grammar
from labkit.prompts import RenderedPrompt

if TYPE_CHECKING:
    from torch import Tensor


class Contracts:
    """The contracts of prompts as grammars over one model's tokens (llguidance).

    Args:
        tokenizer: a transformers tokenizer.
        vocabulary: the model's number of tokens.
        ends: tokens that end an answer.

    Raises:
        ModelRefused: the tokenizer or the end tokens do not allow it.
    """

    def __init__(self, tokenizer: Any, vocabulary: int, ends: Sequence[int]) -> None:
        from llguidance.hf import from_tokenizer

        try:
            self._tokens = from_tokenizer(tokenizer, n_vocab=vocabulary, eos_token=list(ends))
        except (ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise ModelRefused.told("error.local.tokenizer_contract", reason=reason) from error

    def guide(self, prompts: Sequence[RenderedPrompt]) -> Guide:
        """A guide for rows that are answered together.

        Args:
            prompts: what each row's prompt allows.

        Raises:
            ModelRefused: a contract cannot be held over this model's tokens.
        """
        from llguidance import LLMatcher

        matchers = [LLMatcher(self._tokens, contract_grammar(prompt)) for prompt in prompts]
        for matcher in matchers:
            if matcher.is_error():
                raise _refusal(matcher)
        return Guide(matchers)


class Guide:
    """Chooses the likeliest token among those with which a row's answer can still be completed.

    Args:
        matchers: llguidance's state of each row.
    """

    def __init__(self, matchers: Sequence[Any]) -> None:
        self._matchers = matchers

    def __call__(self, rows: Sequence[int], logits: Tensor) -> list[int]:
        """The next token of some rows.

        Args:
            rows: their numbers.
            logits: shape (rows, vocabulary).
        """
        import torch

        allowed = torch.stack([self._allowed(k, logits.shape[1]) for k in rows]).to(logits.device)
        chosen: list[int] = logits.masked_fill(~allowed, -torch.inf).argmax(-1).tolist()
        for k, token in zip(rows, chosen, strict=True):
            if not self._matchers[k].consume_token(token):
                raise _refusal(self._matchers[k])
        return chosen

    def _allowed(self, row: int, vocabulary: int) -> Tensor:
        import numpy as np
        import torch

        bits = np.unpackbits(np.frombuffer(self._matchers[row].compute_bitmask(), np.uint8), bitorder="little")
        found = np.zeros(vocabulary, np.bool_)
        found[: len(bits)] = bits[:vocabulary]
        return torch.from_numpy(found)


def _refusal(matcher: Any) -> ModelRefused:
    reason = matcher.get_error()[:200]
    return ModelRefused.told("error.local.contract", reason=reason)
