"""Weights and tokenizer in memory: requests become tokens, tokens become answers, answers become text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.errors import ModelRefused
from labkit.models.chat_format import TEMPLATE_OPTIONS, answer_budget, chat_messages
from labkit.models.local.attention import let_rows_share
from labkit.models.local.generation import disagreement, generate, generate_plainly, groups_by_length, tokens_at_once
from labkit.models.local.loading import load_base, load_tokenizer
from labkit.models.local.prefix import Prefix, Prefixes
from labkit.records import Message, Request

_ROUNDING = {"float32": 1e-3}  # how far the two ways may be apart, see `disagreement`
_ROUNDING_OF_HALVES = 0.1  # bf16 and fp16


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A request as the model reads it.

    Args:
        ids: the prompt's tokens.
        budget: tokens of the answer at most.
        conversation: the messages before the last one: what rows of a run have in common.
    """

    ids: tuple[int, ...]
    budget: int
    conversation: tuple[Message, ...] = ()


class LoadedModel:
    """A model that can be asked.

    Args:
        folder: the base's folder, checked.
        adapter: an adapter's folder, checked, or None.
        precision: "nf4" or "full".
        shares: whether rows attend to one copy of the prefix.
    """

    def __init__(self, folder: Path, adapter: Path | None, precision: str, shares: bool) -> None:
        self.tokenizer = load_tokenizer(folder, side="left")
        self.model = _load(folder, adapter, precision, shares)
        self.ends = _ends(self.model, self.tokenizer)
        self._prefixes = Prefixes(self.model) if shares else None
        self._tried = False

    def read(self, request: Request) -> Row:
        """A request as tokens."""
        messages = chat_messages(request.messages, self.tokenizer)
        options: dict[str, Any] = {"tokenize": False, "add_generation_prompt": True, **TEMPLATE_OPTIONS}
        text = str(self.tokenizer.apply_chat_template(messages, **options))
        ids = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return Row(tuple(ids), answer_budget(request, self.tokenizer), request.messages[:-1])

    def generate(self, rows: Sequence[Row]) -> Iterator[tuple[list[int], list[list[int]]]]:
        """Answer rows greedily, those of like length together.

        Yields:
            Numbers of rows, and the tokens of their answers.

        Raises:
            ModelRefused: rows that share a prefix would be answered differently from plain ones.
        """
        if self._prefixes is None:
            for group in groups_by_length([len(row.ids) for row in rows]):
                ids, budget = [rows[k].ids for k in group], max(rows[k].budget for k in group)
                yield group, generate_plainly(self.model, ids, budget, self.ends, self.tokenizer.pad_token_id)
            return
        for together, prefix in self._by_prefix(rows, self._prefixes):
            start = len(prefix.ids)
            lengths = [len(rows[k].ids) - start for k in together]
            for group in groups_by_length(lengths, tokens_at_once(self.model, prefix)):
                chosen = [together[k] for k in group]
                budget = max(rows[k].budget for k in chosen)
                yield chosen, generate(self.model, prefix, [rows[k].ids[start:] for k in chosen], budget, self.ends)

    def _by_prefix(self, rows: Sequence[Row], prefixes: Prefixes) -> Iterator[tuple[list[int], Prefix]]:
        conversations: dict[tuple[Message, ...], list[int]] = {}
        for k, row in enumerate(rows):
            conversations.setdefault(row.conversation, []).append(k)
        for conversation, numbers in conversations.items():
            prefix = prefixes.of([rows[k].ids for k in numbers], conversation)
            self._try_sharing(prefix, [rows[k].ids[len(prefix.ids) :] for k in numbers])
            yield numbers, prefix

    def _try_sharing(self, prefix: Prefix, own: Sequence[Sequence[int]]) -> None:
        """Once for each model that is loaded: is an answer the same both ways?"""
        if self._tried:
            return
        apart = disagreement(self.model, prefix, [min(own, key=len), max(own, key=len)])
        if not apart <= _ROUNDING.get(str(self.model.dtype).removeprefix("torch."), _ROUNDING_OF_HALVES):
            raise ModelRefused(
                f"Rows of this {type(self.model).__name__} that share a prefix are answered differently from plain "
                f"ones (logits apart by {apart:.3g} of their spread)",
                "Write @plain behind its path; every prompt is then computed whole",
            )
        self._tried = True


def _load(folder: Path, adapter: Path | None, precision: str, shares: bool) -> Any:
    from peft import PeftModel

    model = load_base(folder, precision)
    if precision == "nf4" and model.device.type == "cpu":
        # Unpacked once: the very weights that 4-bit layers compute with, at the speed of plain ones, and out of reach
        # of bitsandbytes' in-place repacking on AVX512-BF16 CPUs.
        model = model.dequantize()
    if shares:
        let_rows_share(model)
    if adapter:
        model = PeftModel.from_pretrained(model, str(adapter))
    return model.eval()


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """The tokens that end an answer, by the model's generation config and by its tokenizer."""
    named = model.generation_config.eos_token_id
    ends = set(named) if isinstance(named, list) else {named}
    return frozenset(token for token in (*ends, tokenizer.eos_token_id) if token is not None)
