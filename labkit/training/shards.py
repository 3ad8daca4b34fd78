"""A base that no GPU holds whole: each process keeps a part of every layer, and has the layer only while it computes.

PyTorch's `fully_shard` (FSDP2) over the frozen base alone. The adapter, which is small, comes over it later and stays
whole in each process, so that all else is as without shards: DDP averages its gradients, any process can write it, and
a job goes on with another number of processes or in one. (Accelerate's own FSDP cuts the adapter and its optimizer up,
too, and with them the checkpoints.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

from labkit.errors import ModelRefused, TrainingFailed
from labkit.models.local.loading import language_model
from labkit.training.faults import is_out_of_memory
from labkit.training.memory import constants_of
from labkit.training.ranks import Ranks


def deal_out(model: Any, ranks: Ranks) -> None:
    """Leave this process its part of each of the base's weights, and have DDP take the adapter alone in hand.

    Args:
        model: an adapter over a frozen base, both in the machine's memory; the layers go to this process's GPU one
            after the other, and there only in part.
        ranks: who holds the other parts.
    """
    import torch
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard
    from torch.nn.parallel import DistributedDataParallel

    base, device = language_model(model), "cuda" if torch.cuda.is_available() else "cpu"
    adapter = {parameter for parameter in model.parameters() if parameter.requires_grad}
    dealt: dict[str, Any] = {"mesh": init_device_mesh(device, (ranks.processes,)), "ignored_params": adapter}
    for layer in _layers(base):
        fully_shard(layer, **dealt)
    fully_shard(base, **dealt)  # what is in no layer: embeddings, the last norm, the head
    for parameter in adapter:
        parameter.data = parameter.data.to(device)
    base.hf_device_map = {"": base.device}
    frozen = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    DistributedDataParallel._set_params_and_buffers_to_ignore_for_model(model, frozen)
    _idle(base)  # whole weights that are first laid out in inference mode could not be trained through


def is_dealt_out(model: Any) -> bool:
    """Whether a model's base is in shards."""
    from torch.distributed.fsdp import FSDPModule

    return isinstance(language_model(model), FSDPModule)


def most_held(base: Any, processes: int) -> int:
    """Bytes of a base that is to be dealt out that a process holds at most: its shards, and whole what computes.

    While a layer computes, FSDP gathers the next one; what is in no layer is whole for a pass. What unpacks 4-bit
    weights stays whole.

    Args:
        base: a transformers model, still whole.
        processes: that share it.
    """
    everything = int(base.get_memory_footprint())
    layers = [sum(int(p.numel()) * int(p.element_size()) for p in layer.parameters()) for layer in _layers(base)]
    whole = everything - sum(layers) + min(sum(layers), 2 * max(layers)) + constants_of(base)
    return everything // processes + whole


@contextmanager
def in_step(model: Any) -> Iterator[None]:
    """While processes compute passes of their own, in whatever number, keep all at it until the last has done.

    A pass through a base in shards is an exchange with the others. Before each pass they ask each other who still
    computes; whoever has done gives idle passes. A process that runs out of memory within a pass takes part in the rest
    of it, before it hears of that: it may catch the error within the block. One that leaves the block ends the process,
    and so its launcher all others; so does what broke a pass where it could not take part in the rest.

    Args:
        model: whose base may be in shards; if not, nobody waits. Each process must enter.

    Raises:
        TrainingFailed: a pass broke off while what is in no layer was gathered, and the others wait within it.
    """
    if not is_dealt_out(model):
        yield
        return
    base = language_model(model)

    def ask(*_: Any) -> None:
        _count_busy(base, is_busy=True)

    asking = base.register_forward_pre_hook(ask, prepend=True)
    try:
        with _whole_passes(base):
            yield
    finally:
        asking.remove()
    while _count_busy(base, is_busy=False):
        _idle(base)
    base.reshard()  # else writing a checkpoint would do so in the first process alone


@contextmanager
def _whole_passes(base: Any) -> Iterator[None]:
    """Raise that memory ran out within a pass only once the process has given the others its part of every layer.

    FSDP gathers a layer in a hook before the layer computes, and asks the whole model's hooks to end a pass.
    """
    import torch
    from torch.distributed.fsdp import FSDPModule

    layers: list[Any] = [module for module in base.modules() if isinstance(module, FSDPModule) and module is not base]
    forward = base.forward
    gathered: list[Any] = []
    problems: list[str] = []
    unfinished: list[Any] = []

    @wraps(forward)
    def whole(*args: Any, **named: Any) -> Any:
        gathered.clear()
        try:
            return forward(*args, **named)
        except Exception as error:  # kept as text: its frames hold the memory
            if not is_out_of_memory(error):
                unfinished.clear()  # what is wrong with a pass is so in all processes
                raise
            problems.append(str(error) or type(error).__name__)
        _sit_out(layers, gathered)
        return None

    def tell(*_: Any) -> None:
        unfinished.clear()
        if problems:
            raise torch.OutOfMemoryError(problems.pop())

    hooks = [layer.register_forward_pre_hook(lambda layer, _: gathered.append(layer)) for layer in layers]
    hooks.append(base.register_forward_pre_hook(lambda base, _: unfinished.append(base), prepend=True))
    hooks.append(base.register_forward_hook(tell))  # behind FSDP's own
    base.forward = whole
    try:
        yield
    finally:
        base.forward = forward
        for hook in hooks:
            hook.remove()
    if unfinished:  # the others wait for this process in an exchange that it can no longer join
        raise TrainingFailed.told("error.fault.gathering")


def _sit_out(layers: Sequence[Any], gathered: Sequence[Any]) -> None:
    """Give the others this process's part of the layers that a broken pass did not come to, and keep none whole."""
    for layer in layers:
        if layer not in gathered:
            layer.unshard()
        layer.reshard()


def _layers(base: Any) -> list[Any]:
    """The layers of a model, each of which computes as a whole."""
    names = base._no_split_modules or ()
    layers: list[Any] = [module for module in base.modules() if type(module).__name__ in names]
    if not layers:
        raise ModelRefused.told("error.processes.no_layers", name=type(base).__name__)
    return layers


def _count_busy(base: Any, *, is_busy: bool) -> int:
    """How many processes compute; each must ask."""
    import torch

    found = torch.tensor([int(is_busy)], device=base.device)
    torch.distributed.all_reduce(found)
    return int(found.item())


def _idle(base: Any) -> None:
    """A pass of which nothing comes."""
    import torch

    with torch.no_grad():
        base(input_ids=torch.tensor([[0]], device=base.device), use_cache=False)
