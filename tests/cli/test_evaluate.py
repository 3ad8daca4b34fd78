from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from labkit.records import Example
from labkit.scoring import score
from labkit.tables import read_table
from labkit.workspace import Scene, create_scene, open_scene
from tests.cli.conftest import Command, files_of
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.evaluation.scripted import served
from tests.faults.replies import ANSWER
from tests.models.loopback import Loopback, completion, free_port

READER = ("--prompt", "v2", "--model", "definition-reader")
FILES = ("--input", "{scene}/examples.jsonl", "--output")


def test_evaluate_json_is_one_value_whose_counts_add_up(labkit: Command, scene: Scene):
    code, out, _ = labkit("evaluate", scene.path, *READER, "--json")
    value = json.loads(out)
    assert code == 0
    names = ["run", "rows", "taken_over", "in_flight", "model", "served_by", "counts", "cost", "scores"]
    assert list(value) == names
    assert (value["taken_over"], value["in_flight"]) == (0, [])
    assert value["rows"] == sum(value["counts"].values()) == 16
    stored = score(scene.store.load_run(value["run"])).values
    assert value["scores"] == {n: {"value": i.value, "low": i.low, "high": i.high} for n, i in stored.items()}


def test_several_models_are_asked_side_by_side_and_one_that_is_stopped_is_said(labkit: Command, scene: Scene):
    with Loopback("quota") as poor:
        served(scene, poor)
        words = ("evaluate", scene.path, *READER, "--model", "loopback/m")
        code, out, err = labkit(*words, "--json")
        value = json.loads(out)
        assert code == 1
        assert [run["model"] for run in value["runs"]] == ["definition-reader"]
        assert value["runs"][0]["counts"]["answered"] == 16
        assert "quota" in value["stopped"]["loopback/m"]
        code, out, err = labkit(*words)
        assert (code, "v2 · definition-reader · dev" in out) == (1, True)
        assert "loopback/m is asked no further" in err
        assert poor.hits == 2  # one a call: the first row by itself
        assert labkit(*words, "--batch")[0] == 2


def test_evaluate_tells_people_counts_scores_and_the_distance_to_the_bar(labkit: Command, scene: Scene):
    code, out, _ = labkit("evaluate", scene.path, *READER, "--limit", 10)
    assert code == 0
    assert "answered  10" in out
    assert "macro_f1" in out
    assert "Bar: macro_f1 0.800; this run is 20.0 points past it: cannot tell yet" in out  # ten right rows may be luck
    task = scene.path / "task.yaml"
    task.write_text(task.read_text(encoding="utf-8").replace("value: 0.8", "value: 0.6"), encoding="utf-8")
    _, out, _ = labkit("evaluate", scene.path, *READER, "--limit", 10)
    assert "Bar: macro_f1 0.600; this run is 40.0 points past it: above the bar" in out


def test_a_second_time_nothing_is_asked_and_it_is_said(labkit: Command, scene: Scene):
    with Loopback() as server:
        words = ("evaluate", scene.path, "--prompt", "v1", "--model", served(scene, server), "--json")
        _, first, _ = labkit(*words)
        _, second, said = labkit(*words)
        assert (first, server.hits) == (second, 16)
        assert "nothing was asked again" in said
        _, third, _ = labkit(*words, "--fresh")
        assert json.loads(third)["run"] != json.loads(first)["run"]
        assert server.hits == 32


def test_rows_without_gold_have_answers_but_no_scores(labkit: Command, tmp_path: Path):
    from dataclasses import replace

    bare = [replace(example, labels=None) for example in tiny_examples()]
    create_scene(tmp_path / "bare", TINY_TASK, bare, tiny_prompts())
    code, out, said = labkit("evaluate", tmp_path / "bare", *READER, "--json")
    assert (code, json.loads(out)["scores"], json.loads(out)["counts"]["answered"]) == (0, {}, 16)
    assert "16 of 16 rows have no gold labels" in said
    assert "there is no score" in labkit("evaluate", tmp_path / "bare", *READER)[1]


def test_a_scene_whose_rows_wait_for_labels_is_told_how_they_get_some(labkit: Command, tmp_path: Path):
    rows = tuple(Example(f"p{k}", (f"快递慢{k}",)) for k in range(30))
    scene = create_scene(tmp_path / "bare", TINY_TASK, rows, tiny_prompts())
    words = ("--prompt", "v2", "--model", "definition-reader")
    code, _, err = labkit("evaluate", scene.path, *words)
    assert (code, f"python -m labkit queue {scene.path} --output queue.xlsx" in err, err.count("\n")) == (2, True, 1)
    code, out, _ = labkit("evaluate", scene.path, *words, "--split", "pool")
    assert (code, "To get a score, label rows: python -m labkit queue" in out) == (0, True)


def test_a_label_of_the_prompt_that_the_data_spell_otherwise_is_held_against_theirs(labkit: Command, scene: Scene):
    file = scene.path / "prompts" / "v2.md"
    file.write_text(file.read_text("utf-8").replace("## 物流", "## 物流问题"), encoding="utf-8")
    code, _, err = labkit("evaluate", scene.path, "--prompt", "v2", "--model", "definition-reader")
    assert code == 2
    assert "defines '物流问题', which is not a label of task 'tiny'" in err
    assert "Did you mean '物流'?" in err


def test_test_rows_with_a_reason_are_a_decision(labkit: Command, scene: Scene):
    code, _, _ = labkit("evaluate", scene.path, *READER, "--split", "test", "--reason", "choose")
    (reading,) = open_scene(scene.path).test_readings()
    assert (code, reading["reason"]) == (0, "choose")


def test_runs_lists_the_newest_first(labkit: Command, scene: Scene):
    for prompt in ("v1", "v2"):
        labkit("evaluate", scene.path, "--prompt", prompt, "--model", "definition-reader")
    code, out, _ = labkit("runs", scene.path, "--json")
    found = json.loads(out)
    assert (code, [run["prompt"] for run in found]) == (0, ["v2", "v1"])
    assert found[0]["counts"]["answered"] == found[0]["rows"] == 16
    _, table, _ = labkit("runs", scene.path)
    assert [line.split()[0] for line in table.splitlines()] == ["run", found[0]["run"], found[1]["run"]]


def test_runs_of_a_new_scene_are_none_and_leave_no_file(labkit: Command, scene: Scene):
    before = files_of(scene.path)
    assert labkit("runs", scene.path, "--json")[:2] == (0, "[]\n")
    assert labkit("status", scene.path)[0] == 0
    assert files_of(scene.path) == before


def test_models_says_what_each_needs(labkit: Command, scene: Scene):
    code, out, _ = labkit("models", scene.path, "--json")
    needs = {model["name"]: model["needs"] for model in json.loads(out)}
    assert code == 0
    assert needs["openai/<model>"] == "OPENAI_API_KEY in the environment"
    assert "definition-reader" in labkit("models")[1]


def test_status_of_a_new_scene_names_one_next_step(labkit: Command, scene: Scene):
    code, out, _ = labkit("status", scene.path, "--json")
    value = json.loads(out)
    assert (code, value["best"], value["test_readings"]) == (0, None, 0)
    assert value["next"]["command"].startswith(f"python -m labkit evaluate {scene.path}")
    assert value["next"]["reason"]


def test_status_finds_the_best_run_and_its_distance_to_the_bar(labkit: Command, scene: Scene):
    for prompt in ("v2", "v1"):
        labkit("evaluate", scene.path, "--prompt", prompt, "--model", "definition-reader")
    labkit("evaluate", scene.path, "--prompt", "v1", "--model", "definition-reader", "--limit", "1")
    value = json.loads(labkit("status", scene.path, "--json")[1])
    best = value["best"]
    assert (best["prompt"], best["model"], best["bar"]) == ("v2", "definition-reader", 0.8)
    assert best["distance"] == pytest.approx(best["value"]["value"] - 0.8)
    assert value["spent"] == {"amounts": {}, "unknown_replies": 0}
    assert "Best on dev: v2 with definition-reader" in labkit("status", scene.path)[1]


def test_status_says_that_money_is_unknown_without_a_price_and_sums_it_with_one(labkit: Command, scene: Scene):
    with Loopback() as server:
        labkit("evaluate", scene.path, "--prompt", "v1", "--model", served(scene, server))
    assert json.loads(labkit("status", scene.path, "--json")[1])["spent"]["unknown_replies"] == 16
    (scene.path / "prices.toml").write_text(
        '["loopback/m"]\ninput = 10\noutput = 20\ncached_input = 1\ncurrency = "CNY"\n'
    )
    spent = json.loads(labkit("status", scene.path, "--json")[1])["spent"]
    assert spent["amounts"]["CNY"] == pytest.approx(16 * (36 * 10 + 64 * 1 + 7 * 20) / 1e6)
    assert "CNY" in labkit("status", scene.path)[1]


def test_classify_writes_every_row(labkit: Command, scene: Scene, tmp_path: Path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,text\n007,快递呢\n007,\n8,坏了\n", encoding="utf-8")
    words = ("classify", scene.path, *READER, "--input", source, "--output", target)
    code, out, _ = labkit(*words, "--json")
    assert (code, json.loads(out)["rows"]) == (0, 2)
    assert [(row["id"], row["predicted"], row["status"]) for row in read_table(target).rows] == [
        ("007", "物流", "answered"),
        ("007", "", "blank"),
        ("8", "质量", "answered"),
    ]


def broken_prompt(scene: Scene) -> None:
    text = (scene.path / "prompts/v2.md").read_text(encoding="utf-8")
    (scene.path / "prompts/v2.md").write_text(text.replace("# Instruction", "Instruction"), encoding="utf-8")


def no_database(scene: Scene) -> None:
    (scene.path / "runs.db").write_bytes(b"these are not runs")


def dead_server(scene: Scene) -> None:
    (scene.path / "models.toml").write_text(f'[dead]\nbase_url = "http://127.0.0.1:{free_port()}/v1"\n')


def nothing(scene: Scene) -> None:
    return


BAD = {
    "no scene": (nothing, ("evaluate", "{scene}-missing", *READER), "missing"),
    "unknown prompt": (nothing, ("evaluate", "{scene}", "--prompt", "v3", "--model", "linear"), "'v2'"),
    "unknown model": (nothing, ("evaluate", "{scene}", "--prompt", "v1", "--model", "liner"), "'linear'"),
    "unknown split": (nothing, ("evaluate", "{scene}", *READER, "--split", "tset"), "'test'"),
    "no rows": (nothing, ("evaluate", "{scene}", *READER, "--split", "traffic"), "traffic"),
    "no limit": (nothing, ("evaluate", "{scene}", *READER, "--limit", "0"), "limit"),
    "no reason": (nothing, ("evaluate", "{scene}", *READER, "--split", "test"), "--reason"),
    "no key": (nothing, ("evaluate", "{scene}", "--prompt", "v1", "--model", "openai/gpt"), "OPENAI_API_KEY"),
    "prompt without a section": (broken_prompt, ("evaluate", "{scene}", *READER), "# Instruction"),
    "unreachable": (dead_server, ("evaluate", "{scene}", "--prompt", "v1", "--model", "dead/m"), "nothing answers"),
    "no database": (no_database, ("evaluate", "{scene}", *READER), "not a run database"),
    "runs of no database": (no_database, ("runs", "{scene}"), "not a run database"),
    "models of no scene": (nothing, ("models", "{scene}-missing"), "missing"),
    "status of no scene": (nothing, ("status", "{scene}-missing"), "missing"),
    "no input": (nothing, ("classify", "{scene}", *READER, "--input", "no.csv", "--output", "{scene}/o.csv"), "no.csv"),
    "unknown column": (
        nothing,
        ("classify", "{scene}", *READER, *FILES, "{scene}/o.csv", "--text", "itmes"),
        "'items'",
    ),
    "useless output": (
        nothing,
        ("classify", "{scene}", *READER, *FILES, "{scene}/o.pdf"),
        ".pdf",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_writes_nothing(labkit: Command, scene: Scene, case: str):
    prepare, words, hint = BAD[case]
    prepare(scene)
    before = files_of(scene.path)
    code, out, err = labkit(*(word.replace("{scene}", str(scene.path)) for word in words))
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert err.startswith("labkit: ")
    assert hint in err
    assert files_of(scene.path) == before


def test_a_refusal_in_the_middle_is_one_line_and_keeps_what_was_answered(labkit: Command, scene: Scene):
    with Loopback(lambda body, seen: "quota" if "坏了还不给" in body["messages"][-1]["content"] else "ok") as server:
        model = served(scene, server, concurrency=1)
        code, _, err = labkit("evaluate", scene.path, "--prompt", "v1", "--model", model)
    assert code == 2
    assert "13 of 16 rows are answered and kept" in err.splitlines()[-1]


def test_words_from_a_server_reach_the_terminal_without_control_characters(labkit: Command, scene: Scene):
    from tests.models import loopback

    body = json.dumps({"error": {"message": "\x1b[2Jpwned\u202e", "code": "insufficient_quota"}}).encode()
    loopback.FAULTS["hostile"] = (429, {}, body)
    with Loopback("hostile") as server:
        _, _, err = labkit("evaluate", scene.path, "--prompt", "v1", "--model", served(scene, server))
    del loopback.FAULTS["hostile"]
    error = err.splitlines()[-1]
    assert "pwned" in error
    assert error.isprintable()


def start(scene: Scene, model: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "labkit", "evaluate", str(scene.path), "--prompt", "v1", "--model", model, "--json"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ.copy())


def wait_for(server: Loopback, answers: int) -> None:
    deadline = time.monotonic() + 60
    while sum(server.answered.values()) < answers:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_blow_in_the_middle_loses_and_repeats_nothing_that_was_kept(scene: Scene, blow: signal.Signals):
    concurrency = 3
    with Loopback("delay", delay_s=0.15) as server:
        model = served(scene, server, concurrency=concurrency)
        process = start(scene, model)
        wait_for(server, 5)
        process.send_signal(blow)
        process.wait(30)
        run = scene.store.load_run(scene.store.runs()[0].run)
        kept = {row.example.items[0] for row in run.rows if row.reply}
        lost = run.in_flight
        assert 16 > len(kept) >= 5 - concurrency
        assert len(lost) <= (concurrency if blow == signal.SIGKILL else 0)

        again = start(scene, model)
        out, said = again.communicate(timeout=60)
    assert again.returncode == 0, said
    value = json.loads(out)
    assert (value["run"], value["counts"]["answered"], sum(value["counts"].values())) == (run.id, 16, 16)
    assert value["in_flight"] == list(lost)
    assert all(row in said.decode() for row in lost)
    asked = {message.split(": ", 1)[1].split("\n")[0]: times for message, times in server.asked.items()}
    assert all(asked[text] == 1 for text in kept)
    assert server.hits - 16 <= len(lost)


def test_share_writes_a_file_for_git(labkit: Command, apart: Scene):
    code, out, _ = labkit("evaluate", apart.path, "--prompt", "v2", "--model", "definition-reader", "--json")
    run = json.loads(out)["run"]
    code, out, _ = labkit("share", apart.path, run, "--json")
    assert (code, Path(json.loads(out)["file"]).stem) == (0, run)
    assert (apart.path / "shared" / f"{run}.jsonl").is_file()
    code, _, err = labkit("share", apart.path, "nothing")
    assert (code, "no run 'nothing'" in err) == (2, True)


def test_share_writes_a_table_for_the_business_team(labkit: Command, apart: Scene, tmp_path: Path):
    run = json.loads(labkit("evaluate", apart.path, "--prompt", "v1", "--model", "definition-reader", "--json")[1])[
        "run"
    ]
    target = tmp_path / "errors.xlsx"
    code, out, _ = labkit("share", apart.path, run, "--to", target, "--errors", "--json")
    assert (code, json.loads(out)["cut"]) == (0, [])
    assert target.is_file()
    assert not (apart.path / "shared").exists()
    code, _, err = labkit("share", apart.path, run, "--errors")
    assert (code, "--to FILE" in err) == (2, True)


def test_a_model_that_was_swapped_during_the_run_stands_in_its_summary(labkit: Command, scene: Scene):
    answers = (completion(ANSWER), completion(ANSWER).replace(b'"model": "m"', b'"model": "m2\\u001b"'))
    hits = count()
    with Loopback(lambda _body, _seen: (200, {}, answers[next(hits) >= 8])) as server:
        words = ("evaluate", scene.path, "--prompt", "v1", "--model", served(scene, server))
        _, out, _ = labkit(*words)
        assert "m (8), m2\ufffd (8)" in out
        assert json.loads(labkit(*words, "--json")[1])["served_by"] == {"m": 8, "m2\x1b": 8}
