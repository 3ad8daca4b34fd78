"""Real outputs of real models: accuracies and pairs to the last digit, whatever order or state the rows are in."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score, f1_score

from labkit.comparison import Pair, compare, paired
from labkit.imports import import_run
from labkit.records import Bar, Example, Prediction, Run, RunRow, Status, Task
from labkit.scoring import score
from labkit.workspace import Sources, create_scene, draft_scene
from labkit.workspace.draft import read_sources
from tests.made_runs import made_run

VERSIONS = ("baseline", "default", "confidence")
ACCURACY = {
    "ag_news": (2000, 1674, 1716, 1758),
    "emotion": (1390, 751, 812, 837),
    "rotten_tomatoes": (1066, 975, 993, 993),
}


@cache
def cells(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "gepa_confidence" / f"{name}_combined.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def runs_of(folder: Path, name: str) -> dict[str, Run]:
    """The answers of gpt-4.1-mini to three versions of a prompt, on the same rows."""
    rows = cells(folder, name)
    task = Task(name, tuple(sorted({row["expected"] for row in rows})), bar=Bar(metric="accuracy"))
    examples = [Example(f"{k:05d}", (row["text"],), (row["expected"],), "dev") for k, row in enumerate(rows)]
    return {
        version: made_run(_rows(rows, examples, version, task), version, task, prompt=version) for version in VERSIONS
    }


def _rows(rows: list[dict[str, str]], examples: list[Example], version: str, task: Task) -> list[RunRow]:
    made = []
    for row, example in zip(rows, examples, strict=True):
        answer = row[f"{version}_predicted"]
        known = answer in task.labels
        found = Prediction(Status.ANSWERED if known else Status.OFF_LIST, (answer,) if known else ())
        made.append(RunRow(example, found))
    return made


@pytest.mark.parametrize("name", ACCURACY)
def test_accuracies_are_those_that_were_published(test_data: Path, name: str):
    rows, *right = ACCURACY[name]
    published = json.loads((test_data / "gepa_confidence" / "summaries.json").read_text(encoding="utf-8"))[name]
    for version, correct in zip(VERSIONS, right, strict=True):
        scores = score(runs_of(test_data, name)[version])
        assert scores.labelled == rows == published[version]["total"]
        assert scores.values["accuracy"].value == correct / rows
        assert correct == published[version]["correct"]


@pytest.mark.parametrize("name", ACCURACY)
def test_f1_and_kappa_are_those_of_scikit_learn(test_data: Path, name: str):
    rows, runs = cells(test_data, name), runs_of(test_data, name)
    gold = [row["expected"] for row in rows]
    labels = list(runs["baseline"].task.labels)
    for version in VERSIONS:
        answers = [row[f"{version}_predicted"] for row in rows]
        expected = f1_score(gold, answers, labels=labels, average="macro")
        assert score(runs[version]).values["macro_f1"].value == pytest.approx(expected, abs=1e-12)
    found = compare(list(runs.values()))
    for pair in found.agreement:
        first, second = ([row[f"{version}_predicted"] for row in rows] for version in (pair.a, pair.b))
        both = [(x, y) for x, y in zip(first, second, strict=True) if x in labels and y in labels]
        assert pair.rows == len(both)
        assert pair.kappa == pytest.approx(cohen_kappa_score(*zip(*both, strict=True)))


def all_pairs(folder: Path) -> dict[tuple[str, str, str], Pair]:
    found = {}
    for name in ACCURACY:
        runs = runs_of(folder, name)
        for a, b in combinations(VERSIONS, 2):
            found[name, a, b] = paired(runs[a], runs[b])
    return found


def test_nine_pairs_have_their_exact_counts_and_p_values_and_two_cannot_be_told(test_data: Path):
    pairs = all_pairs(test_data)
    for (name, a, b), pair in pairs.items():
        rights = [(row[f"{a}_correct"] == "True", row[f"{b}_correct"] == "True") for row in cells(test_data, name)]
        fixed, regressed = rights.count((False, True)), rights.count((True, False))
        assert (len(pair.fixed), len(pair.regressed), pair.rows) == (fixed, regressed, len(rights))
        assert pair.p_value == pytest.approx(binomtest(fixed, fixed + regressed).pvalue, rel=1e-9)
        assert pair.delta["accuracy"].value == pytest.approx((fixed - regressed) / len(rights), abs=1e-12)
    unsure = {key for key, pair in pairs.items() if pair.verdict == "cannot tell"}
    assert unsure == {("emotion", "default", "confidence"), ("rotten_tomatoes", "default", "confidence")}
    assert {pair.verdict for key, pair in pairs.items() if key not in unsure} == {"better"}


def test_a_scene_made_of_these_rows_judges_them_by_the_share_right(test_data: Path, tmp_path: Path):
    unsure = set()
    for name in ACCURACY:
        path = tmp_path / f"{name}.csv"
        table = [(f"{k:05d}", row["text"], row["expected"], "dev") for k, row in enumerate(cells(test_data, name))]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", "text", "label", "split"), *table])
        sources = Sources((path,))
        task = draft_scene(sources, *read_sources(sources)).task
        runs = {key: replace(run, task=task) for key, run in runs_of(test_data, name).items()}
        verdicts = {(a, b): paired(runs[a], runs[b]).verdict for a, b in combinations(VERSIONS, 2)}
        unsure |= {(name, *pair) for pair, verdict in verdicts.items() if verdict == "cannot tell"}
    assert unsure == {("emotion", "default", "confidence"), ("rotten_tomatoes", "default", "confidence")}


def test_the_order_of_the_rows_changes_nothing(test_data: Path):
    runs = runs_of(test_data, "rotten_tomatoes")
    shuffled = list(runs["default"].rows)
    random.Random(0).shuffle(shuffled)
    other = made_run(shuffled, "default", runs["default"].task, prompt="default")
    assert paired(runs["baseline"], other) == paired(runs["baseline"], runs["default"])


def test_a_partly_empty_run_loses_its_rows_and_says_so(test_data: Path):
    runs = runs_of(test_data, "rotten_tomatoes")
    rows = runs["default"].rows
    broken = [RunRow(row.example, Prediction(Status.BLANK)) if k % 2 else row for k, row in enumerate(rows)]
    found = compare([runs["default"], made_run(broken[:1000], "broken", runs["default"].task)])
    assert (found.rows, found.left_out) == (1000, {"missing": 66})
    assert [entry.run for entry in found.ranking] == ["default", "broken"]
    assert found.ranking[1].scores.counts["blank"] == 500
    assert found.pairs[0].verdict == "worse"


def test_a_constant_predictor_is_worse_and_agrees_with_nobody_but_by_chance(test_data: Path):
    runs = runs_of(test_data, "emotion")
    task, rows = runs["default"].task, runs["default"].rows
    constant = made_run(
        [RunRow(row.example, Prediction(Status.ANSWERED, (task.labels[0],))) for row in rows], "constant", task
    )
    found = compare([runs["default"], constant])
    assert found.pairs[0].verdict == "worse"
    assert found.agreement[0].kappa == 0.0
    (again,) = compare([constant, made_run(constant.rows, "again", task)]).agreement
    assert (again.same.value, again.kappa) == (1.0, None)


def test_a_shuffled_table_of_real_answers_comes_in_by_id(test_data: Path, tmp_path: Path):
    rows = cells(test_data, "rotten_tomatoes")
    task = runs_of(test_data, "rotten_tomatoes")["default"].task
    examples = [row.example for row in runs_of(test_data, "rotten_tomatoes")["default"].rows]
    scene = create_scene(tmp_path / "films", task, examples, ())
    order = list(range(len(rows)))
    random.Random(1).shuffle(order)
    file = tmp_path / "answers.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(
            [("id", "predicted"), *((examples[k].id, rows[k]["default_predicted"]) for k in order)]
        )
    found = import_run(scene, file, "table", model="gpt-4.1-mini")
    assert score(found.run).values["accuracy"].value == 993 / 1066
    assert found.unmatched == found.unanswered == ()


def test_gpt_4_s_answers_with_rationales_and_gaps_come_in(test_data: Path, tmp_path: Path):
    """Answers of GPT-4 to Chinese history questions: 287 rows, the letter, and the reasons it gave."""
    (file,) = (test_data / "gaokao_gpt4").glob("*History*.json")
    asked = json.loads(file.read_text(encoding="utf-8"))["example"]
    letters = ("A", "B", "C", "D")
    examples = [
        Example(f"h{k:03d}", (row["question"].strip(),), tuple(row["standard_answer"]), "dev")
        for k, row in enumerate(asked)
    ]
    scene = create_scene(tmp_path / "history", Task("history", letters, "zh", "题目"), examples, ())
    table = tmp_path / "gpt4.jsonl"
    with table.open("w", encoding="utf-8") as out:
        for example, row in reversed(list(zip(examples, asked, strict=True))):
            record = {"id": example.id, "predicted": row["model_answer"], "rationale": row["model_output"]}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    run = import_run(scene, table, "table", model="gpt-4-0314").run
    empty = sum(not any(row["model_answer"]) for row in asked)
    right = sum(row["model_answer"] == row["standard_answer"] for row in asked)
    assert (len(run.rows), right) == (287, 217)
    assert score(run).values["accuracy"].value == 217 / 287
    assert run.counts["answered"] == 287 - empty
    assert run.rows[0].prediction.rationale == asked[0]["model_output"]
