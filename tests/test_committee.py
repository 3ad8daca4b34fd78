"""`datasets.ask_committee`: a sample of the pool first, then what a choice could take, and never more than that."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import labkit
from labkit.errors import BadData, BadInput
from labkit.evaluation import evaluate
from labkit.records import Example, Request
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts
from tests.evaluation.scripted import QUICK, Answering, quiet
from tests.evaluation.test_batch import served
from tests.evaluation.test_batch import telling as answers_by_post
from tests.evaluation.test_forecast import priced
from tests.models.loopback_batches import LoopbackBatches


class Knowing(Answering):
    """Answers by the topic's words, except that it takes some posts for quality; it keeps what it was asked."""

    def __init__(self, name: str, wrong: float = 0.0) -> None:
        super().__init__()
        self.name, self._wrong = name, wrong

    def text(self, request: Request) -> str:
        number = int(request.row.removeprefix("r"))
        label = "质量" if number % 100 < 100 * self._wrong else tuple(TOPICS)[number % 3]
        return json.dumps({"labels": [label]}, ensure_ascii=False)

    @property
    def rows(self) -> list[str]:
        return [request.row for request in self.asked]


@pytest.fixture
def large(tmp_path: Path) -> Scene:
    """Three hundred pool rows and six of dev."""
    rows = [Example(f"r{k}", (post(k),), (tuple(TOPICS)[k % 3],), "dev" if k < 6 else "pool") for k in range(306)]
    return create_scene(tmp_path / "large", TINY_TASK, rows, tiny_prompts())


def ask(scene: Scene, *models: Answering | str, **wishes: object) -> labkit.datasets.AskedCommittee:  # type: ignore[name-defined]
    numbers = {"budget": 20, "sample": 30, "reach": 2, "progress": quiet, "retry": QUICK, **wishes}
    return labkit.ask_committee(scene, "v1", list(models), **numbers)


def test_good_models_answer_the_sample_and_what_could_be_chosen_each_row_once(large: Scene):
    models = Knowing("a"), Knowing("b", wrong=0.3)
    found = ask(large, *models)
    assert (found.ended, found.rows["sample"]) == ("asked", 30)
    assert 40 <= found.rows["candidates"] <= 70
    for model in models:
        assert Counter(model.rows).most_common(1)[0][1] == 1
        assert len(model.rows) == found.rows["candidates"]
    assert found.committee.ratings.keys() == set(models[0].rows)
    made = labkit.select(large, 20, "first")
    used = Counter(row.cell.difficulty for row in made.rows)
    assert made.committee.ratings
    assert used["unrated"] == 0
    assert used["easy"]
    assert used["boundary"]


def test_weak_models_answer_the_sample_alone(large: Scene):
    models = Knowing("a", wrong=1.0), Knowing("b", wrong=0.9)
    found = ask(large, *models)
    assert (found.ended, found.rows, found.committee.ratings) == ("weak", {"sample": 30}, {})
    assert [len(model.rows) for model in models] == [30, 30]


def test_the_sample_holds_every_label_alike_and_is_the_same_at_every_call(large: Scene):
    models = Knowing("a", wrong=1.0), Knowing("b", wrong=1.0)
    ask(large, *models)
    labels = {row.id: row.labels for row in large.rows}
    assert set(Counter(labels[row] for row in models[0].rows).values()) == {10}
    ask(large, *models)
    assert [len(model.rows) for model in models] == [30, 30]


def test_what_is_shown_first_is_what_is_asked(large: Scene):
    models = Knowing("a"), Knowing("b")
    planned = labkit.forecast_committee(large, "v1", models, 20, sample=30, reach=2)
    assert not (large.path / "runs.db").exists() or not list(large.store.runs())
    found = ask(large, *models)
    assert planned.calls["a"]["sample"].count == 30
    assert planned.calls["a"]["candidates"].count == found.rows["candidates"] == len(models[0].rows)
    assert (planned.rows["pool"], planned.calls["b"]["pool"].count) == (300, 300)
    again = labkit.forecast_committee(large, "v1", models, 20, sample=30, reach=2)
    assert (again.calls["a"]["candidates"].count, again.calls["a"]["pool"].count) == (0, 300 - len(models[0].rows))


@pytest.mark.parametrize(
    ("models", "numbers", "hint"),
    [
        (["definition-reader"], {}, "1 model is no committee"),
        ([], {}, "0 model is no committee"),
        (["definition-reader", "linear"], {}, "linear has learnt from the pool"),
        (["definition-reader", "definition-reader"], {}, "named twice"),
        ([Knowing("a"), Knowing("b")], {"sample": 0}, "The sample is 0"),
        ([Knowing("a"), Knowing("b")], {"reach": -1}, "The reach is -1"),
        ([Knowing("a"), Knowing("b")], {"budget": 0}, "The budget is 0"),
    ],
)
def test_what_is_no_committee_is_refused_before_anybody_is_asked(large: Scene, models: list, numbers: dict, hint: str):
    with pytest.raises(BadInput, match=hint):
        ask(large, *models, **numbers)
    assert not list(large.store.runs())


def test_one_model_is_enough_where_another_has_answered_the_pool_before(large: Scene):
    evaluate(large, "v1", Knowing("earlier"), "pool", progress=quiet)
    assert ask(large, Knowing("a")).ended == "asked"


def test_a_pool_without_labels_is_named(tmp_path: Path):
    rows = [Example(f"r{k}", (post(k),), None, "pool") for k in range(9)]
    scene = create_scene(tmp_path / "bare", TINY_TASK, rows, tiny_prompts())
    with pytest.raises(BadData, match="no row with gold labels"):
        ask(scene, Knowing("a"), Knowing("b"))


def test_one_limit_holds_for_all_models_and_stages_and_the_same_call_goes_on(large: Scene, monkeypatch):
    monkeypatch.setenv("OUR_KEY", "sk-CANARY-0123456789")
    with LoopbackBatches(answers_by_post) as server:
        model = served(large, server)
        priced(large)
        evaluate(large, "v1", Knowing("earlier"), "pool", progress=quiet)
        stopped = ask(large, model, max_cost=0.0)
        assert (stopped.ended, server.completions) == ("open", 0)
        limit = 35 * 7.0 * (100 * 10 + 7 * 20) / 1e6  # the price of thirty-five replies of the server
        assert ask(large, model, max_cost=limit).ended == "open"
        assert 0 < server.completions <= 35
        assert ask(large, model).ended == "asked"


def test_models_whose_provider_takes_batches_are_asked_in_them(large: Scene, monkeypatch):
    monkeypatch.setenv("OUR_KEY", "sk-CANARY-0123456789")
    with LoopbackBatches(answers_by_post) as server:
        model = served(large, server)
        found = ask(large, Knowing("a"), model, batch=True)
        assert (found.ended, server.completions, len(server.batches)) == ("asked", 0, 2)


def test_what_is_out_in_a_batch_file_is_forecast_as_no_call(large: Scene, monkeypatch):
    monkeypatch.setenv("OUR_KEY", "sk-CANARY-0123456789")
    numbers = {"budget": 20, "sample": 30, "reach": 2}
    with LoopbackBatches(answers_by_post, looks=9) as server:
        model = served(large, server)
        ask(large, Knowing("a"), model, batch=True, wait=False)
        calls = labkit.datasets.forecast_committee(large, "v1", [Knowing("a"), model], **numbers).calls[model]
        assert calls["sample"].count == 0 < calls["candidates"].count
