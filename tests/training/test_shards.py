"""A base in shards, in two real processes, against one that holds it whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.errors import ModelRefused, TrainingFailed
from labkit.models import get_model
from labkit.models.local.loading import load_base
from labkit.records import Request
from labkit.training import TrainingJob, job_of, start
from labkit.training.job_folder import JobFolder
from labkit.training.memory import constants_of
from labkit.training.shards import most_held
from labkit.workspace import Scene
from tests.training.conftest import UNEVEN, uneven
from tests.training.test_ranks import assert_same_training, killed_twice, weights_of

_LAUNCH = (
    "accelerate.commands.launch --use_fsdp --fsdp_version=2 --num_processes=2 --num_machines=1 --dynamo_backend=no"
    " --fsdp_state_dict_type=SHARDED_STATE_DICT"
)


@pytest.mark.training
def test_under_fsdp_the_same_command_trains_as_one_process_does(
    by_one: TrainingJob, scene_of_jobs: Scene, tiny_base: Path, tmp_path: Path
):
    knobs = "".join(f"{key}: {value}\n" for key, value in UNEVEN.to_json().items() if value is not None)
    (tmp_path / "recipe.yaml").write_text(f"base: {tiny_base}\ndataset: uneven\n{knobs}")
    command = [sys.executable, "-m", *_LAUNCH.split(), "--main_process_port=0", "-m", "labkit", "train"]
    command += [str(scene_of_jobs.path), "--recipe", str(tmp_path / "recipe.yaml"), "--name", "in-shards"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr.count("not heeded: FSDP_STATE_DICT_TYPE=SHARDED_STATE_DICT") == 1

    job = job_of(scene_of_jobs, "in-shards")
    assert [e["told"]["key"] for e in job.events() if e["kind"] == "alarm"] == ["alarm.unheeded"]
    assert [(e["processes"], e["in_shards"]) for e in job.events() if e["kind"] == "start"] == [(2, True)]
    assert_same_training(job, by_one)
    assert job.folder.answers() == by_one.folder.answers()
    assert weights_of(job).keys() == weights_of(by_one).keys()
    for name, tensor in weights_of(job).items():
        assert (tensor - weights_of(by_one)[name]).abs().max() < 1e-3

    rows = job.folder.dev_rows()
    said = get_model(job.model_name, scene_of_jobs).answer_each([Request("", row.messages) for row in rows])
    answers = job.folder.answers()[job.report()["best_step"]]
    assert {rows[k].example.id: reply.text for k, reply in said} == answers


@pytest.mark.training
def test_a_base_in_shards_is_killed_and_goes_on_in_shards_and_whole(
    by_one: TrainingJob, scene_of_jobs: Scene, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")  # what `accelerate launch --use_fsdp` sets
    job, started = killed_twice(scene_of_jobs, tiny_base, "shards-killed")
    assert [(event["processes"], event["in_shards"]) for event in started] == [(2, True), (2, True), (1, False)]
    assert "holds the base whole" in job.history().alarms[-1]
    assert_same_training(job, by_one)


_LITTLE_ROOM = """
import os, sys
import torch
from transformers.models.qwen3.modeling_qwen3 import Qwen3MLP
from labkit.training import worker
compute = Qwen3MLP.forward
def too_much(self, states):
    if torch.is_inference_mode_enabled() and states.shape[0] > {room}:
        raise torch.OutOfMemoryError("the GPU is full")
    return compute(self, states)
if os.environ["RANK"] == "1":
    Qwen3MLP.forward = too_much
sys.exit(worker.main())
"""


def start_with_room_for(rows: int, job: str, scene: Scene, base: Path, patch: pytest.MonkeyPatch) -> TrainingJob:
    """Training in shards; the second process has memory to answer so many rows at once."""
    return start_with(_LITTLE_ROOM.format(room=rows), job, scene, base, patch)


def start_with(program: str, job: str, scene: Scene, base: Path, patch: pytest.MonkeyPatch) -> TrainingJob:
    """Training in shards, in two processes that run this program."""
    patch.setenv("ACCELERATE_USE_FSDP", "true")
    command = [sys.executable, "-c", program]
    patch.setattr(JobFolder, "command", property(lambda folder: [*command, str(folder.path.resolve())]))
    return start(uneven(scene), "uneven", str(base), UNEVEN, name=job, processes=2)


@pytest.mark.training
def test_a_process_that_runs_out_of_memory_in_an_evaluation_in_shards_goes_on_with_fewer_rows_and_so_do_all(
    by_one: TrainingJob, scene_of_jobs: Scene, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
):
    job = start_with_room_for(2, "shards-full", scene_of_jobs, tiny_base, monkeypatch)
    assert job.wait().state == "finished"
    assert_same_training(job, by_one)
    assert job.folder.answers() == by_one.folder.answers()
    assert [e["reason"] for e in job.events() if e["kind"] == "plain_evaluation"] == ["the GPU is full"]
    assert {e["told"]["key"] for e in job.events() if e["kind"] == "alarm"} == {"alarm.evaluation"}

    job = start_with_room_for(0, "shards-fuller", scene_of_jobs, tiny_base, monkeypatch)
    with pytest.raises(TrainingFailed, match="with dev_rows set to 0"):
        job.wait()


_NO_ROOM_FOR_THE_HEAD = """
import os, sys
import torch
from torch.distributed.fsdp._fully_shard._fsdp_param_group import FSDPParamGroup
from labkit.training import worker
gather = FSDPParamGroup.unshard
def too_much(self, *how, **named):
    if torch.is_inference_mode_enabled() and type(self.modules[0]).__name__.endswith("ForCausalLM"):
        raise torch.OutOfMemoryError("the GPU is full")
    return gather(self, *how, **named)
if os.environ["RANK"] == "1":
    FSDPParamGroup.unshard = too_much
sys.exit(worker.main())
"""


@pytest.mark.training
def test_a_process_that_cannot_gather_what_is_in_no_layer_ends_all_and_says_what_to_change(
    scene_of_jobs: Scene, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
):
    job = start_with(_NO_ROOM_FOR_THE_HEAD, "shards-headless", scene_of_jobs, tiny_base, monkeypatch)
    with pytest.raises(TrainingFailed, match="Another process of this training ended"):
        job.wait()
    assert "Out of memory while the base's embeddings and head were gathered" in job.folder.log.read_text("utf-8")


_BOTH = """
import json, os, sys
from pathlib import Path
import torch
from peft import LoraConfig, get_peft_model
from labkit.models.local.generation import generate_plainly
from labkit.models.local.loading import load_base
from labkit.training.memory import constants_of
from labkit.training.ranks import ranks_of
from labkit.training.shards import deal_out, in_step

ids = torch.arange(24).reshape(1, -1)

def passes(sharded, precision, checkpointing):
    torch.manual_seed(1)
    model = load_base(Path(sys.argv[1]), precision, for_shards=sharded)
    model = get_peft_model(model, LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False))
    if sharded:
        deal_out(model, ranks)
    if checkpointing:
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable()
    model.train()(input_ids=ids, labels=ids).loss.backward()
    model.eval()
    with in_step(model), torch.inference_mode():  # the second process computes three passes more
        said = [model(input_ids=ids[:, : 10 + k]).logits[0, -1].tolist() for k in range(1 + 3 * ranks.rank)]
        said.append(generate_plainly(model.get_base_model(), [[5, 6, 7]], 4 + ranks.rank, set(), 0))
    model.train()(input_ids=ids, labels=ids).loss.backward()
    frozen = [p.to_local() if sharded else p for p in model.parameters() if not p.requires_grad]
    held = sum(p.numel() * p.element_size() for p in frozen)
    return (held, constants_of(model)), said, [p.grad for p in model.parameters() if p.requires_grad]

ranks = ranks_of(os.environ)
ranks.join()
found = []
for how in (("nf4", False), ("nf4", True), ("full", False)):
    (whole, said, grads), (part, as_said, as_grads) = (passes(sharded, *how) for sharded in (False, True))
    apart = max(float((a - b).abs().max() / a.abs().max()) for a, b in zip(grads, as_grads, strict=True))
    held, constants = part[0] / whole[0], part[1] - whole[1]
    found.append({"passes": len(said), "same": said == as_said, "apart": apart, "held": held, "constants": constants})
found = ranks.gather(found)
if ranks.first:
    print(json.dumps(found))
"""


@pytest.mark.training
def test_each_process_holds_half_and_computes_as_if_it_had_all(tiny_base: Path):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "--no-python"]
    done = subprocess.run(
        [*command, sys.executable, "-c", _BOTH, str(tiny_base)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert [one["passes"] for one in found] == [2, 2, 2, 5, 5, 5]
    assert all(one["same"] for one in found)
    assert all(one["apart"] < 1e-5 for one in found)
    assert {one["held"] for one in found} == {0.5}
    assert {one["constants"] for one in found} == {0}  # of what unpacks 4-bit weights each process keeps all


def test_a_process_holds_its_part_and_whole_what_computes(tiny_base: Path):
    base = load_base(tiny_base, "full")
    everything = sum(p.numel() * 4 for p in base.parameters())
    layer = sum(p.numel() * 4 for p in base.model.layers[0].parameters())
    outside = everything - 2 * layer
    assert most_held(base, 2) == pytest.approx(everything / 2 + 2 * layer + outside, rel=0.01)  # with a few buffers
    assert most_held(base, 8) < most_held(base, 2)
    packed = load_base(tiny_base, "nf4")
    assert constants_of(packed) > 0
    weights = most_held(packed, 2) - most_held(packed, 8)
    assert weights == pytest.approx(packed.get_memory_footprint() * (1 / 2 - 1 / 8), abs=2)


def test_a_base_that_does_not_name_its_layers_is_refused(tiny_base: Path):
    base = load_base(tiny_base, "full")
    base._no_split_modules = None
    with pytest.raises(ModelRefused, match="does not say which of its modules are layers"):
        most_held(base, 2)
