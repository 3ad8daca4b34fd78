"""Weights and tokenizer in memory: requests become tokens, tokens become answers, answers become text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from labkit.errors import ModelRefused
from labkit.models.chat_format import answer_budget, chat_messages, render_chat
from labkit.models.local.attention import let_rows_share
from labkit.models.local.constrained import Contracts
from labkit.models.local.contract_grammar import most_tokens
from labkit.models.local.deciding import Decision, Glance, PlainGlance, SharedGlance, decide
from labkit.models.local.forks import Forks, allowed_answers, answer_text, find_forks
from labkit.models.local.generation import (
    TOKENS_AT_ONCE,
    disagreement,
    generate,
    generate_plainly,
    groups_by_length,
    likeliest,
    tokens_at_once,
)
from labkit.models.local.loading import device_and_dtype, load_base, load_tokenizer, with_adapter
from labkit.models.local.parallel import answer_groups, dealt, dealt_by_length
from labkit.models.local.prefix import Prefix, Prefixes
from labkit.models.local.ties import part_at_a_tie
from labkit.models.stopping import require_wanted
from labkit.prompts import RenderedPrompt, read_rendered
from labkit.records import Message, Reply, Request, Usage

Share = Callable[[list[int], int], Iterator[list[int]]]  # how a group is shared out among so many threads

_ROUNDING = {"float32": 1e-3}  # how far the two ways may be apart, see `disagreement`
_ROUNDING_OF_HALVES = 0.1  # bf16 and fp16
_DECIDED_AT_ONCE = 48  # rows that decide together: of fewer, a pass over a decision's few tokens costs hardly less
_SHORT = 64  # tokens of an answer that must have room
_END = 16  # characters of a prompt that can have a say in how the answer behind it is cut into tokens


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A request as the model reads it.

    Args:
        ids: the prompt's tokens.
        budget: tokens of the answer at most.
        asked: what the prompt allows.
        end: the prompt's last characters, behind which an answer's tokens are counted.
        conversation: the messages before the last one: what rows of a run have in common.
    """

    ids: tuple[int, ...]
    budget: int
    asked: RenderedPrompt
    end: str
    conversation: tuple[Message, ...] = ()


class LoadedModel:
    """A model that can be asked.

    Args:
        model: a transformers model, perhaps with an adapter, in evaluation mode.
        tokenizer: the model's.
        shares: whether rows attend to one copy of the prefix (see `attention.let_rows_share`).
        most: tokens of rows that go through the model together, but for a longer row, which goes alone.
    """

    def __init__(self, model: Any, tokenizer: Any, shares: bool, most: int = TOKENS_AT_ONCE) -> None:
        self.model, self.tokenizer, self._most = model, tokenizer, most
        self.ends = _end_tokens(model, tokenizer)
        self._prefixes = Prefixes(model) if shares else None
        self.context = int(getattr(self.model.config.get_text_config(), "max_position_embeddings", None) or sys.maxsize)
        self._tried = False
        self._kept_forks: dict[Hashable, Forks] = {}

    @classmethod
    def load(cls, folder: Path, adapter: Path | None, precision: str, shares: bool) -> LoadedModel:
        """Load a model to be asked.

        Args:
            folder: the base's folder, checked.
            adapter: an adapter's folder, checked, or None.
            precision: "nf4" or "full".
            shares: whether rows attend to one copy of the prefix.
        """
        return cls(_load(folder, adapter, precision, shares), load_tokenizer(folder, side="left"), shares)

    def beside(self) -> LoadedModel:
        """The same weights, to be asked without their adapter; kept prefixes hold for one of the two only."""
        other = copy(self)
        other._prefixes = Prefixes(self.model) if self._prefixes else None
        other._tried = False
        return other

    def read(self, requests: Sequence[Request]) -> list[Row]:
        """Requests as tokens; many are cut on all cores."""
        if not requests:
            return []
        chats = [render_chat(chat_messages(request.messages, self.tokenizer), self.tokenizer) for request in requests]
        ids = self.tokenizer(chats, add_special_tokens=False, return_attention_mask=False)["input_ids"]
        return [self._row(*read) for read in zip(requests, chats, ids, strict=True)]

    def _row(self, request: Request, chat: str, ids: list[int]) -> Row:
        asked = read_rendered(request.messages)
        return Row(tuple(ids), answer_budget(request, self.tokenizer), asked, chat[-_END:], request.messages[:-1])

    def has_room(self, row: Row) -> bool:
        """Whether an answer fits behind a prompt into what the model can read."""
        return len(row.ids) + min(row.budget, _SHORT) <= self.context

    def answer_each(
        self, requests: Sequence[Request], answers: str = "", threads: int = 1
    ) -> Iterator[tuple[int, Reply]]:
        """Answer rendered prompts greedily, each as soon as its answer is there.

        Args:
            requests: any number; rows of like length go through the model together.
            answers: "labels" weighs them instead of generating, "json" holds answers to their prompts' contracts.
            threads: groups of rows that may be answered at once.

        Yields:
            A request's number and its reply, in no order; finish_reason is "length" when no end token came, also where
            the prompt leaves no room for an answer.

        Raises:
            ModelRefused: as `generate` and `decide` do.
        """
        rows = self.read(requests)
        fits = [self.has_room(row) for row in rows]
        yield from ((k, _no_room(row)) for k, row in enumerate(rows) if not fits[k])
        places = [k for k, fit in enumerate(fits) if fit]
        fitting = [rows[k] for k in places]
        found = self._decided(fitting, threads) if answers == "labels" else self._generated(fitting, answers, threads)
        yield from ((places[k], reply) for k, reply in found)

    def _generated(self, rows: Sequence[Row], answers: str, threads: int) -> Iterator[tuple[int, Reply]]:
        for numbers, said, seconds in self.generate(rows, held=answers == "json", threads=threads):
            for k, ids in zip(numbers, said, strict=True):
                yield k, self._reply(rows[k], ids, seconds)

    def _reply(self, row: Row, ids: Sequence[int], seconds: float) -> Reply:
        """An answer's tokens, perhaps with padding behind their end, as a reply."""
        end = next((k for k, token in enumerate(ids) if token in self.ends), None)
        own = ids[:end]
        text = self.tokenizer.decode(own, skip_special_tokens=True)
        usage = Usage(prompt_tokens=len(row.ids), completion_tokens=len(own) + (end is not None))
        return Reply(text, text.encode(), "length" if end is None else "stop", usage, seconds)

    def _decided(self, rows: Sequence[Row], threads: int) -> Iterator[tuple[int, Reply]]:
        for numbers, decisions, seconds in self.decide(rows, threads=threads):
            for k, decision in zip(numbers, decisions, strict=True):
                text, usage = answer_text(decision.labels), Usage(prompt_tokens=len(rows[k].ids), completion_tokens=0)
                yield k, Reply(text, text.encode(), "stop", usage, seconds, probabilities=decision.probabilities)

    def generate(
        self, rows: Sequence[Row], *, held: bool = False, threads: int = 1
    ) -> Iterator[tuple[list[int], list[list[int]], float]]:
        """Answer rows greedily, many together.

        Args:
            rows: any number.
            held: whether answers are held to their prompts' contracts.
            threads: groups of rows that may be answered at once.

        Yields:
            Numbers of rows that have ended, the tokens of their answers, and the seconds these took.

        Raises:
            ModelRefused: rows that share a prefix would be answered differently from plain ones; a contract that
                answers are to be held to names no labels.
        """
        if held:
            _require_labels(rows)
        groups = self._together(rows, [0] * len(rows), threads, dealt)
        yield from answer_groups(
            groups,
            lambda group, prefix: self._generate_together([rows[k] for k in group], prefix, held),
            self._at_once(threads),
        )

    def _generate_together(
        self, rows: Sequence[Row], prefix: Prefix | None, held: bool
    ) -> Iterator[tuple[list[int], list[list[int]]]]:
        asked = [row.asked for row in rows]
        choose = self._contracts.guide(asked) if held else likeliest
        budget = max(map(most_tokens, asked)) if held else max(row.budget for row in rows)
        budget = min(budget, self.context - max(len(row.ids) for row in rows))
        if prefix is None:
            ids, pad = [row.ids for row in rows], self.tokenizer.pad_token_id
            answers = generate_plainly(self.model, ids, budget, self.ends, pad or 0, choose if held else None)
            yield list(range(len(rows))), answers
            return
        own = [row.ids[len(prefix.ids) :] for row in rows]
        for k, answer in generate(self.model, prefix, own, budget, self.ends, choose):
            yield [k], [answer]

    @cached_property
    def _contracts(self) -> Contracts:
        known = int(self.model.config.get_text_config().vocab_size)
        return Contracts(self.tokenizer, max(known, len(self.tokenizer)), sorted(self.ends))

    def decide(self, rows: Sequence[Row], *, threads: int = 1) -> Iterator[tuple[list[int], list[Decision], float]]:
        """Choose labels without generating, rows of like length together.

        Args:
            rows: any number.
            threads: groups of rows that may be weighed at once.

        Yields:
            Numbers of rows, their labels with probabilities, and the seconds these took.

        Raises:
            ModelRefused: a prompt names no labels; rows that share a prefix would be answered differently.
        """
        _require_labels(rows)
        more = [len(self._forks(row, ()).tree) for row in rows]
        groups = self._together(rows, more, threads, partial(dealt_by_length, at_most=_DECIDED_AT_ONCE))
        yield from answer_groups(
            groups,
            lambda group, prefix: self._decide_together([rows[k] for k in group], prefix),
            self._at_once(threads),
        )

    def _decide_together(
        self, rows: Sequence[Row], prefix: Prefix | None
    ) -> Iterator[tuple[list[int], list[Decision]]]:
        if prefix is None:
            glance: Glance = PlainGlance(self.model, [row.ids for row in rows])
        else:
            glance = SharedGlance(self.model, prefix, [row.ids[len(prefix.ids) :] for row in rows])
        asked = [row.asked for row in rows]
        yield list(range(len(rows))), decide(asked, lambda k, chosen: self._forks(rows[k], chosen), glance)

    def _forks(self, row: Row, chosen: Sequence[str]) -> Forks:
        """Where the answers to a row part, kept: rows of a run have the same."""
        asked = row.asked
        key = (tuple(asked.definitions), asked.several, asked.none, tuple(chosen), row.end, row.ids[-1])
        if key not in self._kept_forks:
            tokens_of = partial(_tokens_behind, self.tokenizer, row.end)
            self._kept_forks[key] = find_forks(allowed_answers(asked, chosen), row.ids[-1], tokens_of)
        return self._kept_forks[key]

    def _at_once(self, threads: int) -> int:
        """Groups at once: one where prompts are computed whole, which changes the model's own settings meanwhile."""
        return threads if self._prefixes else 1

    def _together(
        self, rows: Sequence[Row], more: Sequence[int], threads: int, share: Share
    ) -> Iterator[tuple[list[int], Prefix | None]]:
        """Rows of like length, with the prefix they share; None where every prompt is computed whole."""
        if self._prefixes is None:
            whole = [len(row.ids) + extra for row, extra in zip(rows, more, strict=True)]
            yield from ((group, None) for group in groups_by_length(whole, self._most))
            return
        for together, prefix in self._by_prefix(rows, self._prefixes):
            lengths = [len(rows[k].ids) - len(prefix.ids) + more[k] for k in together]
            for group in groups_by_length(lengths, threads * min(self._most, tokens_at_once(self.model, prefix))):
                for part in share([together[k] for k in group], threads):
                    yield part, prefix

    def _by_prefix(self, rows: Sequence[Row], prefixes: Prefixes) -> Iterator[tuple[list[int], Prefix]]:
        conversations: dict[tuple[Message, ...], list[int]] = {}
        for k, row in enumerate(rows):
            conversations.setdefault(row.conversation, []).append(k)
        for conversation, numbers in conversations.items():
            prefix = prefixes.of([rows[k].ids for k in numbers], conversation)
            self._try_sharing(prefix, [rows[k].ids[len(prefix.ids) :] for k in numbers])
            yield numbers, prefix

    @property
    def _rounding(self) -> float:
        _, dtype = device_and_dtype()  # a model in training may hold its weights in another one
        return _ROUNDING.get(str(dtype).removeprefix("torch."), _ROUNDING_OF_HALVES)

    def is_torn(self, row: Row, one: str, other: str) -> bool:
        """Whether the model could have given either answer to a row, but for rounding."""
        first, second = (_tokens_behind(self.tokenizer, row.end, text) for text in (one, other))
        return part_at_a_tie(self.model, row.ids, first, second, self.ends, self._rounding)

    def _try_sharing(self, prefix: Prefix, own: Sequence[Sequence[int]]) -> None:
        """Once for each model that is loaded: is an answer the same both ways?"""
        if self._tried:
            return
        apart = disagreement(self.model, prefix, [min(own, key=len), max(own, key=len)])
        if not apart <= self._rounding:
            raise ModelRefused.told("error.local.prefix_differs", name=type(self.model).__name__, apart=apart)
        self._tried = True


def _load(folder: Path, adapter: Path | None, precision: str, shares: bool) -> Any:
    model = load_base(folder, precision)
    if precision == "nf4" and model.device.type == "cpu":
        # Unpacked once: the very weights that 4-bit layers compute with, at the speed of plain ones, and out of reach
        # of bitsandbytes' in-place repacking on AVX512-BF16 CPUs.
        model = model.dequantize()
    if shares:
        let_rows_share(model)
    model.register_forward_pre_hook(lambda *_: require_wanted())  # an interrupt is heard between two tokens
    return (with_adapter(model, adapter) if adapter else model).eval()


def _end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    """The tokens that end an answer, by the model's generation config and by its tokenizer."""
    named = model.generation_config.eos_token_id
    ends = set(named) if isinstance(named, list) else {named}
    return frozenset(token for token in (*ends, tokenizer.eos_token_id) if token is not None)


def _no_room(row: Row) -> Reply:
    return Reply("", b"", "length", Usage(prompt_tokens=len(row.ids), completion_tokens=0))


def _require_labels(rows: Sequence[Row]) -> None:
    if not all(row.asked.definitions for row in rows):
        refused = ModelRefused.told("error.local.no_labels")
        refused.kind = "prompt"
        raise refused


def _tokens_behind(tokenizer: Any, end: str, answer: str) -> tuple[int, ...]:
    """An answer's tokens as they stand behind a prompt: some tokenizers cut a text's beginning differently."""
    alone: list[int] = tokenizer(end, add_special_tokens=False)["input_ids"]
    both: list[int] = tokenizer(end + answer, add_special_tokens=False)["input_ids"]
    if both[: len(alone)] != alone:
        both, alone = tokenizer(answer, add_special_tokens=False)["input_ids"], []
    return tuple(both[len(alone) :])
