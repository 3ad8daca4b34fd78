"""What the two bundled scenes promise, proved row by row; the last tests prove what v2's definitions are worth."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import combinations

import pytest
import yaml

from labkit.comparison import paired
from labkit.curation.near_duplicates import character_trigrams, jaccard
from labkit.curation.splits import independent_groups
from labkit.evaluation import evaluate
from labkit.prompts import render
from labkit.records import Definition, Example, Run, Task, examples_sha256
from labkit.scoring import score
from labkit.tables import read_examples_jsonl
from labkit.workspace import Scene, bundled_scenes, open_scene, task_from_yaml
from labkit.workspace.bundled import data_folder

Runs = Callable[[str], frozenset[str]]


def letters(text: str) -> str:
    """A text without spaces and punctuation, in NFKC and lower case: a comma more hides no copied sentence."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def runs_of_characters(length: int) -> Runs:
    """All stretches of so many characters, twice: as written without whitespace, and without punctuation as well."""

    def runs(text: str) -> frozenset[str]:
        forms = ("".join(text.split()), letters(text))
        return frozenset(form[i : i + length] for form in forms for i in range(len(form) - length + 1))

    return runs


def runs_of_words(length: int) -> Runs:
    """All stretches of so many words, whatever stands between them."""

    def runs(text: str) -> frozenset[str]:
        words = re.findall(r"[\w'’]+", text.lower())
        return frozenset(" ".join(words[i : i + length]) for i in range(len(words) - length + 1))

    return runs


@dataclass(frozen=True)
class Promise:
    """What issue and design ask of one scene."""

    name: str
    rows: int
    traffic: int
    labels: range
    subtasks: int
    copied: Runs
    quoted: Runs


PROMISES = (
    Promise("weibo_service", 800, 150, range(8, 11), 0, runs_of_characters(12), runs_of_characters(6)),
    Promise("support_intents", 600, 0, range(10, 11), 2, runs_of_words(8), runs_of_words(4)),
)
LEAST_ROWS = {"pool": 250, "dev": 100, "test": 200}
LEAST_PER_LABEL = {"pool": 20, "dev": 8, "test": 10}

each_scene = pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)


@cache
def task_of(promise: Promise) -> Task:
    text = (data_folder() / promise.name / "task.yaml").read_text("utf-8")
    return task_from_yaml(text, promise.name)


@cache
def rows_of(promise: Promise, *splits: str) -> tuple[Example, ...]:
    """The scene's rows as the project's own reader gives them; all of them when no split is named."""
    rows = read_examples_jsonl(data_folder() / promise.name / "examples.jsonl", task_of(promise))
    return tuple(row for row in rows if not splits or row.split in splits)


def test_a_planted_copy_would_be_found():
    zh, en = PROMISES
    assert zh.quoted("快递 停在，中转站了") & zh.quoted("它停在中转站了！")
    assert not zh.quoted("停在中转站") & zh.quoted("停在中转站")
    assert en.quoted("It was, at last, sent BACK to me") & en.quoted("at last sent back")
    assert not en.quoted("sent back to") & en.quoted("sent back to")


# --- rows


def test_exactly_these_scenes_are_bundled():
    assert bundled_scenes() == tuple(sorted(promise.name for promise in PROMISES))


@each_scene
def test_there_are_enough_rows_beside_the_traffic(promise):
    assert len(rows_of(promise, "pool", "dev", "test")) >= promise.rows
    assert len(rows_of(promise, "traffic")) >= promise.traffic


@each_scene
def test_every_split_is_large_enough(promise):
    sizes = Counter(row.split for row in rows_of(promise))
    assert {split: sizes[split] for split, least in LEAST_ROWS.items() if sizes[split] < least} == {}


@each_scene
def test_the_labels_are_as_many_as_promised(promise):
    assert len(task_of(promise).labels) in promise.labels
    assert len(task_of(promise).subtasks) == promise.subtasks


@each_scene
def test_subtasks_part_the_labels(promise):
    task = task_of(promise)
    parts = [label for labels in task.subtasks.values() for label in labels]
    assert sorted(parts) == (sorted(task.labels) if promise.subtasks else [])
    assert {row.subtask for row in rows_of(promise)} == (set(task.subtasks) or {None})


@each_scene
def test_every_row_carries_allowed_labels_only(promise):
    task = task_of(promise)
    assert [row.id for row in rows_of(promise) if not set(row.labels) <= set(task.labels_of(row.subtask))] == []


@each_scene
def test_every_label_is_frequent_enough_in_every_split(promise):
    carried = Counter((row.split, label) for row in rows_of(promise) for label in row.labels)
    wanted = [((split, label), least) for split, least in LEAST_PER_LABEL.items() for label in task_of(promise).labels]
    assert [(place, carried[place]) for place, least in wanted if carried[place] < least] == []


def test_weibo_rows_carry_several_labels_or_none_as_well():
    sizes = Counter(len(row.labels) for row in rows_of(PROMISES[0]))
    assert sizes[0] >= 10
    assert sizes[2] + sizes[3] >= 100


def test_support_rows_carry_exactly_one_label():
    assert {len(row.labels) for row in rows_of(PROMISES[1])} == {1}


def test_weibo_has_rows_of_several_posts_in_every_split():
    several = [row for row in rows_of(PROMISES[0]) if len(row.items) > 1]
    assert len([row for row in several if row.split != "traffic"]) >= 120
    assert {len(row.items) for row in several} <= {2, 3, 4, 5}
    assert {row.split for row in several} >= {"pool", "dev", "test"}


@each_scene
def test_no_id_no_row_and_no_post_is_there_twice(promise):
    rows = rows_of(promise)
    assert len({row.id for row in rows}) == len(rows)
    assert len({letters(row.text) or row.text for row in rows}) == len(rows)


@each_scene
def test_every_row_has_an_author_and_a_time_with_its_zone(promise):
    rows = rows_of(promise)
    assert [row.id for row in rows if not row.group] == []
    assert [row.id for row in rows if datetime.fromisoformat(row.time).tzinfo is None] == []


@each_scene
def test_about_a_third_of_every_split_is_hard_and_says_why(promise):
    for split in {row.split for row in rows_of(promise)}:
        rows = rows_of(promise, split)
        noted = [row for row in rows if row.note]
        assert 0.25 <= len(noted) / len(rows) <= 0.40, split
        assert [row.id for row in noted if "\n" in row.note or not row.meta["kind"]] == []


@each_scene
def test_every_hard_kind_is_there_to_learn_from_and_to_be_tested_on(promise):
    kinds = {"irony", "two_in_one", "denied", "slang", "typo", "emoji_only", "quoted", "implicit"}
    for split in ("pool", "test"):
        assert {row.meta["kind"] for row in rows_of(promise, split) if row.note} >= kinds, split


def test_traffic_is_later_than_everything_else_and_its_topics_have_drifted():
    latest = max(datetime.fromisoformat(row.time) for row in rows_of(PROMISES[0], "pool", "dev", "test"))
    assert min(datetime.fromisoformat(row.time) for row in rows_of(PROMISES[0], "traffic")) > latest
    assert share_of_labels("价格", "traffic") > 1.5 * share_of_labels("价格", "pool")


def share_of_labels(label: str, split: str) -> float:
    rows = rows_of(PROMISES[0], split)
    return sum(label in row.labels for row in rows) / len(rows)


# --- no leaks


@each_scene
def test_no_author_is_in_two_splits(promise):
    splits: dict[str | None, set[str]] = defaultdict(set)
    for row in rows_of(promise):
        splits[row.group].add(row.split)
    assert {author: found for author, found in splits.items() if len(found) > 1} == {}


@each_scene
def test_no_group_of_authors_and_near_duplicates_is_in_two_splits(promise):
    rows = rows_of(promise)
    groups = [[rows[k] for k in members] for members in independent_groups(rows)]
    assert [[row.id for row in group] for group in groups if len({row.split for row in group}) > 1] == []


@each_scene
def test_no_two_rows_across_splits_are_half_the_same(promise):
    grams = [(row.split, row.id, character_trigrams(row.text)) for row in rows_of(promise)]
    alike = [(a[1], b[1]) for a, b in combinations(grams, 2) if a[0] != b[0] and jaccard(a[2], b[2]) >= 0.5]
    assert alike == []


@each_scene
def test_hardly_any_row_shares_a_long_run_with_another_author(promise):
    rows = rows_of(promise)
    authors: dict[str, set[str | None]] = defaultdict(set)
    for row in rows:
        for run in promise.copied(row.text):
            authors[run].add(row.group)
    sharing = [row.id for row in rows if any(len(authors[run]) > 1 for run in promise.copied(row.text))]
    assert len(sharing) < 0.02 * len(rows), sharing


# --- task and prompts


@each_scene
def test_the_test_rows_are_the_frozen_ones(promise):
    assert task_of(promise).test_sha256 == examples_sha256(rows_of(promise, "test"))


@each_scene
def test_task_and_gate_ask_for_the_same_bar(promise):
    gate = yaml.safe_load((data_folder() / promise.name / "gate.yaml").read_text("utf-8"))
    bar = task_of(promise).bar
    assert gate["minimum"] == {"macro_f1": bar.value}
    assert gate["recall"] == dict(bar.minimum_recall)
    assert set(bar.minimum_recall) <= set(task_of(promise).labels)


@pytest.fixture(scope="module", params=PROMISES, ids=lambda promise: promise.name)
def opened(request, tmp_path_factory) -> tuple[Promise, Scene]:
    """A copy of a bundled scene, one for all tests of this file: what was answered once stays answered."""
    return request.param, open_scene(request.param.name, root=tmp_path_factory.mktemp("scenes"))


def test_v1_holds_bare_names_and_v2_defines_the_same_labels(opened):
    _, scene = opened
    bare, defined = scene.prompt("v1"), scene.prompt("v2")
    assert bare.definitions == tuple(Definition(label) for label in scene.task.labels)
    assert [definition.label for definition in defined.definitions] == list(scene.task.labels)


def test_every_definition_of_v2_has_one_or_two_sentences_and_both_lists(opened):
    _, scene = opened
    for definition in scene.prompt("v2").definitions:
        assert len(re.split(r"[。.]", definition.text.strip("。. "))) in (1, 2), definition.label
        assert len(letters(definition.text)) >= 25, definition.label
        assert definition.includes, definition.label
        assert definition.excludes, definition.label


def test_an_excluded_case_names_a_label_that_exists(opened):
    _, scene = opened
    cases = [case for definition in scene.prompt("v2").definitions for case in definition.excludes]
    targets = [target for case in cases for target in re.split(r"、|, ", case.rsplit(" -> ", 1)[1])]
    known = {*scene.task.labels, "所抱怨的那一类", "其他标签或空列表"}
    assert [target for target in targets if target not in known] == []


@pytest.mark.parametrize("name", ["v1", "v2", "short"])
def test_every_prompt_renders_for_every_row(opened, name):
    _, scene = opened
    for row in scene.examples():
        messages = render(scene.prompt(name), scene.task, row).messages
        assert all(label in messages[0].content for label in scene.task.labels_of(row.subtask))


def test_v2_shares_no_run_with_a_dev_or_test_row(opened):
    promise, scene = opened
    prompt = promise.quoted((scene.path / "prompts" / "v2.md").read_text("utf-8"))
    shared = {row.id: promise.quoted(row.text) & prompt for row in (*scene.examples("dev"), *scene.examples("test"))}
    assert {row: sorted(runs) for row, runs in shared.items() if runs} == {}


# --- what the definitions are worth


def reading(scene: Scene, prompt: str, split: str) -> Run:
    return evaluate(
        scene, prompt, "definition-reader", split, reason="the bundled scenes' own test", progress=lambda _: None
    )


def macro_f1(run: Run) -> float:
    return score(run).values["macro_f1"].value


def test_v2_lifts_the_reader_by_ten_points_on_dev(opened):
    _, scene = opened
    before, after = (reading(scene, prompt, "dev") for prompt in ("v1", "v2"))
    assert macro_f1(after) - macro_f1(before) >= 0.10


def test_v2_lifts_the_reader_on_test_for_certain(opened):
    _, scene = opened
    pair = paired(*(reading(scene, prompt, "test") for prompt in ("v1", "v2")))
    assert pair.rows == len(scene.examples("test"))
    assert pair.left_out == {}
    assert pair.delta["macro_f1"].low > 0
    assert pair.verdict == "better"


def test_every_answer_of_the_reader_is_readable_and_quotes_verbatim(opened):
    _, scene = opened
    for row in reading(scene, "v2", "dev").rows:
        assert row.prediction.status in ("answered", "off-list"), row.example.id
        assert all(evidence.verbatim for evidence in row.prediction.evidence), row.example.id


# --- README


def readme() -> str:
    return (data_folder() / "README.md").read_text("utf-8")


@each_scene
def test_the_readme_counts_what_is_there(promise):
    rows, sizes = rows_of(promise), Counter(row.split for row in rows_of(promise))
    line = next(line for line in readme().splitlines() if line.startswith(f"| `{promise.name}`"))
    assert [int(n.replace(",", "")) for n in re.findall(r"\b\d[\d,]*\b", line)] == [
        len(rows),
        *(sizes[split] for split in ("pool", "dev", "test", "traffic")),
        sum(len(row.items) > 1 for row in rows),
        sum(row.note is not None for row in rows),
    ]


@each_scene
def test_the_readme_explains_every_label_and_hard_kind(promise):
    kinds = {row.meta["kind"] for row in rows_of(promise) if row.note}
    assert [name for name in (*task_of(promise).labels, *kinds) if f"| `{name}` |" not in readme()] == []
