"""What a launcher asks for of FSDP that labkit does otherwise: it is told, never passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from labkit.texts import Phrase
from labkit.training.ranks import Ranks, asks_for_shards

# What labkit does whatever these say, and the values that say so: `fully_shard` (FSDP2) over each layer.
_DONE = {
    "FSDP_VERSION": ("1", "2"),
    "FSDP_SHARDING_STRATEGY": ("full_shard", "1"),
    "FSDP_RESHARD_AFTER_FORWARD": ("true", "full_shard"),
    "FSDP_AUTO_WRAP_POLICY": ("transformer_based_wrap",),
}
_OPTIONS = {"FSDP_TRANSFORMER_CLS_TO_WRAP": "fsdp_transformer_layer_cls_to_wrap"}  # named otherwise than the variable


def unheeded(environment: Mapping[str, str], ranks: Ranks) -> Iterator[Phrase]:
    """What is asked for and not done.

    `accelerate launch` sets a variable for each of its options; those that say what it says anyway, nobody asked for.

    Args:
        environment: the process's variables, before it joins the others.
        ranks: who trains.
    """
    if not asks_for_shards(environment):
        return
    if ranks.alone:
        yield Phrase("alarm.one_shard")
    elif given := ", ".join(f"{name}={environment[name]}" for name in _given(environment)):
        yield Phrase("alarm.unheeded", {"settings": given})


def _given(environment: Mapping[str, str]) -> Iterator[str]:
    from accelerate.commands.launch import launch_command_parser

    by_itself = vars(launch_command_parser().parse_args(["any"]))
    for name in sorted(name for name in environment if name.startswith("FSDP_") and environment[name]):
        usual = str(by_itself.get(_OPTIONS.get(name, name.lower())))
        if environment[name].lower() not in (*_DONE.get(name, ()), usual.lower()):
            yield name
