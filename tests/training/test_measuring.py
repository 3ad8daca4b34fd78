from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labkit.errors import TrainingFailed
from labkit.models.local import LocalModel, attention
from labkit.models.local.loading import load_base, load_tokenizer
from labkit.records import Request
from labkit.training.dev_rows import DevRow, choose_dev_rows, dev_row_from_json, dev_row_to_json
from labkit.training.job_folder import JobFolder
from labkit.training.measuring import DevMeasure
from labkit.training.recipe import Recipe, Schedule
from labkit.workspace import Scene
from tests.conftest import TINY_TASK
from tests.training.test_shared_prefix import batches_of, gradients, made_rows, made_trainer


def measure_with(folder: Path, scores: list[tuple[int, float]], patience: int = 2) -> DevMeasure:
    found = DevMeasure(JobFolder(folder), TINY_TASK, (), Recipe(patience=patience), Schedule(100, 10), None)
    found.restore({"scores": scores})
    return found


def test_it_gives_up_when_as_many_in_a_row_brought_nothing_better(tmp_path: Path):
    assert not measure_with(tmp_path, [(10, 0.5), (20, 0.4)]).given_up()
    assert measure_with(tmp_path, [(10, 0.5), (20, 0.4), (30, 0.5)]).given_up()
    assert not measure_with(tmp_path, [(10, 0.5), (20, 0.4), (30, 0.6)]).given_up()
    assert not measure_with(tmp_path, [(10, 0.5), (20, 0.4), (30, 0.5)], patience=0).given_up()


def test_it_does_not_give_up_before_any_answer_was_right(tmp_path: Path):
    assert not measure_with(tmp_path, [(10, 0.0), (20, 0.0), (30, 0.0), (40, 0.0)]).given_up()


def test_neither_the_base_nor_what_was_asked_for_between_counts(tmp_path: Path):
    assert not measure_with(tmp_path, [(0, 0.9), (10, 0.5), (20, 0.4)]).given_up()
    assert not measure_with(tmp_path, [(10, 0.5), (13, 0.4), (17, 0.4), (20, 0.4)]).given_up()


def test_a_checkpoint_keeps_every_score_and_its_own(tmp_path: Path):
    before = measure_with(tmp_path, [(0, 0.1), (10, 0.5), (20, 0.4)])
    state = before.state(20)
    after = measure_with(tmp_path, [])
    after.restore(state)
    assert state["score"] == 0.4
    assert after.state(20) == state
    assert after.state(30)["score"] is None


def test_without_rows_nothing_is_measured(tmp_path: Path):
    assert measure_with(tmp_path, []).measure(None, 10) is None
    assert JobFolder(tmp_path).answers() == {}


def test_the_same_dev_rows_every_time_and_only_labelled_ones(trainable: Scene):
    prompt = trainable.prompt("short")
    rows = choose_dev_rows(trainable, prompt, 3)
    assert rows == choose_dev_rows(trainable, prompt, 3)
    assert choose_dev_rows(trainable, prompt, 2) == rows[:2]
    assert {row.example.split for row in rows} == {"dev"}
    assert choose_dev_rows(trainable, prompt, 0) == ()
    assert [dev_row_from_json(dev_row_to_json(row)) for row in rows] == list(rows)


@contextmanager
def tokens_read(model: Any) -> Iterator[list[int]]:
    """How many tokens, padding included, pass through the first layer meanwhile."""
    read: list[int] = []
    layer = model.get_base_model().model.layers[0]
    hook = layer.register_forward_pre_hook(lambda _, given: read.append(given[0].shape[0] * given[0].shape[1]))
    yield read
    hook.remove()


def measure_of(scene: Scene, base: Path, folder: Path, rows: tuple[DevRow, ...] = ()) -> DevMeasure:
    rows = rows or choose_dev_rows(scene, scene.prompt("short"), 8)
    schedule, tokenizer = Schedule(100, 10), load_tokenizer(base, side="right")
    return DevMeasure(JobFolder(folder), scene.task, rows, Recipe(), schedule, tokenizer)


@pytest.mark.training
def test_a_model_in_training_answers_as_it_will_be_served_reads_the_prefix_once_and_trains_on_as_before(
    trainable: Scene, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import torch

    trainer, _ = made_trainer(load_base(tiny_base, "nf4"), tiny_base, made_rows(8))
    torch.manual_seed(3)
    for name, weights in trainer.model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weights, std=0.2)  # an adapter that says something of its own
    batches, implementation = batches_of(trainer), trainer.model.config._attn_implementation
    before = gradients(trainer, batches, shared=True)
    dev = measure_of(trainable, tiny_base, tmp_path)
    trainer.model.train()
    with tokens_read(trainer.model) as read, monkeypatch.context() as patched:
        patched.setattr(trainer.model, "forward", lambda *_, **__: pytest.fail("through the wrapper of autocast"))
        dev.measure(trainer.model, 10)
    assert trainer.model.training
    assert trainer.model.config._attn_implementation == implementation
    torch.testing.assert_close(gradients(trainer, batches, shared=True), before, rtol=0, atol=0)

    trainer.model.peft_config["default"].task_type = "CAUSAL_LM"
    trainer.model.save_pretrained(tmp_path / "adapter")
    rows = choose_dev_rows(trainable, trainable.prompt("short"), 8)
    served = LocalModel(str(tiny_base), str(tmp_path / "adapter"))
    replies = served.answer([Request("", row.messages) for row in rows])
    assert JobFolder(tmp_path).answers()[10] == {
        row.example.id: reply.text for row, reply in zip(rows, replies, strict=True)
    }
    assert sum(read) < sum(reply.usage.prompt_tokens for reply in replies)


@pytest.mark.training
def test_where_a_shared_prefix_would_change_answers_prompts_are_computed_whole_and_the_events_say_so(
    trainable: Scene, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    trainer, _ = made_trainer(load_base(tiny_base, "full"), tiny_base, made_rows(8))
    dev = measure_of(trainable, tiny_base, tmp_path)
    dev.measure(trainer.model, 0)
    attend = attention._attend_both
    monkeypatch.setattr(attention, "_attend_both", lambda *stretches: attend(*stretches) + 1)
    dev.measure(trainer.model, 10)
    dev.measure(trainer.model, 20)
    told = list(JobFolder(tmp_path).events())
    assert [event["kind"] for event in told] == ["evaluation", "plain_evaluation", "evaluation", "evaluation"]
    assert "answered differently" in told[1]["reason"]
    first, *later = JobFolder(tmp_path).answers().values()
    assert later == [first, first]


@contextmanager
def room_for(rows: int, model: Any) -> Iterator[None]:
    """Memory that ends in the second layer of a pass over more rows."""
    import torch

    def compute(_: Any, given: tuple[Any, ...]) -> None:
        if given[0].shape[0] > rows:
            raise torch.OutOfMemoryError("the GPU is full")

    hook = model.get_base_model().model.layers[1].mlp.register_forward_pre_hook(compute)
    yield
    hook.remove()


@pytest.mark.training
def test_out_of_memory_it_answers_fewer_rows_at_once_as_before_and_says_what_to_change_where_one_is_too_much(
    trainable: Scene, tiny_base: Path, tmp_path: Path
):
    trainer, _ = made_trainer(load_base(tiny_base, "full"), tiny_base, made_rows(8))
    dev = measure_of(trainable, tiny_base, tmp_path)
    dev.measure(trainer.model, 0)
    with room_for(2, trainer.model):
        dev.measure(trainer.model, 10)
        dev.measure(trainer.model, 20)
    told = list(JobFolder(tmp_path).events())
    first, plain, *alarms, then, later = [event["kind"] for event in told]
    assert (first, plain, then, later) == ("evaluation", "plain_evaluation", "evaluation", "evaluation")
    assert set(alarms) == {"alarm"}
    assert "from now on they are answered" in told[2]["problem"]
    before, *after = JobFolder(tmp_path).answers().values()
    assert after == [before, before]

    changed = "or train under another name with dev_rows set to 0"
    with room_for(0, trainer.model), pytest.raises(TrainingFailed, match=changed):
        dev.measure(trainer.model, 30)
    assert trainer.model.training


@pytest.mark.training
def test_where_one_prompt_is_far_longer_than_the_others_each_row_is_tried_alone_before_memory_is_given_up(
    trainable: Scene, tiny_base: Path, tmp_path: Path
):
    trainer, _ = made_trainer(load_base(tiny_base, "full"), tiny_base, made_rows(8))
    first, *others = choose_dev_rows(trainable, trainable.prompt("short"), 8)
    *before, post = first.messages
    long = replace(first, messages=(*before, replace(post, content=post.content + "很" * 150)))
    dev = measure_of(trainable, tiny_base, tmp_path, (long, *others))
    with room_for(1, trainer.model):
        dev.measure(trainer.model, 0)
    told = list(JobFolder(tmp_path).events())
    assert "answered one at a time" in told[-2]["problem"]
    assert told[-1]["kind"] == "evaluation"
