"""Answers held to the prompt's contract while they are generated: none is unparsed, off the list or cut off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from labkit.errors import ModelRefused
from labkit.models.local.contract_grammar import contract_grammar
from labkit.prompts import RenderedPrompt

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

_LOOP = 24  # tokens that go round in circles, at least …
_LONGEST_TURN = 20  # … of so many at most: no sentence says twelve tokens or more twice in a row


def is_looping(tokens: Sequence[int]) -> bool:
    """Whether an answer's last tokens are the same few, twice in a row or more often.

    Greedy decoding seldom leaves such a loop by itself (Holtzman et al. 2020, The Curious Case of Neural Text
    Degeneration, arXiv:1904.09751).

    Args:
        tokens: the answer so far.
    """
    return any(_repeats(tokens, turn, max(_LOOP, 2 * turn)) for turn in range(1, _LONGEST_TURN + 1))


def _repeats(tokens: Sequence[int], turn: int, length: int) -> bool:
    last = tokens[-length:]
    return len(last) == length and last[turn:] == last[:-turn]


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
        self._closing = _begins_with_a_quote(tokenizer, vocabulary)

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
        return Guide(matchers, self._closing)


class Guide:
    """Chooses the likeliest token among those with which a row's answer can still be completed.

    A text that goes round in circles is ended there: it would do so up to the most that the contract allows, and the
    rows beside it wait meanwhile. That is said of free text only, where most tokens are allowed: a post may well go
    round in circles, and what is quoted of it.

    Args:
        matchers: llguidance's state of each row.
        closing: tokens that end a text, true or false for each of the vocabulary.
    """

    def __init__(self, matchers: Sequence[Any], closing: NDArray[np.bool_]) -> None:
        self._matchers, self._closing = matchers, closing
        self._answers: list[list[int]] = [[] for _ in matchers]

    def __call__(self, rows: Sequence[int], logits: Tensor) -> list[int]:
        """The next token of some rows.

        Args:
            rows: their numbers.
            logits: shape (rows, vocabulary).
        """
        import torch

        allowed = self._allowed(rows, logits.shape[1]).to(logits.device)
        chosen: list[int] = logits.masked_fill(~allowed, -torch.inf).argmax(-1).tolist()
        for k, token in zip(rows, chosen, strict=True):
            self._answers[k].append(token)
            if not self._matchers[k].consume_token(token):
                raise _refusal(self._matchers[k])
        return chosen

    def _allowed(self, rows: Sequence[int], vocabulary: int) -> Tensor:
        import numpy as np
        import torch

        packed = np.frombuffer(b"".join(self._matchers[k].compute_bitmask() for k in rows), np.uint8)
        bits = np.unpackbits(packed.reshape(len(rows), -1), axis=1, count=vocabulary, bitorder="little")
        allowed = bits.view(np.bool_)
        for i in np.flatnonzero(2 * allowed.sum(axis=1) > vocabulary).tolist():
            if is_looping(self._answers[rows[i]]):
                allowed[i] &= self._closing
        return torch.from_numpy(allowed)


def _begins_with_a_quote(tokenizer: Any, vocabulary: int) -> NDArray[np.bool_]:
    """Shape (vocabulary,): a quotation mark ends a JSON text; one within it is written behind a backslash."""
    import numpy as np

    texts = tokenizer.batch_decode([[token] for token in range(len(tokenizer))])
    begins = [text.startswith('"') for text in texts]
    return np.array([*begins, *[False] * (vocabulary - len(begins))])


def _refusal(matcher: Any) -> ModelRefused:
    reason = matcher.get_error()[:200]
    return ModelRefused.told("error.local.contract", reason=reason)
