"""Several processes that train one job together, each on its share of a step's rows: who is who, what all agree on.

`torchrun` and `accelerate launch` say by environment variables who is who. PyTorch's DDP averages the gradients, those
of an adapter over a base in `shards`, too. The first process writes everything into the job's folder; the others read
it, and do what the first says.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from labkit.errors import BadRecipe

T = TypeVar("T")
_SHARDS = "ACCELERATE_USE_FSDP"


@dataclass(frozen=True, slots=True)
class Ranks:
    """One process among those that train together; by default it is alone.

    Args:
        rank: its number, 0 for the first.
        processes: how many there are, on all machines.
        local: its number on its machine, which is also that of its GPU.
        here: how many there are on its machine.
        sharded: whether each holds a part of the base instead of a whole one.
    """

    rank: int = 0
    processes: int = 1
    local: int = 0
    here: int = 1
    sharded: bool = False

    @property
    def first(self) -> bool:
        """Whether it is the one that writes."""
        return self.rank == 0

    @property
    def alone(self) -> bool:
        """Whether it trains without others."""
        return self.processes == 1

    def share(self, batch: int) -> int:
        """Rows of a step that this process computes, of `batch` rows in all.

        Raises:
            BadRecipe: the rows cannot be dealt out evenly.
        """
        if batch % self.processes:
            less = batch // self.processes * self.processes or self.processes
            raise BadRecipe.told(
                "error.processes.uneven", batch=batch, processes=self.processes, less=less, more=less + self.processes
            )
        return batch // self.processes

    def join(self) -> None:
        """Meet the others, over gloo on processors and NCCL on GPUs; each process takes the GPU of its number."""
        os.environ.pop(_SHARDS, None)  # `shards` deals the base out; accelerate would do so with the adapter, too
        if self.alone:
            return
        import torch
        from accelerate import PartialState

        if torch.cuda.is_available():
            torch.cuda.set_device(self.local)
        PartialState(cpu=not torch.cuda.is_available())

    def agree(self, value: T) -> T:
        """What the first process says, in all of them; each must ask.

        Args:
            value: what the first says; that of the others is passed over. JSON-like.
        """
        if self.alone:
            return value
        from accelerate.utils import broadcast_object_list

        said = [value]
        broadcast_object_list(said)
        return said[0]

    def gather(self, items: Iterable[T]) -> list[T]:
        """The items of all processes, those of the first process first; each must ask."""
        own = list(items)
        if self.alone:
            return own
        from accelerate.utils import gather_object

        return list(gather_object(own))

    def own(self, items: Sequence[T]) -> Sequence[T]:
        """This process's part of the items; the parts of all processes make up the whole."""
        return items[self.rank :: self.processes]

    def meet(self) -> None:
        """Wait until all processes have come here."""
        self.gather(())


ALONE = Ranks()


def ranks_of(environment: Mapping[str, str]) -> Ranks:
    """Who a launcher says that this process is; alone without one.

    Args:
        environment: the process's variables, as `torchrun` and `accelerate launch` set them.

    Raises:
        BadRecipe: the launcher asks for DeepSpeed, or to keep shards in the machine's memory.
    """
    if _says_yes(environment, "ACCELERATE_USE_DEEPSPEED"):
        raise BadRecipe.told("error.processes.deepspeed")
    sharded = asks_for_shards(environment)
    if sharded and _says_yes(environment, "FSDP_OFFLOAD_PARAMS"):
        raise BadRecipe.told("error.processes.offload")
    processes = int(environment.get("WORLD_SIZE", "1"))
    if processes == 1:
        return ALONE
    local, here = environment.get("LOCAL_RANK", "0"), environment.get("LOCAL_WORLD_SIZE", "1")
    return Ranks(int(environment["RANK"]), processes, int(local), int(here), sharded)


def asks_for_shards(environment: Mapping[str, str]) -> bool:
    """Whether a launcher asks for a base in shards, as `accelerate launch --use_fsdp` does."""
    return _says_yes(environment, _SHARDS)


def _says_yes(environment: Mapping[str, str], variable: str) -> bool:
    return environment.get(variable, "").lower() in ("1", "true", "yes")
