"""How a step is laid out in memory, what follows out of memory, and how the forecast learns."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.training import Recipe, start, worker
from labkit.training.corrections import Corrections, corrections_for, seconds_of, seconds_per_step
from labkit.training.job_folder import JobFolder
from labkit.training.memory import (
    HELD_ON_PROCESSOR,
    Layout,
    Load,
    Need,
    constants_of,
    lay_out,
    need_of,
    read_layout,
    smaller,
    write_layout,
)
from labkit.workspace import Scene

NEED = Need(weights=10**9, adapter=10**6, token=1000, token_checkpointed=100)


def of(longest: int, prefix: int = 0) -> Callable[[int], Load]:
    """What so many rows of equal length put through, behind a prefix that they share or without one."""
    return lambda rows: Load(prefix + rows * (longest - prefix), rows * longest if prefix else 0)


def test_as_many_rows_at_once_as_fit_by_the_tokens_of_the_heaviest():
    assert lay_out(NEED, 1e9, of(100), batch=16) == Layout(16)
    assert lay_out(NEED, 2.2e6, of(100), batch=16) == Layout(8)
    assert lay_out(NEED, 2.2e6, of(200), batch=16) == Layout(4)
    assert lay_out(NEED, 2.2e6, of(100), batch=9) == Layout(3)  # 9 do not fit, and 8 is no part of 9


def test_behind_a_prefix_more_rows_fit_though_each_has_keys_of_its_own():
    assert lay_out(NEED, 2.2e6, of(100, prefix=90), batch=16) == Layout(16)
    keys = replace(NEED, key=400, key_checkpointed=1)
    assert lay_out(keys, 2.2e6, of(100, prefix=90), batch=16) == Layout(8)
    assert lay_out(keys, 1.2e6, of(100, prefix=90), batch=16) == Layout(8, checkpointing=True)


@pytest.mark.training
@pytest.mark.parametrize(
    ("size", "rows", "prefix", "took"),
    [
        ("8B", 8, 800, 13.7),
        ("8B", 16, 800, 21.1),
        ("0.6B", 8, 800, 4.5),
        ("0.6B", 32, 800, 12.9),
        ("0.6B", 16, 1800, 11.2),
    ],
)
def test_the_formula_is_close_to_what_trainings_behind_a_prefix_took(size: str, rows: int, prefix: int, took: float):
    """GB beside the model, by `make bench ARGS=training_speed_gpu` on an H200; rows have 100 tokens of their own."""
    from labkit.training.qlora import _lora_weights
    from tests.bench.training_speed_gpu import made_model

    model = made_model(size, "bf16", "meta")
    need = need_of(model, _lora_weights(model, 16), "adamw_torch", 2)
    expected = need.adapter + need.activations(of(prefix + 100, prefix)(rows), checkpointing=False)
    assert took <= expected / 1e9 <= 1.12 * took


@pytest.mark.training
def test_on_a_processor_it_is_as_close_as_its_allocator_allows():
    """509 MB beside what was there before, by `make bench ARGS=training_speed`: 8 rows of 800 + 100 tokens."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    from labkit.training.qlora import _lora_weights

    sizes = {"hidden_size": 256, "intermediate_size": 768, "num_hidden_layers": 6, "head_dim": 64, "vocab_size": 8000}
    model = Qwen3ForCausalLM(Qwen3Config(num_attention_heads=4, num_key_value_heads=2, **sizes))
    need = need_of(model, _lora_weights(model, 16), "adamw_torch", 4, held=HELD_ON_PROCESSOR)
    expected = need.adapter + need.activations(of(900, 800)(8), checkpointing=False)
    assert 0.8 * 509 < expected / (1 << 20) < 1.25 * 509


@pytest.mark.training
def test_what_unpacks_4_bit_weights_is_counted(tiny_base: Path):
    from labkit.models.local.loading import load_base

    model = load_base(tiny_base, "nf4")
    packed = [weight for weight in model.parameters() if hasattr(weight, "quant_state")]
    scales = sum(-(-2 * weight.numel() // 64) for weight in packed)  # two weights a byte
    tables = len(packed) * (16 + 256) * 4
    nested = 4 * sum(-(-2 * weight.numel() // (64 * 256)) for weight in packed)
    assert len(packed) == 14
    assert constants_of(model) == scales + tables + nested
    weights = need_of(model, 0, "adamw_torch", 4).weights
    assert weights == model.get_memory_footprint() + constants_of(model)
    assert constants_of(load_base(tiny_base, "full")) == 0


def test_activations_are_computed_again_only_where_not_even_one_row_fits_otherwise():
    assert lay_out(NEED, 1.3e6, of(100), batch=16) == Layout(1)
    assert lay_out(NEED, 1.2e6, of(100), batch=16) == Layout(2, checkpointing=True)
    assert lay_out(NEED, 0, of(100), batch=16) == Layout(1, checkpointing=True)


def test_rows_at_once_that_somebody_asked_for_stay():
    assert lay_out(NEED, 1e9, of(100), batch=16, micro_batch=2) == Layout(2)
    assert lay_out(NEED, 1.25e6, of(100), batch=16, micro_batch=4) == Layout(4, checkpointing=True)


@given(st.integers(1, 64), st.integers(1, 5000), st.floats(0, 1e9))
def test_a_layout_divides_the_batch_and_each_smaller_one_takes_less(batch: int, longest: int, room: float):
    layout: Layout | None = lay_out(NEED, room, of(longest), batch)
    seen = []
    while layout:
        assert batch % layout.at_once == 0
        seen.append(NEED.total(of(longest)(layout.at_once), layout.checkpointing))
        layout = smaller(layout, batch)
    assert seen == sorted(set(seen), reverse=True)


@given(st.integers(1, 64), st.floats(0, 1e9))
def test_all_layouts_of_a_job_have_its_rows_in_one_order(batch: int, room: float):
    layout: Layout | None = lay_out(NEED, room, of(100), batch)
    first, orders = layout, set()
    while layout:
        orders.add(layout.grouped)
        layout = smaller(layout, batch)
    assert orders == {first.at_once}


def told(*kinds: tuple[str, int, float]) -> list[dict]:
    """Events: kind, second, and how long it took."""
    return [{"kind": kind, "at": f"2026-01-01T00:00:{at:02d}+00:00", "seconds": took} for kind, at, took in kinds]


def test_a_step_is_timed_within_the_last_session_and_without_measurements_and_checkpoints():
    session = (("step", 12, 0), ("step", 14, 0), ("evaluation", 19, 5), ("save", 30, 0), ("step", 32, 0))
    events = told(("step", 1, 0), ("start", 10, 0), *session)
    assert seconds_per_step(events) == 2.0
    assert seconds_per_step(events[:3]) is None
    assert seconds_of(events) == 22.0  # what lies before the start is no session's
    assert seconds_of([*events, *told(("start", 40, 0), ("step", 45, 0))]) == 27.0
    between = told(("alarm", 38, 0), ("end", 39, 0))  # of a session that is getting ready, and one that came no further
    assert seconds_of([*events, *between, *told(("start", 40, 0), ("step", 45, 0))]) == 27.0


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    """Reports of three trainings: two of this base on the processor, one on a GPU; and one that failed."""
    for name, device, memory, seconds in (("a", "cpu", 300, 2.0), ("b", "cpu", 500, 6.0), ("g", "GPU", 100, 1.0)):
        folder = JobFolder(tmp_path / name)
        folder.path.mkdir()
        folder.write("job.json", {"base_fingerprint": "base"})
        expected = {"device": device, "formula_memory_mb": 200, "formula_seconds_per_step": 2.0, "tokens_at_once": 9}
        folder.write("report.json", {"forecast": expected, "peak_memory_mb": memory, "seconds_per_step": seconds})
    failed = JobFolder(tmp_path / "failed")
    failed.path.mkdir()
    failed.write("job.json", {"base_fingerprint": "base"})
    failed.write("report.json", {"state": "failed"})
    return tmp_path


def test_a_forecast_learns_from_trainings_of_the_same_base_on_the_same_device(jobs: Path):
    new = JobFolder(jobs / "new")
    new.path.mkdir()
    new.write("job.json", {"base_fingerprint": "base"})
    assert corrections_for(new, "cpu") == Corrections(memory=2.0, seconds=2.0, trainings=2)
    assert corrections_for(new, "GPU") == Corrections(memory=0.5, seconds=0.5, trainings=1)
    assert corrections_for(new, "another GPU") == Corrections()
    assert corrections_for(JobFolder(jobs / "a"), "cpu") == Corrections(2.5, 3.0, 1)  # not from itself
    new.write("job.json", {"base_fingerprint": "other"})
    assert corrections_for(new, "cpu") == Corrections()


def test_a_broken_job_beside_it_stops_no_training(jobs: Path):
    new = JobFolder(jobs / "new")
    new.path.mkdir()
    new.write("job.json", {"base_fingerprint": "base"})
    for name, job, report in (("cut", "{", "{}"), ("torn", '{"base_fingerprint": "base"}', "{"), ("odd", "[]", "[]")):
        (jobs / name).mkdir()
        (jobs / name / "job.json").write_text(job, encoding="utf-8")
        (jobs / name / "report.json").write_text(report, encoding="utf-8")
    said = {"forecast": {"device": "cpu", "formula_memory_mb": "much"}, "peak_memory_mb": 1, "seconds_per_step": True}
    JobFolder(jobs / "odd").write("job.json", {"base_fingerprint": "base"})
    JobFolder(jobs / "odd").write("report.json", said)
    assert corrections_for(new, "cpu") == Corrections(memory=2.0, seconds=2.0, trainings=2)


_OUT_OF_MEMORY_ONCE = """
import sys
from labkit.training import qlora, worker
compute = qlora.ResumableTrainer.compute_loss
def too_much(self, model, inputs, *rest, **named):
    if self.state.global_step >= 3:
        raise MemoryError("this machine is full")
    return compute(self, model, inputs, *rest, **named)
qlora.ResumableTrainer.compute_loss = too_much
sys.exit(worker.main())
"""


@pytest.mark.training
def test_out_of_memory_it_goes_on_by_itself_with_fewer_rows_at_once_and_the_same_losses(
    trainable: Scene, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
):
    """The first process runs out of memory in its fourth step; the one that takes its place is as it is shipped."""
    recipe = Recipe(r=8, alpha=16, learning_rate=1e-2, batch=4, epochs=2, evaluations=8, dev_rows=0)
    plain = start(trainable, "some", str(tiny_base), recipe, name="plain")
    plain.wait()
    command = [sys.executable, "-c", _OUT_OF_MEMORY_ONCE]
    monkeypatch.setattr(JobFolder, "command", property(lambda folder: [*command, str(folder.path.resolve())]))
    job = start(trainable, "some", str(tiny_base), recipe, name="full")
    assert job.wait().state == "finished"
    assert read_layout(job.folder) == Layout(2, began_with=4)
    (alarm,) = [event["problem"] for event in job.events() if event["kind"] == "alarm"]
    assert alarm == "Out of memory; it goes on with 2 rows at once, activations kept, 4 behind a step as before"
    sessions = [event["resumed_from"] for event in job.events() if event["kind"] == "start"]
    assert sessions == [None, "checkpoint-3"]
    losses = [[step["loss"] for step in found.history().steps] for found in (plain, job)]
    assert losses[1][:3] == losses[0][:3]
    assert losses[1] == pytest.approx(losses[0], abs=2e-2)


def test_out_of_memory_it_stops_where_the_recipe_wants_that_or_nothing_is_left_to_give(tmp_path: Path):
    folder = JobFolder(tmp_path)
    for auto in (True, False):
        folder.write("job.json", {"recipe": Recipe(batch=4, auto_micro_batch=auto).to_json()})
        write_layout(folder, Layout(4))
        assert bool(worker._shrunk(folder)) == auto
    folder.write("job.json", {"recipe": Recipe(batch=4).to_json()})
    write_layout(folder, Layout(1, checkpointing=True))
    assert not worker._shrunk(folder)
    assert worker._recipe(folder).micro_batch == 1  # what the advice starts from
