from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given

from labkit.diagnosis import is_probe, names_only, reliance, swapped_definitions, swaps
from labkit.errors import BadData, NeedsReason
from labkit.evaluation import reliance as ask
from labkit.records import Definition, Prompt, Run, Status, Task
from labkit.workspace import Scene
from tests.conftest import TINY_TASK, tiny_prompts
from tests.made_runs import LABELS, TASK, made_row, made_run, run_pairs

DEFINED = tiny_prompts()[1]
CIRCLE = {"delivery": "refund", "refund": "quality", "quality": "delivery"}


def answering(read: Callable[[str], list[str]], run_id: str, rows: int = 60) -> Run:
    golds = [LABELS[k % 3] for k in range(rows)]
    return made_run([made_row(f"r{k}", [gold], read(gold)) for k, gold in enumerate(golds)], run_id)


def test_names_only_keeps_everything_but_what_is_said_of_the_labels():
    bare = names_only(DEFINED)
    assert bare.definitions == tuple(Definition(label) for label in TINY_TASK.labels)
    assert (bare.system, bare.input, bare.instruction) == (DEFINED.system, DEFINED.input, DEFINED.instruction)


def test_every_label_gets_the_definition_of_another():
    swapped = swapped_definitions(DEFINED, TINY_TASK)
    assert swaps(DEFINED, TINY_TASK) == {"物流": "退款", "退款": "质量", "质量": "物流"}
    for label, giver in swaps(DEFINED, TINY_TASK).items():
        assert swapped.definition_of(label) == replace(DEFINED.definition_of(giver), label=label)


def test_definitions_stay_within_their_subtask():
    task = Task("two", ("a", "b", "c", "d", "e"), subtasks={"one": ("a", "c", "e"), "other": ("b", "d")})
    prompt = Prompt("p", "s", "{{posts}}", "i", tuple(Definition(x, f"about {x}") for x in task.labels))
    assert swaps(prompt, task) == {"a": "c", "c": "e", "e": "a", "b": "d", "d": "b"}


def test_labels_without_a_text_of_their_own_are_not_swapped():
    texts = {"物流": "late", "退款": "", "质量": "late"}
    prompt = replace(DEFINED, definitions=tuple(Definition(label, text) for label, text in texts.items()))
    assert swaps(prompt, TINY_TASK) == {}
    with pytest.raises(BadData, match="no two labels with different definitions"):
        swapped_definitions(prompt, TINY_TASK)


def test_a_reader_follows_its_definitions():
    follow = {giver: label for label, giver in CIRCLE.items()}
    found = reliance(
        answering(lambda gold: [], "bare"),
        answering(lambda gold: [gold], "own"),
        answering(lambda gold: [follow[gold]], "swapped"),
        CIRCLE,
    )
    assert found.verdict == "reads"
    assert (found.moved_by_swap.value, found.followed.value) == (1.0, 1.0)
    assert found.names.verdict == "better"
    assert found.swapped.verdict == "worse"
    assert [(entry.took, entry.moved.value) for entry in found.per_label] == [(CIRCLE[label], 1.0) for label in LABELS]


def test_answers_that_stay_were_not_read_however_good_they_are():
    runs = [answering(lambda gold: [gold], name) for name in ("bare", "own", "swapped")]
    found = reliance(*runs, CIRCLE)
    assert found.verdict == "does not read"
    assert (found.moved_by_swap.value, found.followed) == (0.0, None)


def test_a_few_still_rows_prove_nothing():
    runs = [answering(lambda gold: [gold], name, rows=6) for name in ("bare", "own", "swapped")]
    assert reliance(*runs, CIRCLE).verdict == "cannot tell"


def test_answers_that_move_without_harm_prove_nothing():
    """Noise moves answers too; only a loss beyond chance says that the texts were read."""
    wrong = {"delivery": [], "refund": ["delivery"], "quality": []}
    own = answering(lambda gold: wrong[gold], "own")
    other = answering(lambda gold: ["delivery", "refund", "quality"][:0] or [LABELS[LABELS.index(gold) - 1]], "swapped")
    assert reliance(own, own, other, CIRCLE).verdict == "cannot tell"


def test_a_label_that_kept_its_definition_has_no_share():
    own = answering(lambda gold: [gold], "own")
    found = reliance(own, own, own, {"delivery": "refund", "refund": "delivery"})
    assert found.per_label[2].moved is None
    assert found.per_label[2].rows == 20


def test_a_row_that_stops_answering_has_moved():
    own = made_run([made_row(f"r{k}", [], []) for k in range(4)], "own")
    silent = made_run([made_row(f"r{k}", [], [], Status.UNPARSED) for k in range(4)], "swapped")
    found = reliance(own, own, silent, CIRCLE)
    assert found.moved_by_swap.value == 1.0


@given(run_pairs())
def test_shares_are_shares_whatever_the_runs(pair: tuple[Run, Run]):
    bare, own = pair
    found = reliance(bare, own, bare, CIRCLE)
    for share in (found.moved_by_names, found.moved_by_swap, *(entry.moved for entry in found.per_label)):
        assert share is None or 0 <= share.low <= share.value <= share.high <= 1
    assert found.moved_by_names == found.moved_by_swap
    assert reliance(own, own, own, CIRCLE).moved_by_swap.value == 0


def test_the_definition_reader_reads_and_linear_does_not(scene: Scene):
    assert ask(scene, "v2", "definition-reader").verdict == "reads"
    linear = ask(scene, "v2", "linear", "pool")
    assert linear.moved_by_swap.value == 0
    assert linear.verdict != "reads"  # sixteen rows are few: the whole scene is asked in the notebook


def test_nothing_is_asked_twice_and_the_probes_are_marked(scene: Scene):
    ask(scene, "v2", "definition-reader")
    runs = [header.run for header in scene.store.runs()]
    assert sorted(header.prompt_name for header in scene.store.runs() if is_probe(header)) == ["v2~names", "v2~swapped"]
    ask(scene, "v2", "definition-reader")
    assert [header.run for header in scene.store.runs()] == runs


def test_a_probe_cannot_be_saved_as_a_prompt(scene: Scene):
    with pytest.raises(Exception, match="cannot be the name of a prompt"):
        scene.save_prompt(names_only(DEFINED))


def test_test_rows_are_not_for_probing(scene: Scene):
    with pytest.raises(NeedsReason):
        ask(scene, "v2", "definition-reader", "test")


def test_probes_stand_in_no_ranking(scene: Scene):
    from labkit.report import latest_runs

    ask(scene, "v2", "definition-reader")
    assert [run.header.prompt_name for run in latest_runs(scene)[0]] == ["v2"]


def test_gold_of_one_task_is_not_held_against_another(scene: Scene):
    other = made_run([made_row("dev-00", ["refund"])], task=TASK)
    with pytest.raises(BadData, match="different tasks"):
        reliance(other, other, replace(other, task=replace(TASK, labels=("x", "y"))), CIRCLE)
