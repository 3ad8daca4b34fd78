"""Greedy answers of many rows at once, each row after one shared prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from labkit.models.local.prefix import Ids, Prefix
from labkit.models.local.rows import Rows

if TYPE_CHECKING:
    from torch import Tensor

    Choose = Callable[[Sequence[int], Tensor], list[int]]

_READ_AT_ONCE = 12  # rows of like length: of more, much of what is computed is padding
TOKENS_AT_ONCE = 8192  # tokens in one forward pass; rows of like length share one
_SCORES_AT_ONCE = 1 << 28  # attention scores of one layer in one pass, where they are written down


def likeliest(_rows: Sequence[int], logits: Tensor) -> list[int]:
    """The likeliest next token of some rows, by logits of shape (rows, vocabulary)."""
    chosen: list[int] = logits.argmax(-1).tolist()
    return chosen


def generate(
    model: Any, prefix: Prefix, own: Sequence[Ids], budget: int, ends: Set[int], choose: Choose = likeliest
) -> Iterator[tuple[int, list[int]]]:
    """The likeliest token after the likeliest token, until each row has ended or used up its budget.

    Args:
        model: a transformers model whose rows share prefixes.
        prefix: what all prompts begin with.
        own: how each prompt goes on; one token at least.
        budget: tokens of an answer at most.
        ends: tokens that end an answer.
        choose: picks the next token of some rows, given by their numbers.

    Yields:
        A row's number and the tokens of its answer, its end token included, as soon as it has ended.
    """
    open_ = sorted(range(len(own)), key=lambda k: len(own[k]))
    rows, expected = _read_prompts(model, prefix, [own[k] for k in open_])
    answers: list[list[int]] = [[] for _ in own]
    chosen = choose(open_, expected)
    while True:
        for k, token in zip(open_, chosen, strict=True):
            answers[k].append(token)
        is_full = len(answers[open_[0]]) >= budget
        ended = [is_full or token in ends for token in chosen]
        yield from ((k, answers[k]) for k, is_over in zip(open_, ended, strict=True) if is_over)
        going = _closed_up([not is_over for is_over in ended])
        if not going:
            return
        if len(going) < len(open_):
            rows.keep(going)
            open_, chosen = [open_[i] for i in going], [chosen[i] for i in going]
        chosen = choose(open_, rows.feed([[token] for token in chosen]))


def _read_prompts(model: Any, prefix: Prefix, own: Sequence[Ids]) -> tuple[Rows, Tensor]:
    """Rows that have read their prompts, and what each expects next; those of like length read together."""
    import torch

    read, expected = [], []
    for part in reading_together(model, len(own)):
        read.append(Rows(model, prefix, len(own[part])))
        expected.append(read[-1].feed(own[part]))
    return Rows.join(read), torch.cat(expected)


def reading_together(model: Any, rows: int) -> Iterator[slice]:
    """Which rows, by length, read their prompts in one pass: few on a CPU, all on a GPU, where padding costs little."""
    at_once = _READ_AT_ONCE if model.device.type == "cpu" else rows
    return (slice(start, start + at_once) for start in range(0, rows, at_once))


def _closed_up(open_: Sequence[bool]) -> list[int]:
    """The open places, the last ones moved to where others have closed: few rows change their place."""
    kept = sum(open_)
    late = [k for k in range(kept, len(open_)) if open_[k]]
    return [k if open_[k] else late.pop() for k in range(kept)]


def groups_by_length(lengths: Sequence[int], tokens_at_once: int = TOKENS_AT_ONCE) -> Iterator[list[int]]:
    """Row numbers in groups of like length.

    Args:
        lengths: tokens of each row.
        tokens_at_once: a group's rows times its longest row stay below this, unless it is a single row.

    Yields:
        Groups that together hold every row number once.
    """
    group: list[int] = []
    for k in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and (len(group) + 1) * lengths[k] > tokens_at_once:
            yield group
            group = []
        group.append(k)
    if group:
        yield group


def tokens_at_once(model: Any, prefix: Prefix) -> int:
    """How many tokens of rows may go through a model together, so that their attention scores fit into memory."""
    if model.device.type == "cpu":  # there `attention` never writes them down
        return TOKENS_AT_ONCE
    heads = int(model.config.get_text_config().num_attention_heads)
    return max(1, min(TOKENS_AT_ONCE, _SCORES_AT_ONCE // (heads * (len(prefix.ids) + 64))))


def disagreement(model: Any, prefix: Prefix, own: Sequence[Ids]) -> float:
    """How far what rows expect next is from what plain passes over their whole prompts expect.

    Args:
        model: a transformers model whose rows share prefixes.
        prefix: what all prompts begin with.
        own: how each goes on; two rows of unlike length try padding too. The last token is read apart, as an answer's
            tokens are.

    Returns:
        The largest difference of a row's logits, as a share of their spread: rounding is below 0.001 in fp32 and 0.1
        in bf16, and attention to the wrong tokens near 1.
    """
    import torch

    rows, last = Rows(model, prefix, len(own)), list(own)
    if all(len(row) > 1 for row in own):
        rows.feed([row[:-1] for row in own])
        last = [row[-1:] for row in own]
    shared = rows.feed(last).float()
    with torch.inference_mode():
        whole = [torch.tensor([[*prefix.ids, *row]], device=model.device) for row in own]
        plain = torch.cat([model(input_ids=ids, logits_to_keep=1).logits[:, -1] for ids in whole]).float()
    spread = (plain - plain.mean(1, keepdim=True)).norm(dim=1)
    return float(((shared - plain).norm(dim=1) / spread.clamp(min=1e-6)).max())


def generate_plainly(
    model: Any, prompts: Sequence[Ids], budget: int, ends: Set[int], pad: int, choose: Choose | None = None
) -> list[list[int]]:
    """The same by transformers' own `generate`, each prompt computed whole: for every architecture it knows.

    Args:
        model: a transformers model.
        prompts: the prompts' tokens.
        budget: tokens of an answer at most.
        ends: tokens that end an answer.
        pad: the token that fills shorter prompts on the left.
        choose: picks the next token of some rows, given by their numbers; the likeliest one when it is left out.

    Returns:
        The tokens of each answer, its end token included; padding may follow.
    """
    import torch
    from transformers import GenerationConfig

    width = max(map(len, prompts))
    ids = torch.tensor([[pad] * (width - len(row)) + list(row) for row in prompts], device=model.device)
    real = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in prompts], device=model.device)
    greedy = GenerationConfig(
        do_sample=False, eos_token_id=sorted(ends) or None, pad_token_id=pad, max_new_tokens=budget
    )
    with torch.inference_mode(), _without_its_own_settings(model):
        more = {"logits_processor": [_Choosing(choose, ends)]} if choose else {}
        # whoever has a base in shards keeps its processes in step already (`training.shards`)
        output = model.generate(input_ids=ids, attention_mask=real, generation_config=greedy, synced_gpus=False, **more)
    return [[int(token) for token in row] for row in output[:, width:]]


@contextmanager
def _without_its_own_settings(model: Any) -> Iterator[None]:
    """While a model answers, only our settings count.

    What they leave open, transformers takes from those that came with the base: Qwen2.5's repetition penalty would
    count every token of the prompt against a label or a quote, and only where no prefix is shared.
    """
    from transformers import GenerationConfig

    holders = [model, model.get_base_model()] if hasattr(model, "get_base_model") else [model]  # an adapter's base, too
    before = [holder.generation_config for holder in holders]
    try:
        for holder in holders:
            holder.generation_config = GenerationConfig()
        yield
    finally:
        for holder, own in zip(holders, before, strict=True):
            holder.generation_config = own


class _Choosing:
    """Leaves transformers' `generate` no other token than the chosen one.

    Args:
        choose: picks the next token of the rows that have not ended.
        ends: tokens that end an answer.
    """

    def __init__(self, choose: Choose, ends: Set[int]) -> None:
        self._choose, self._ends = choose, ends
        self._going: list[int] | None = None

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """Scores of shape (rows, vocabulary) with all but the chosen tokens at minus infinity."""
        import torch

        going = list(range(len(scores))) if self._going is None else self._going
        chosen = self._choose(going, scores[going])
        left = torch.full_like(scores, -torch.inf)
        left[going, chosen] = 0.0
        left[[k for k in range(len(scores)) if k not in going], 0] = 0.0  # ended: `generate` pads these itself
        self._going = [k for k, token in zip(going, chosen, strict=True) if token not in self._ends]
        return left
