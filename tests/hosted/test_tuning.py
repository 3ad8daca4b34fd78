"""A real tuning service on this machine: what is sent, what is kept, what a crash costs, and what comes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import labkit
from labkit.errors import BadData, BadInput, BudgetSpent, ModelBusy, ModelError, ModelRefused, NeedsConsent, UnknownName
from labkit.hosted import HostedTuning, cancel_hosted, hosted_tuning_of
from labkit.models.base import Model
from labkit.prompts import prompt_sha256
from labkit.workspace import Scene
from tests.models.loopback_tuning import LoopbackTuning
from tests.training.conftest import as_row, trainable_scene

KEY = "sk-CANARY-0123456789"
PHONE = "13812345678"
FORMS = ("openai", "dashscope")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_KEY", KEY)


@pytest.fixture
def trainable(tmp_path: Path) -> Scene:
    return trainable_scene(tmp_path / "scene")


def served(scene: Scene, server: LoopbackTuning, **settings: object) -> str:
    url = f"{server.root}/v1"
    values = {"base_url": url, "tuning_url": url, "tuning_form": server.form, "key": "env:OUR_KEY"} | settings
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    (scene.path / "models.toml").write_text("\n".join(["[loopback]", *lines]), encoding="utf-8")
    return "loopback/small"


def priced(scene: Scene) -> None:
    price = 'input = 1.0\noutput = 2.0\ntraining = 10.0\nhosting_hour = 0.5\ncurrency = "CNY"'
    (scene.path / "prices.toml").write_text(f'["loopback/small"]\n{price}\n', encoding="utf-8")


def tune(scene: Scene, model: str, **options: object) -> HostedTuning:
    return labkit.tune_hosted(scene, "some", model, **({"poll_s": 0.01} | options))


@pytest.fixture(params=FORMS)
def server(request: pytest.FixtureRequest) -> Iterator[LoopbackTuning]:
    with LoopbackTuning(request.param, looks=3, ends_as={"openai": "succeeded"}.get(request.param, "SUCCEEDED")) as one:
        yield one


def test_what_is_handed_over_is_what_serving_sends_and_what_comes_back_is_kept(
    trainable: Scene, server: LoopbackTuning
):
    priced(trainable)
    told: list[HostedTuning] = []
    found = tune(trainable, served(trainable, server), epochs=2, progress=told.append)

    prompt, task = trainable.prompt("short"), trainable.task
    expected = [
        [m.content for m in labkit.prompts.render(prompt, task, row).messages] for row in trainable.examples("pool")
    ]
    assert [[m["content"] for m in row["messages"][:-1]] for row in server.rows] == expected
    assert {row["messages"][-1]["role"] for row in server.rows} == {"assistant"}
    assert (found.state, found.rows, found.trained_tokens, found.prompt) == ("succeeded", 16, 4321, "short")
    assert found.cost == pytest.approx(4321 * 10 / 1e6)
    assert (found.hosting_hour, found.currency) == (0.5, "CNY")
    (job,) = server.jobs.values()
    knobs = job["method"]["supervised"]["hyperparameters"] if server.form == "openai" else job["hyper_parameters"]
    assert (job["model"], knobs) == ("small", {"n_epochs": 2})
    assert hosted_tuning_of(trainable, found.name) == found == labkit.hosted_tunings(trainable)[0]

    assert not told[0].job  # before anything was sent: what it will cost
    assert told[0].expected_tokens > 2 * 16 * 50
    assert told[0].expected_cost == pytest.approx(told[0].expected_tokens * 10 / 1e6)
    assert [tuning.state.lower() for tuning in told[1:]] == [told[1].state.lower(), "running", "succeeded"]

    assert tune(trainable, "loopback/small", epochs=2) == found  # again: nothing is asked for twice
    assert (len(server.files), len(server.jobs)) == (1, 1)
    assert server.keys == {f"Bearer {KEY}"}
    for path in trainable.path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()


def test_the_tuned_model_is_a_model_like_any_other(trainable: Scene):
    with LoopbackTuning() as server:
        found = tune(trainable, served(trainable, server))
        assert found.tuned == "loopback/ft:small:us::abc"
        run = labkit.evaluate(trainable, found.prompt, found.tuned)
        assert set(server.asked) == {"ft:small:us::abc"}
        other = labkit.evaluate(trainable, found.prompt, "linear")
        shown = labkit.compare_tuned(trainable, found)
        assert set(server.asked) == {"ft:small:us::abc", "small"}
        asked = {entry.model for entry in shown.found.comparison.ranking}
        assert asked == {"loopback/ft:small:us::abc", "loopback/small", "linear"}
        assert "The provider's training cost unknown" in str(shown)  # nobody wrote a price down
        assert shown.as_json()["hosted"]["tuned"] == found.tuned
        before = len(server.asked)
        words = ["hosted", "look", str(trainable.path), found.name, "--compare", "--json"]
        told = subprocess.run([sys.executable, "-m", "labkit", *words], capture_output=True, text=True, timeout=300)
        assert told.returncode == (0 if shown.found.outcome == "PASS" else 1)
        assert json.loads(told.stdout)["outcome"] == shown.found.outcome
        assert len(server.asked) == before  # all was answered already
        assert found.tuned in {ranked.model for ranked in labkit.compare([run, other]).ranking}


def test_where_somebody_must_deploy_it_the_model_comes_back_once_its_name_is_recorded(trainable: Scene):
    with LoopbackTuning("dashscope", ends_as="SUCCEEDED") as server:
        found = tune(trainable, served(trainable, server))
        assert (found.state, found.tuned, found.waits_for) == ("succeeded", "", "small-ft-2026")
        with pytest.raises(BadInput, match="answers yet"):
            labkit.compare_tuned(trainable, found)
        recorded = labkit.record_hosted(trainable, found.name, tuned="small-ft-2026-deployed")
        assert (recorded.tuned, recorded.waits_for) == ("loopback/small-ft-2026-deployed", "")
        assert labkit.look_at_hosted(trainable, found.name) == recorded
        labkit.evaluate(trainable, found.prompt, recorded.tuned)
        assert set(server.asked) == {"small-ft-2026-deployed"}


@pytest.mark.parametrize("form", FORMS)
def test_a_job_whose_name_was_lost_on_the_way_is_found_and_not_begun_again(trainable: Scene, form: str):
    with LoopbackTuning(form, ends_as="succeeded", lose_create=1) as server:
        model = served(trainable, server)
        with pytest.raises(ModelBusy):
            tune(trainable, model)
        assert len(server.jobs) == 1
        for other in range(3):  # newer jobs of others stand before it in the list
            server.jobs[f"other-{other}"] = {"model": "x", "number": f"other-{other}", "looked": 0}
        found = tune(trainable, model)
        assert (found.job, found.state) == ("ftjob-0", "succeeded")
        assert (len(server.jobs), len(server.files)) == (4, 1)


def test_killed_while_the_provider_is_at_work_the_same_command_goes_on(trainable: Scene):
    with LoopbackTuning(looks=10**9) as server:
        served(trainable, server)
        words = ["hosted", "start", str(trainable.path), "--model", "loopback/small", "--dataset", "some", "--json"]
        command = [sys.executable, "-m", "labkit", *words]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert process.stderr
        assert any("ftjob-0" in line for line in process.stderr)
        process.kill()
        process.wait()
        server.looks = 1
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
        said = json.loads(done.stdout)
        assert (said["job"], said["state"], said["tuned"]) == ("ftjob-0", "succeeded", "loopback/ft:small:us::abc")
        assert (len(server.jobs), len(server.files)) == (1, 1)


def test_what_it_could_cost_is_held_against_the_limit_before_anything_is_sent(trainable: Scene):
    with LoopbackTuning() as server:
        model = served(trainable, server)
        with pytest.raises(BadInput, match="No limit can be held: loopback/small has no price of training"):
            tune(trainable, model, name="unpriced", max_cost=5)
        priced(trainable)
        with pytest.raises(BudgetSpent, match=r"could cost up to .* nothing was sent"):
            tune(trainable, model, max_cost=0.001)
        assert (server.files, server.jobs, server.keys) == ({}, {}, set())
        assert tune(trainable, model, max_cost=100).state == "succeeded"


def test_a_file_that_was_changed_or_lost_is_written_anew_and_a_price_written_later_counts(trainable: Scene):
    with LoopbackTuning() as server:
        found = labkit.prepare_hosted(trainable, "some", served(trainable, server))
        path = trainable.path / "hosted" / found.name / "rows.jsonl"
        content = path.read_bytes()
        priced(trainable)
        for change in (lambda: path.write_bytes(b"{}"), path.unlink):
            change()
            again = labkit.prepare_hosted(trainable, "some", "loopback/small")
            assert path.read_bytes() == content
            assert (again.key, again.training_price) == (found.key, 10.0)
        path.write_bytes(b"{}")
        assert tune(trainable, "loopback/small").state == "succeeded"
        assert list(server.files.values()) == [content]


def test_personal_data_goes_to_no_host_before_somebody_has_said_so(trainable: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.evaluation.consent.is_this_machine", lambda host: False)  # as a host outside would be
    rows = [as_row(example) for example in trainable.examples("pool")]
    rows[3]["items"] = [f"快递五天没动静，打{PHONE}"]
    trainable.save_dataset(
        "told", rows, {"prompt_sha256": prompt_sha256(trainable.prompt("short")), "targets": "labels"}
    )
    with LoopbackTuning() as server:
        model = served(trainable, server)
        with pytest.raises(NeedsConsent, match=r": 1 of \d+ rows hold phone 1"):
            labkit.tune_hosted(trainable, "told", model)
        assert server.files == {}
        found = labkit.tune_hosted(trainable, "told", model, personal_data="mask", poll_s=0.01)
        assert found.masked
        assert PHONE not in json.dumps(server.rows, ensure_ascii=False)
        assert "[手机号1]" in json.dumps(server.rows, ensure_ascii=False)
        sent = labkit.tune_hosted(trainable, "told", model, personal_data="send", name="as-it-is", poll_s=0.01)
        assert not sent.masked
        assert PHONE in json.dumps(server.rows, ensure_ascii=False)
        leaky = replace(trainable.prompt("short"), name="leaky", system=f"call {PHONE}")
        trainable.save_prompt(leaky)
        with pytest.raises(BadInput, match="Take it out of the prompt"):
            labkit.tune_hosted(trainable, "told", model, prompt="leaky", personal_data="mask")
        with pytest.raises(UnknownName):
            labkit.tune_hosted(trainable, "told", model, personal_data="perhaps")


@pytest.mark.parametrize("form", FORMS)
def test_a_job_that_failed_says_why(trainable: Scene, form: str):
    with LoopbackTuning(form, ends_as="failed" if form == "openai" else "FAILED") as server:
        found = tune(trainable, served(trainable, server))
        assert (found.state, found.problem, found.tuned) == ("failed", "row 3 is no conversation", "")


@pytest.mark.parametrize(("path", "status"), [("/v1/files", 401), ("/v1/fine_tuning/jobs", 400)])
def test_a_refusal_is_one_of_our_errors_without_the_key_and_the_next_call_begins_anew(
    trainable: Scene, path: str, status: int
):
    with LoopbackTuning(refuse={path: status}) as server:
        model = served(trainable, server)
        with pytest.raises(ModelError) as caught:
            tune(trainable, model)
        assert KEY not in str(caught.value)
        server.refuse = {}
        assert tune(trainable, model).state == "succeeded"
        assert (len(server.files), len(server.jobs)) == (1, 1)


def test_it_can_be_cancelled_and_what_is_over_cannot(trainable: Scene, server: LoopbackTuning):
    server.looks = 10**9
    begun = tune(trainable, served(trainable, server), wait=False)
    assert cancel_hosted(trainable, begun.name).state == "cancelled"
    with pytest.raises(BadInput, match="is not at work"):
        cancel_hosted(trainable, begun.name)
    server.jobs.clear()
    second = tune(trainable, "loopback/small", name="second", wait=False)
    server.jobs.clear()
    with pytest.raises(ModelRefused, match="knows no tuning job"):
        labkit.look_at_hosted(trainable, second.name)


def test_by_hand_the_file_is_written_and_job_and_model_are_recorded(trainable: Scene):
    (trainable.path / "models.toml").write_text('[console]\nbase_url = "https://models.example.com/v1"\n')
    found = labkit.prepare_hosted(trainable, "some", "console/small", personal_data="mask")
    lines = (trainable.path / "hosted" / found.name / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == found.rows == 16
    assert (found.state, found.expected_cost) == ("prepared", None)  # no price is no free training
    with pytest.raises(BadInput, match="not known to have a tuning service"):
        tune(trainable, "console/small")
    with pytest.raises(BadInput, match="Nothing is said"):
        labkit.record_hosted(trainable, found.name)
    assert labkit.record_hosted(trainable, found.name, job="ft-1").state == "recorded"
    with pytest.raises(BadInput, match="is the job ft-1 already"):
        labkit.record_hosted(trainable, found.name, job="ft-2")
    recorded = labkit.record_hosted(trainable, found.name, tuned="small-tuned")
    assert (recorded.tuned, recorded.job, recorded.state) == ("console/small-tuned", "ft-1", "succeeded")
    model: Model = labkit.get_model(recorded.tuned, trainable)
    assert model.name == "console/small-tuned"


def test_what_cannot_be_tuned_is_refused_before_anything_is_written(trainable: Scene):
    with LoopbackTuning() as server:
        model = served(trainable, server)
        with pytest.raises(BadInput, match="is no model of a provider"):
            tune(trainable, "linear")
        with pytest.raises(BadInput, match="0 epochs teach nothing"):
            tune(trainable, model, epochs=0)
        with pytest.raises(BadInput, match="another host"):
            tune(trainable, served(trainable, server, tuning_url="https://elsewhere.example.com/v1"))
        few = [as_row(example) for example in trainable.examples("pool")[:3]]
        trainable.save_dataset("few", few, {"prompt_sha256": prompt_sha256(trainable.prompt("short"))})
        with pytest.raises(BadData, match="wants 10 rows at least"):
            labkit.tune_hosted(trainable, "few", served(trainable, server))
        begun = tune(trainable, model, name="taken")
        with pytest.raises(BadInput, match="exists with another dataset, prompt, model or epochs"):
            tune(trainable, model, name="taken", epochs=5)
        assert [found.name for found in labkit.hosted_tunings(trainable)] == [begun.name]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"name": 3}', '{"name": "x"}', "[" * 100_000])
def test_a_record_that_cannot_be_read_is_named(trainable: Scene, content: str):
    path = trainable.path / "hosted" / "odd" / "tuning.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(BadData, match="Cannot read"):
        hosted_tuning_of(trainable, "odd")
    for name in ("../odd", "none"):
        with pytest.raises(UnknownName):
            hosted_tuning_of(trainable, name)


def test_the_command_line_says_the_price_first_and_lists_what_came_of_it(trainable: Scene):
    priced(trainable)
    with LoopbackTuning() as server:
        served(trainable, server)
        words = ["--model", "loopback/small", "--dataset", "some", "--name", "first"]
        here = {**os.environ, "LABKIT_LANG": "en"}

        def labkit_says(*command: str) -> subprocess.CompletedProcess[str]:
            asked = [sys.executable, "-m", "labkit", "hosted", *command]
            return subprocess.run(asked, capture_output=True, text=True, timeout=300, env=here)

        done = labkit_says("start", str(trainable.path), *words)
        assert done.returncode == 0, done.stderr
        assert "16 rows, 3 times each" in done.stderr
        assert "CNY an hour" in done.stderr
        assert done.stderr.index("The training costs") < done.stderr.index("ftjob-0")
        (listed,) = json.loads(labkit_says("list", str(trainable.path), "--json").stdout)
        assert (listed["tuned"], listed["cost"]) == ("loopback/ft:small:us::abc", pytest.approx(0.04321))
        looked = json.loads(labkit_says("look", str(trainable.path), "first", "--json").stdout)
        assert looked == listed
        recorded = labkit_says("record", str(trainable.path), "first", "--model", "mine", "--json")
        assert json.loads(recorded.stdout)["tuned"] == "loopback/mine"
