"""What a step takes in memory, and how it is laid out to fit: rows at once, and activations kept or computed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from labkit.training.job_folder import JobFolder

_ADAM = {"paged_adamw_8bit": 2, "adamw_torch": 8}  # bytes a trained weight: two moments
# Bytes that a processor's allocator held for each byte of activations: 1.4 to 1.9 in three trainings of 7 to 9 million
# parameters (tests/bench/training_speed.py, and banking77 with local/study).
HELD_ON_PROCESSOR = 1.6
_USABLE = 0.85  # of the free memory: allocators lose some to fragments, and the longest row is not yet known exactly


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a step are computed; it changes what a step takes, not what it learns.

    Args:
        at_once: rows that a process computes together, a divisor of its share of the recipe's batch.
        checkpointing: whether activations are computed again on the way back instead of kept. It takes a third more
            time; so only where memory needs it.
        began_with: rows of one prefix that follow each other in the order of rows, as the job's first layout had it;
            None in that layout itself.
        processes: that train together.
        sharded: whether each of them holds a part of the base, so that there is more room.
    """

    at_once: int
    checkpointing: bool = False
    began_with: int | None = None
    processes: int = 1
    sharded: bool = False

    @property
    def grouped(self) -> int:
        """How many rows of one prefix follow each other; the same in all layouts of a job, and so is the order."""
        return self.began_with or self.at_once * self.processes

    def dealt_out(self, processes: int, before: Layout | None = None, *, sharded: bool = False) -> Layout:
        """This layout for so many processes; rows keep the order that they had in a layout before."""
        began_with = before.grouped if before else None
        return replace(self, began_with=began_with, processes=processes, sharded=sharded)


@dataclass(frozen=True, slots=True)
class Load:
    """What a micro-batch puts through the model.

    Args:
        tokens: that pass through the layers; a prefix that rows share counts once.
        keys: tokens whose keys and values attention lays out for each row anew: those of all rows where these share a
            prefix, else none.
    """

    tokens: int
    keys: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a training takes.

    Args:
        weights: the base as it is held; on a processor with what the process held before.
        adapter: fp32 weights, gradients and the optimizer's moments.
        token: for each token that passes through the layers, with activations kept.
        token_checkpointed: the same with activation checkpointing.
        key: for each token whose keys and values are laid out anew, with activations kept.
        key_checkpointed: the same with activation checkpointing.
    """

    weights: int
    adapter: int
    token: int
    token_checkpointed: int
    key: int = 0
    key_checkpointed: int = 0

    def activations(self, load: Load, checkpointing: bool) -> int:
        """Bytes for a micro-batch."""
        if checkpointing:
            return load.tokens * self.token_checkpointed + load.keys * self.key_checkpointed
        return load.tokens * self.token + load.keys * self.key

    def total(self, load: Load, checkpointing: bool) -> int:
        """Bytes in all."""
        return self.weights + self.adapter + self.activations(load, checkpointing)


def need_of(model: Any, trained: int, optimizer: str, width: int, before: int = 0, held: float = 1.0) -> Need:
    """What training a model takes, by a formula.

    Activations: what one layer keeps for the way back, about 10 hidden and 4 inner vectors a token, for all layers or,
    with activation checkpointing, one vector for each and one layer whole; and the logits twice, in fp32. Rows that
    share a prefix keep the keys and values of prefix and own tokens for each of them as well. (Logits are computed for
    fewer tokens then, and an adapter in fp32 keeps more than is counted; together the formula came out a little above
    what five trainings behind a shared prefix took on an H200, see tests/training/test_memory.py.)

    Args:
        model: a transformers model, with or without its adapter.
        trained: weights of the adapter.
        optimizer: TRL's name for it.
        width: bytes of an activation: 2 in bf16 and fp16, 4 in fp32.
        before: bytes that the process held before the model.
        held: bytes that the allocator holds for each byte of activations.
    """
    config = model.config.get_text_config()
    hidden, layers = int(config.hidden_size), int(config.num_hidden_layers)
    layer = width * (10 * hidden + 4 * int(getattr(config, "intermediate_size", None) or 4 * hidden))
    logits = 8 * int(config.vocab_size)
    adapter = trained * (4 + 4 + _ADAM.get(optimizer, 8))
    weights = int(model.get_memory_footprint()) + constants_of(model) + before
    checkpointed = layers * width * hidden + layer + logits
    key = 2 * width * _key_size(config)
    kept = (layers * layer + logits, checkpointed, layers * key, key)
    return Need(weights, adapter, *(int(held * each) for each in kept))


def constants_of(model: Any) -> int:
    """Bytes of what unpacks 4-bit weights, which transformers counts nowhere.

    A scale for each 64 weights, in one byte, and for each 256 of these one in fp32 (double quantisation, Dettmers et
    al. 2023): 3 % of the packed weights, and more than that in a process that holds a part of these in shards, for
    scales stay whole.
    """
    holders = [holder for module in model.modules() for holder in (getattr(module, "weight", None), module)]
    found = [getattr(holder, "quant_state", None) for holder in holders]  # a weight in shards leaves its to its module
    states = {id(state): state for state in found if state is not None}
    return sum(
        int(part.nbytes) for state in states.values() for part in state.as_dict().values() if hasattr(part, "nbytes")
    )


def _key_size(config: Any) -> int:
    """Numbers in a token's keys of one layer."""
    heads = int(config.num_attention_heads)
    size = int(getattr(config, "head_dim", None) or config.hidden_size // heads)
    return size * int(getattr(config, "num_key_value_heads", None) or heads)


def lay_out(
    need: Need, room: float, load_of: Callable[[int], Load], batch: int, micro_batch: int | None = None
) -> Layout:
    """The layout that fits: as many rows at once as there is room for by tokens, activations kept if that fits.

    Args:
        need: of the training.
        room: bytes that are free for adapter and activations, the weights already loaded.
        load_of: what the heaviest micro-batch of so many rows puts through the model.
        batch: rows behind one step.
        micro_batch: rows at once where somebody has said so.

    Returns:
        One row at once with checkpointing where nothing fits: the trial step will say what is missing.
    """
    for checkpointing in (False, True):
        for rows in (micro_batch,) if micro_batch else _divisors(batch):
            if need.adapter + need.activations(load_of(rows), checkpointing) <= _USABLE * room:
                return Layout(rows, checkpointing)
    return Layout(micro_batch or 1, checkpointing=True)


def smaller(layout: Layout, batch: int) -> Layout | None:
    """The next layout to try after one that did not fit; None when there is nothing left to give.

    Args:
        layout: what was too much.
        batch: rows behind one step.
    """
    share = batch // layout.processes
    fewer = next((rows for rows in _divisors(share) if rows <= layout.at_once // 2), None)
    if fewer:
        return replace(layout, at_once=fewer, began_with=layout.grouped)
    return None if layout.checkpointing else replace(layout, checkpointing=True, began_with=layout.grouped)


def read_layout(folder: JobFolder) -> Layout | None:
    """The layout that a job began with: a resumed training must see its rows in the same micro-batches."""
    found = folder.read("layout.json")
    return Layout(**found) if found else None


def write_layout(folder: JobFolder, layout: Layout) -> None:
    """Keep a layout for the sessions to come."""
    folder.write("layout.json", asdict(layout))


def _divisors(batch: int) -> Iterator[int]:
    """The largest first."""
    return (rows for rows in range(batch, 0, -1) if batch % rows == 0)
