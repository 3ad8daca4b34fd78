from __future__ import annotations

import pytest

from labkit.training.launcher_settings import unheeded
from labkit.training.ranks import ALONE, Ranks

pytest.importorskip("accelerate")

BY_ITSELF = {  # what `accelerate launch --use_fsdp` sets without being asked
    "ACCELERATE_USE_FSDP": "true",
    "FSDP_VERSION": "1",
    "FSDP_SHARDING_STRATEGY": "FULL_SHARD",
    "FSDP_RESHARD_AFTER_FORWARD": "true",
    "FSDP_OFFLOAD_PARAMS": "false",
    "FSDP_MIN_NUM_PARAMS": "100000000",
    "FSDP_FORWARD_PREFETCH": "false",
    "FSDP_USE_ORIG_PARAMS": "true",
    "FSDP_CPU_RAM_EFFICIENT_LOADING": "true",
    "FSDP_SYNC_MODULE_STATES": "true",
    "FSDP_ACTIVATION_CHECKPOINTING": "false",
    "FSDP_ACTIVATION_CHECKPOINTING_OFFLOAD": "false",
}
TWO = Ranks(0, 2, 0, 2, sharded=True)


def told(ranks: Ranks = TWO, **given: str) -> list[str]:
    return [problem.told("en") for problem in unheeded({**BY_ITSELF, **given}, ranks)]


def test_what_the_launcher_says_by_itself_and_what_is_done_anyway_is_not_told():
    assert told() == []
    assert told(FSDP_VERSION="2", FSDP_AUTO_WRAP_POLICY="TRANSFORMER_BASED_WRAP", FSDP_IGNORED_MODULES="") == []


def test_each_setting_that_somebody_gave_is_named():
    (problem,) = told(FSDP_SHARDING_STRATEGY="NO_SHARD", FSDP_TRANSFORMER_CLS_TO_WRAP="A", FSDP_STATE_DICT_TYPE="B")
    assert problem.endswith("FSDP_SHARDING_STRATEGY=NO_SHARD, FSDP_STATE_DICT_TYPE=B, FSDP_TRANSFORMER_CLS_TO_WRAP=A")


def test_one_process_says_that_it_holds_the_base_whole():
    (problem,) = told(ALONE)
    assert "one process trains alone and holds the base whole" in problem


def test_without_fsdp_nothing_is_told():
    assert told(ACCELERATE_USE_FSDP="false", FSDP_SHARDING_STRATEGY="NO_SHARD") == []
    assert told(ALONE, ACCELERATE_USE_FSDP="") == []
