"""`labkit compare`: a ranking, a verdict, and "cannot tell" where the rows cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from labkit.workspace import Scene
from tests.cli.conftest import Command, kept_files
from tests.imports import foreign


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def run_of(labkit: Command, scene: Scene, prompt: str, model: str = "definition-reader", *words: object) -> str:
    """The id of a run made by the command line."""
    code, out, err = labkit("evaluate", scene.path, "--prompt", prompt, "--model", model, "--json", *words)
    assert code == 0, err
    return json.loads(out)["run"]


def compared(labkit: Command, scene: Scene, *runs: str) -> dict[str, Any]:
    code, out, err = labkit("compare", scene.path, *runs, "--json")
    assert code == 0, err
    return json.loads(out, parse_constant=refuse)


def test_better_definitions_are_better_and_the_rows_are_named(labkit: Command, scene: Scene):
    bare, defined = run_of(labkit, scene, "v1"), run_of(labkit, scene, "v2")
    found = compared(labkit, scene, bare, defined)
    assert (found["metric"], found["rows"], found["left_out"]) == ("macro_f1", 16, {})
    assert [entry["prompt"] for entry in found["ranking"]] == ["v2", "v1"]
    (pair,) = found["pairs"]
    assert (pair["a"], pair["b"], pair["rows"], pair["verdict"]) == (bare, defined, 16, "better")
    assert pair["delta"]["macro_f1"]["low"] > 0
    assert pair["discordant"] == (len(pair["fixed"]) + len(pair["regressed"])) / 16
    assert set(pair["fixed"]) <= {example.id for example in scene.examples("dev")}
    assert [entry["label"] for entry in pair["per_label"]] == list(scene.task.labels)
    assert compared(labkit, scene, defined, bare)["pairs"][0]["verdict"] == "worse"


def test_the_same_answers_cannot_be_told_apart(labkit: Command, scene: Scene):
    first, again = run_of(labkit, scene, "v2"), run_of(labkit, scene, "v2", "definition-reader", "--fresh")
    assert first != again
    for other in (again, first):
        (pair,) = compared(labkit, scene, first, other)["pairs"]
        assert (pair["verdict"], pair["fixed"], pair["regressed"], pair["p_value"]) == ("cannot tell", [], [], 1.0)
    code, out, _ = labkit("compare", scene.path, first, again)
    assert (code, f"{again} against {first}: cannot tell" in out) == (0, True)


def test_three_runs_are_ranked_and_held_against_the_best(labkit: Command, scene: Scene):
    runs = [run_of(labkit, scene, "v1"), run_of(labkit, scene, "v2"), run_of(labkit, scene, "v1", "linear")]
    found = compared(labkit, scene, *runs)
    best = found["ranking"][0]["run"]
    assert {entry["run"] for entry in found["ranking"]} == set(runs)
    assert len(found["pairs"]) == 2
    assert all(best in (pair["a"], pair["b"]) for pair in found["pairs"])
    _, out, _ = labkit("compare", scene.path, *runs)
    assert all(run in out for run in runs)


def test_only_common_rows_count_and_the_others_are_said(labkit: Command, scene: Scene):
    runs = [run_of(labkit, scene, "v1"), run_of(labkit, scene, "v2", "definition-reader", "--limit", 10)]
    found = compared(labkit, scene, *runs)
    assert (found["rows"], found["left_out"]) == (10, {"missing": 6})
    assert found["cautions"] == [{"kind": "missing", "rows": 6, "values": {}}]
    _, out, _ = labkit("compare", scene.path, *runs)
    assert out.splitlines()[:2] == ["Mind: 6 rows are not in every run.", "Compared on 10 common rows."]


def test_a_margin_set_beforehand_holds_the_others_against_the_first(labkit: Command, scene: Scene):
    defined, bare = run_of(labkit, scene, "v2"), run_of(labkit, scene, "v1")
    found = json.loads(labkit("compare", scene.path, defined, bare, "--margin", "0.05", "--json")[1])
    (held,) = found["not_worse"]
    assert (held["a"], held["b"], held["margin"], held["verdict"]) == (defined, bare, 0.05, "worse")
    _, out, _ = labkit("compare", scene.path, defined, bare, "--margin", "0.05")
    assert f"{bare} may be at most 0.05 worse than {defined} in macro_f1" in out
    assert "worse than allowed" in out
    assert f"in macro_f1, which changes by -{held['loss']['value']:.3f} (" in out


def test_rows_asked_several_times_show_how_far_the_model_wavers(labkit: Command, scene: Scene):
    once, thrice = run_of(labkit, scene, "v1"), run_of(labkit, scene, "v2", "definition-reader", "--repeats", 3)
    found = compared(labkit, scene, once, thrice)
    (entry,) = [entry for entry in found["ranking"] if entry["run"] == thrice]
    assert (entry["repeats"], entry["variance"]["repeated"], entry["variance"]["wavering"]) == (3, 16, [])
    assert found["cautions"] == [{"kind": "repeats", "rows": 0, "values": {once: "1", thrice: "3"}}]
    _, out, _ = labkit("compare", scene.path, once, thrice)
    assert out.startswith("Mind: the runs ask each row a different number of times")
    assert f"{thrice} was asked 3 times a row" in out


def test_money_is_said_in_the_user_s_currency_for_a_thousand_rows_and_a_month(
    labkit: Command, scene: Scene, tmp_path: Path
):
    (scene.path / "prices.toml").write_text(
        '["paid/m"]\ninput = 2\noutput = 10\nbatch = 0.5\ncurrency = "USD"\n[rates]\nUSD_CNY = 7.0\ndate = 2026-11-20\n'
    )
    lines = [foreign.batch_line(example.id, foreign.reply(*example.labels)) for example in scene.examples("dev")]
    file = foreign.write_lines(tmp_path / "out.jsonl", lines)
    _, out, _ = labkit("import-run", scene.path, file, "--format", "openai-batch", "--model", "paid/m", "--json")
    runs = (json.loads(out)["run"], run_of(labkit, scene, "v1"))
    found = json.loads(labkit("compare", scene.path, *runs, "--volume", 200_000, "--json")[1])
    paid, free = (entry["cost"] for entry in found["ranking"])
    assert free is None
    assert (paid["currency"], paid["hit_rate"]) == ("CNY", pytest.approx(768 / 900))
    assert paid["per_1000"] == pytest.approx({"list": 14.0, "cached": None, "batch": 7.0})  # 900 in, 20 out: 2 USD
    assert paid["per_month"]["list"] == pytest.approx(2800.0)
    _, out, _ = labkit("compare", scene.path, *runs, "--volume", 200_000)
    assert "200,000 a month: list price" in out
    assert "14.00 CNY" in out
    assert "2,800.00 CNY" in out


def test_the_json_holds_counts_labels_slices_time_and_agreement(labkit: Command, scene: Scene):
    found = compared(labkit, scene, run_of(labkit, scene, "v1"), run_of(labkit, scene, "v2"))
    for entry in found["ranking"]:
        assert sum(entry["counts"].values()) == found["rows"]
        assert [line["label"] for line in entry["per_label"]] == list(scene.task.labels)
        assert entry["effort"]["timed"] == 16
        assert {part["by"] for part in entry["slices"]} == {"length"}
    assert found["agreement"][0]["rows"] <= 16
    assert -1 <= found["alpha"] <= 1


def test_the_beginning_of_an_id_is_enough(labkit: Command, scene: Scene):
    first, second = run_of(labkit, scene, "v1"), run_of(labkit, scene, "v2")
    length = next(k for k in range(1, len(first)) if first[:k] != second[:k])
    found = compared(labkit, scene, first[:length], second[:length])
    assert {entry["run"] for entry in found["ranking"]} == {first, second}


@pytest.mark.parametrize("case", ["no run yet", "unknown", "near", "ambiguous", "one run", "no common row", "no scene"])
def test_bad_input_is_one_line_and_writes_nothing(labkit: Command, scene: Scene, case: str):
    if case == "no run yet":
        words, hint = ("aa", "bb"), "There is no run 'aa'"
    else:
        run = run_of(labkit, scene, "v1")
        pool = run_of(labkit, scene, "v1", "definition-reader", "--split", "pool")
        slip = run[:-1] + ("x" if run[-1] != "x" else "y")
        words, hint = {
            "unknown": ((run, "?"), run),
            "near": ((run, slip), f"Did you mean '{run}'"),
            "ambiguous": ((run, ""), "run"),
            "one run": ((run,), "two runs or more"),
            "no common row": ((run, pool), "no labelled row in common"),
            "no scene": ((run, run), "missing"),
        }[case]
    folder = f"{scene.path}-missing" if case == "no scene" else scene.path
    before = kept_files(scene.path)
    code, out, err = labkit("compare", folder, *words)
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert err.startswith("labkit: ")
    assert hint in err
    assert kept_files(scene.path) == before


def constant(labkit: Command, scene: Scene, folder: Path) -> str:
    """The run of a model that answers 物流 whatever it is asked, imported from a table."""
    answers = folder / "constant.csv"
    answers.write_text("id,predicted\n" + "".join(f"{e.id},物流\n" for e in scene.examples("dev")), encoding="utf-8")
    code, out, err = labkit("import-run", scene.path, answers, "--format", "table", "--model", "constant", "--json")
    assert code == 0, err
    return json.loads(out)["run"]


def test_a_table_whose_encoding_is_named_is_taken_in(labkit: Command, scene: Scene, tmp_path: Path):
    answers = tmp_path / "answers.csv"
    head, rows = "id,predicted,rationale\n", "".join(f"{e.id},物流,快递慢\n" for e in scene.examples("dev"))
    answers.write_bytes(f"{head}{rows}".encode("utf-16-le"))
    words = ("import-run", scene.path, answers, "--format", "table", "--json")
    assert labkit(*words)[0] == 2
    code, out, err = labkit(*words, "--encoding", "utf-16-le")
    assert code == 0, err
    run = scene.store.load_run(json.loads(out)["run"])
    assert {row.prediction.rationale for row in run.rows} == {"快递慢"}


def test_a_model_that_does_not_beat_the_floor_is_said_to_also_when_the_floor_was_not_given(
    labkit: Command, scene: Scene, tmp_path: Path
):
    ours = constant(labkit, scene, tmp_path)
    _, out, _ = labkit("compare", scene.path, ours, ours)
    assert "No simple method (floor) was measured" in out
    run_of(labkit, scene, "v1")
    reader = run_of(labkit, scene, "v2")
    code, out, _ = labkit("compare", scene.path, ours, constant(labkit, scene, tmp_path))
    assert (code, "constant is worse than definition-reader" in out) == (0, True)
    (beside, _) = compared(labkit, scene, ours, ours)["floors"]
    assert (beside["run"], beside["pair"]["a"], beside["verdict"]) == (ours, reader, "worse")


def test_floors_alone_are_held_against_no_floor(labkit: Command, scene: Scene):
    runs = run_of(labkit, scene, "v1"), run_of(labkit, scene, "v2")
    assert compared(labkit, scene, *runs)["floors"] == []


def imported(labkit: Command, scene: Scene, name: str, right: int) -> str:
    """A run made elsewhere that is right on the first so many of eight rows."""
    rows = scene.examples("dev")[:8]
    file = scene.path.parent / f"{name}.csv"
    wrong = {"物流": "退款", "退款": "物流"}
    lines = ["id,predicted"]
    for k, row in enumerate(rows):
        lines.append(f"{row.id},{row.labels[0] if k < right else wrong.get(row.labels[0], '退款')}")
    file.write_text("\n".join(lines), encoding="utf-8")
    code, out, err = labkit("import-run", scene.path, file, "--format", "table", "--model", name, "--json")
    assert code == 0, err
    return json.loads(out)["run"]


def test_where_the_interval_and_the_test_disagree_it_is_said_which_of_them_decides(labkit: Command, scene: Scene):
    worse, better = imported(labkit, scene, "worse", 4), imported(labkit, scene, "better", 8)
    found = compared(labkit, scene, worse, better)
    (pair,) = found["pairs"]
    _, out, _ = labkit("compare", scene.path, worse, better)
    assert pair["delta"]["macro_f1"]["low"] > 0
    assert pair["verdict"] == "cannot tell"
    assert "The permutation test decides, and pure chance does as much in 0.1" in out
    assert pair["rows_needed"] >= 12
