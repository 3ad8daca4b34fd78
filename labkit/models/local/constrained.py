"""Answers held to the prompt's contract while they are generated: none is unparsed, off the list or cut off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from labkit.errors import ModelRefused
from labkit.models.response_format import answer_schema
from labkit.prompts import RenderedPrompt

if TYPE_CHECKING:
    from torch import Tensor

_RATIONALE = 300  # characters at most; one or two sentences are asked for
_QUOTE = 100
_QUOTES = 5
_FRAME = 200  # characters of keys, brackets and the like
_TOKENS_OF_A_CHARACTER = 12  # at worst: JSON may write a character as \ud83d\ude00, and a token may be one byte
_AS_LABKIT_WRITES: Any = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


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
            raise ModelRefused(
                f"The tokenizer of this model cannot be held to a contract ({reason})", "Leave @json out of its name"
            ) from error
        self._grammars: dict[str, str] = {}

    def guide(self, prompts: Sequence[RenderedPrompt]) -> Guide:
        """A guide for rows that are answered together.

        Args:
            prompts: what each row's prompt allows.
        """
        from llguidance import LLMatcher

        schemas = [json.dumps(bounded_schema(prompt)) for prompt in prompts]
        for schema in set(schemas) - set(self._grammars):
            self._grammars[schema] = LLMatcher.grammar_from_json_schema(schema, overrides=_AS_LABKIT_WRITES)
        return Guide([LLMatcher(self._tokens, self._grammars[schema]) for schema in schemas])


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
                reason = self._matchers[k].get_error()[:200]
                raise ModelRefused(f"An answer left its contract ({reason})", "Leave @json out of the model's name")
        return chosen

    def _allowed(self, row: int, vocabulary: int) -> Tensor:
        import numpy as np
        import torch

        bits = np.unpackbits(np.frombuffer(self._matchers[row].compute_bitmask(), np.uint8), bitorder="little")
        found = np.zeros(vocabulary, np.bool_)
        found[: len(bits)] = bits[:vocabulary]
        return torch.from_numpy(found)


def bounded_schema(prompt: RenderedPrompt) -> dict[str, Any]:
    """The JSON schema of a prompt's answers with an end to everything, so that none can run out of tokens."""
    labels, schema = list(prompt.definitions), answer_schema(prompt)
    post = {"type": "integer", "enum": list(range(1, len(prompt.posts) + 1)) or [1]}
    quote = {"post": post, "quote": {"type": "string", "maxLength": _QUOTE}}
    bounds: dict[str, dict[str, Any]] = {
        "rationale": {"maxLength": _RATIONALE},
        "evidence": {"maxItems": _quotes(prompt), "items": {**_items(schema, "evidence"), "properties": quote}},
        "definition": {"enum": [*labels, ""]},
        "labels": {"minItems": 0 if prompt.none else 1, "maxItems": len(labels) if prompt.several else 1},
    }
    bounded = {key: {**value, **bounds[key]} for key, value in schema["properties"].items()}
    return {**schema, "properties": bounded}


def most_tokens(prompt: RenderedPrompt) -> int:
    """More tokens than any answer under the contract can take."""
    labels = sum(len(json.dumps(label)) + 2 for label in prompt.definitions)
    texts = 0 if prompt.rationale == "none" else _RATIONALE + _quotes(prompt) * (_QUOTE + _FRAME)
    return _TOKENS_OF_A_CHARACTER * (_FRAME + 2 * labels + texts)


def _quotes(prompt: RenderedPrompt) -> int:
    return min(_QUOTES, len(prompt.posts))


def _items(schema: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = schema["properties"].get(key, {}).get("items", {})
    return found
