"""`datasets.select`: from a scene's pool and runs to a dataset that says where it comes from."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.datasets import Planner, diff_datasets, pool_runs, select
from labkit.errors import BadData, BadInput, UnknownName
from labkit.evaluation import evaluate, reliance
from labkit.records import Example, Reply, Request, examples_sha256
from labkit.training.rows import training_rows
from labkit.views.data_page import dataset_day, newest_dataset
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts
from tests.evaluation.scripted import Answering


@pytest.fixture
def pool(tmp_path: Path) -> Scene:
    """Thirty pool rows and a dev row, no two alike."""
    rows = [Example(f"r{k}", (post(k),), (tuple(TOPICS)[k % 3],), "pool" if k else "dev") for k in range(31)]
    return create_scene(tmp_path / "pool", TINY_TASK, rows, tiny_prompts())


def test_a_selection_is_what_its_dataset_holds(pool: Scene):
    made = select(pool, 9, "round1", seed=4)
    assert [row["id"] for row in made.dataset.rows] == [row.example.id for row in made.rows]
    assert Counter(row.example.labels for row in made.rows) == {(label,): 3 for label in TOPICS}
    parameters = made.dataset.manifest["parameters"]
    assert (parameters["budget"], parameters["seed"]) == (9, 4)
    assert parameters["candidates"] == {
        "rows": 30,
        "leaking": 0,
        "duplicates": 0,
        "unlabelled": 0,
        "banned": 0,
        "waiting": 0,
    }
    assert made.dataset.manifest["prompt_sha256"] is None
    assert "r0" not in {row["id"] for row in made.dataset.rows}


def test_the_scene_itself_stays_as_it_was(pool: Scene):
    before = (pool.path / "examples.jsonl").read_bytes(), examples_sha256(pool.rows)
    select(pool, 9, "round1")
    assert ((pool.path / "examples.jsonl").read_bytes(), examples_sha256(pool.rows)) == before
    assert not (pool.path / "runs.db").exists()


def test_the_newest_finished_pool_run_of_each_prompt_and_model_votes(pool: Scene):
    old = evaluate(pool, "v1", "definition-reader", "pool")
    new = evaluate(pool, "v1", "definition-reader", "pool", fresh=True)
    other = evaluate(pool, "v2", "definition-reader", "all", reason="difficulty")
    evaluate(pool, "v2", "definition-reader", "dev")
    assert {run.id for run in pool_runs(pool)} == {new.id, other.id}
    assert old.id not in select(pool, 6, "round1").dataset.manifest["parameters"]["committee"]["runs"]


def test_a_few_rows_asked_again_hide_no_older_answers(pool: Scene):
    whole = evaluate(pool, "v1", "definition-reader", "pool")
    few = evaluate(pool, "v1", "definition-reader", "pool", limit=4, fresh=True)
    found = {run.id: [row.example.id for row in run.rows] for run in pool_runs(pool)}
    assert found == {few.id: ["r1", "r2", "r3", "r4"], whole.id: [f"r{k}" for k in range(5, 31)]}


def test_a_prompt_with_swapped_or_without_definitions_does_not_vote(pool: Scene):
    """Its answers are wrong on purpose: rows that every model knows would count as hard, or as suspect."""
    reliance(pool, "v2", "definition-reader", "pool")
    (voter,) = pool_runs(pool)
    assert voter.header.prompt_name == "v2"


def test_answers_to_rows_that_have_left_the_pool_do_not_vote(pool: Scene, tmp_path: Path):
    run = evaluate(pool, "v1", "definition-reader", "pool")
    moved = {"r1": {"split": "dev"}, "r2": {"items": ("另一条",)}}
    rows = [replace(row, **moved.get(row.id, {})) for row in pool.rows]
    parted = replace(pool, rows=tuple(rows))
    assert [row.example.id for row in pool_runs(parted)[0].rows] == [f"r{k}" for k in range(3, 31)]
    assert pool_runs(parted)[0].id == run.id


def test_pool_rows_without_gold_are_counted_and_left(pool: Scene, tmp_path: Path):
    rows = [replace(row, labels=None) if row.id in ("r1", "r2") else row for row in pool.rows]
    scene = create_scene(tmp_path / "partly", TINY_TASK, rows, tiny_prompts())
    made = select(scene, 100, "all")
    assert (len(made.rows), made.candidates.unlabelled) == (28, ("r1", "r2"))


def test_what_cannot_be_selected_is_named_and_writes_nothing(pool: Scene):
    select(pool, 3, "taken")
    for budget, name, prompt, error in (
        (0, "a", None, BadInput),
        (3, "taken", None, BadInput),
        (3, "../a", None, BadData),
        (3, "a", "v9", UnknownName),
    ):
        with pytest.raises(error):
            select(pool, budget, name, prompt=prompt)
    assert pool.dataset_names() == ("taken",)


def test_a_dataset_is_named_by_its_content_and_says_what_changed_since_its_parent(pool: Scene):
    pool.save_version(replace(pool.prompt("v2"), rationale="none"))
    first = select(pool, 9, "round1", prompt="v3").dataset
    again = select(pool, 9, "again", prompt="v3").dataset
    assert first.content_id == again.content_id == first.manifest["content_id"]
    more = select(pool, 12, "round2", prompt="v3", parent="round1").dataset
    assert more.content_id != first.content_id
    assert more.manifest["parent"] == {"name": "round1", "content_id": first.content_id}
    assert more.manifest["changes"]["added"] == 3
    found = diff_datasets(first, more)
    assert (len(found.added), found.removed, found.unchanged, found.new_prompt) == (3, (), 9, False)
    assert diff_datasets(first, select(pool, 9, "bare").dataset).new_prompt
    with pytest.raises(UnknownName, match="There is no dataset 'round9'"):
        select(pool, 9, "lost", parent="round9")


def test_the_manifest_holds_hashes_of_what_was_chosen_from_and_kept_apart(pool: Scene):
    manifest = select(pool, 9, "round1").dataset.manifest
    assert manifest["chosen_from"]["dev_sha256"] == examples_sha256(pool.examples("dev"))
    assert manifest["chosen_from"]["pool_sha256"] == examples_sha256(pool.examples("pool"))
    assert set(manifest["made"]) == {"labkit", "at"}


def test_rows_changed_behind_the_manifest_are_refused_even_without_the_file_hash(pool: Scene):
    made = select(pool, 9, "round1").dataset
    manifest = {key: value for key, value in made.manifest.items() if key != "files"}
    (made.path / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    text = (made.path / "rows.jsonl").read_text(encoding="utf-8")
    (made.path / "rows.jsonl").write_text(text.replace("物流", "退款"), encoding="utf-8")
    with pytest.raises(BadData, match="is not the file its manifest names"):
        pool.dataset("round1")


def test_pins_and_bans_stand_in_rows_and_manifest_with_their_reasons(pool: Scene):
    first = select(pool, 9, "round1").dataset
    ids = [row["id"] for row in first.rows]
    left = next(row.id for row in pool.examples("pool") if row.id not in ids)
    made = select(pool, 9, "round2", parent="round1", pins={left: "the case of May"}, bans=[ids[0]])
    rows = {row["id"]: row for row in made.dataset.rows}
    assert ids[0] not in rows
    assert rows[left]["why"]["reason"].startswith("pinned (the case of May); row 1 of ")
    assert made.dataset.manifest["parameters"]["pins"] == {left: "the case of May"}
    assert made.dataset.manifest["parameters"]["bans"] == {ids[0]: ""}
    assert made.candidates.banned == (ids[0],)
    assert all(row["why"]["nearest_left_out"]["id"] not in rows for row in made.dataset.rows)


def test_a_teachers_reasons_are_taught_where_nothing_speaks_against_them(pool: Scene):
    run = evaluate(pool, "v2", "definition-reader", "pool")
    right = {row.example.id for row in run.rows if row.correct}
    made = select(pool, 100, "taught", prompt="v2", teacher=run.id)
    manifest = made.dataset.manifest
    assert 0 < len(made.rows) <= len(right)
    for row in made.dataset.rows:
        assert row["id"] in right
        assert row["target"]["labels"] == row["labels"]
        assert row["target"]["rationale"]
        assert all(quote["quote"] in row["items"][quote["post"] - 1] for quote in row["target"]["evidence"])
    assert (manifest["targets"], manifest["teacher"]["model"]) == ("rationale", "definition-reader")
    assert manifest["teacher"]["training"] == "allowed"
    assert sum(manifest["refused"].values()) + len(made.targets.of_row) == 30
    assert len(training_rows(pool, made.dataset, pool.prompt("v2"))) == len(made.rows)


def test_reasons_without_a_use_or_without_a_run_are_refused(pool: Scene):
    run = evaluate(pool, "v2", "definition-reader", "pool")
    pool.save_version(replace(pool.prompt("v2"), rationale="none"))
    with pytest.raises(BadInput, match="asks for labels only"):
        select(pool, 9, "a", prompt="v3", teacher=run.id)
    (pool.path / "prompts" / "old.md").write_text("---\nrationale: [\n---\n", encoding="utf-8")  # another's fault
    with pytest.raises(BadInput, match=r"'v2' asks for a rationale.*--prompt, here: v3.*--teacher RUN"):
        select(pool, 9, "a", prompt="v2")
    with pytest.raises(BadInput, match="asks for a rationale"):
        Planner(pool, prompt="v2")
    with pytest.raises(UnknownName):
        select(pool, 9, "a", teacher="nothing")
    dev = evaluate(pool, "v2", "definition-reader", "dev")
    with pytest.raises(BadData, match=r"No answer of run .* can be taught \(not asked: 30\)"):
        select(pool, 9, "a", teacher=dev.id)
    wrong = [row.example.id for row in run.rows if not row.correct]
    if wrong:
        with pytest.raises(BadData, match="has no target"):
            select(pool, 9, "a", teacher=run.id, pins=wrong[:1])
    assert pool.dataset_names() == ()


def test_the_newest_dataset_is_the_one_made_last_whatever_its_name_and_its_file_say(pool: Scene):
    for name in ("v9", "v10"):
        select(pool, 9, name)
        os.utime(pool.dataset(name).path / "manifest.json", (0, 0))  # as after a clone or a copy
    assert newest_dataset(pool) == "v10"
    assert dataset_day(pool, "v9") > "2026-11-26"
    pool.save_dataset("by_hand", pool.dataset("v9").rows, {"parent": None})
    os.utime(pool.dataset("by_hand").path / "manifest.json", (86400, 86400))
    assert dataset_day(pool, "by_hand") == "1970-01-02", "where the manifest says nothing, its file does"


class Point(Answering):
    """A model at a point of its training: the further on, the surer it is of every second row."""

    def __init__(self, name: str, belief: float) -> None:
        super().__init__()
        self.name, self._belief = name, belief

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        replies = zip(requests, super().answer(requests), strict=True)
        return [replace(reply, probabilities=self._of(request)) for request, reply in replies]

    def _of(self, request: Request) -> dict[str, float]:
        number = int(request.row.removeprefix("r"))
        belief = self._belief if number % 2 else 0.95
        return {label: belief if k == number % 3 else 1 - belief for k, label in enumerate(TOPICS)}

    def text(self, request: Request) -> str:
        return json.dumps({"labels": [tuple(TOPICS)[int(request.row.removeprefix("r")) % 3]]}, ensure_ascii=False)


def test_a_trainings_dynamics_rate_the_difficulty_when_they_are_asked_for(pool: Scene):
    models = [Point(f"local/base+{belief}@labels", belief) for belief in (0.2, 0.9)]
    points = [evaluate(pool, "v1", model, "pool", progress=lambda _: None) for model in models]
    assert not select(pool, 9, "by-answers").committee.ratings, "models that learnt from the pool do not vote"
    made = select(pool, 9, "by-dynamics", dynamics=[run.id for run in points])
    assert made.dataset.manifest["parameters"]["committee"]["by"] == "dynamics"
    assert {row.cell.difficulty for row in made.rows} == {"easy", "boundary"}
    assert all(int(id.removeprefix("r")) % 2 for id, kind in made.committee.ratings.items() if kind == "boundary")


def test_a_selection_says_what_it_is_at_and_whoever_is_told_may_end_it(pool: Scene):
    told: list[tuple[str, float]] = []
    select(pool, 9, "whole", progress=lambda step, share: told.append((step, share)))
    assert list(dict.fromkeys(step for step, _ in told)) == ["leaks", "copies", "vectors", "choosing", "nearest"]
    assert all(0 <= share <= 1 for _, share in told)

    def ending_at(wanted: str, step: str) -> None:
        if step == wanted:
            raise KeyboardInterrupt

    for wanted in ("leaks", "nearest"):
        with pytest.raises(KeyboardInterrupt):
            select(pool, 9, "ended", progress=lambda step, _, wanted=wanted: ending_at(wanted, step))
    assert pool.dataset_names() == ("whole",)
