"""A model of this process has some replies before others: each is kept and counted as soon as it is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from threading import Event

import pytest

from labkit.errors import ModelBusy, ModelError
from labkit.evaluation.progress import Progress
from labkit.models.stopping import require_wanted
from labkit.records import Reply, Request, Status
from labkit.workspace import Scene
from tests.evaluation.scripted import GOOD, Scripted, always, ask

ROWS = 16


class Early(Scripted):
    """Answers the last request first; something may happen before each reply, such as an error.

    Args:
        before: is called with the number of replies so far.
    """

    def __init__(self, before: Callable[[int], None]) -> None:
        super().__init__(always(GOOD), batch_size=100, concurrency=1)
        self.before = before

    def answer_each(self, requests: Sequence[Request]) -> Iterator[tuple[int, Reply]]:
        replies = self.answer(requests)
        for number, k in enumerate(reversed(range(len(requests)))):
            self.before(number)
            yield k, replies[k]


def test_rows_are_counted_while_others_of_their_batch_are_computed(scene: Scene):
    counted = Event()

    def observe(moment: Progress) -> None:
        if moment.done >= 3:
            counted.set()

    def wait_after_three(number: int) -> None:
        assert number != 3 or counted.wait(120), "the first rows were not told of"

    model = Early(wait_after_three)
    run, _ = ask(scene, model, progress=observe)
    assert [row.prediction.status for row in run.rows] == [Status.ANSWERED] * ROWS
    assert [row.attempts for row in run.rows] == [1] * ROWS
    assert model.asked.total() == ROWS


def fail_once(error: Exception, at: int = 5) -> Callable[[int], None]:
    left = [error]

    def fail(number: int) -> None:
        if number == at and left:
            raise left.pop()

    return fail


@pytest.mark.parametrize("error", [ModelBusy("a moment"), ModelError("one of them is too long")])
def test_only_what_had_no_reply_yet_is_asked_again(scene: Scene, error: Exception):
    model = Early(fail_once(error))
    run, _ = ask(scene, model)
    assert [row.prediction.status for row in run.rows] == [Status.ANSWERED] * ROWS
    assert [row.attempts for row in run.rows] == [2] * (ROWS - 5) + [1] * 5
    assert model.asked.total() == 2 * ROWS - 5
    assert run == scene.store.load_run(run.id)


def test_what_was_there_before_a_fault_in_the_program_is_kept(scene: Scene):
    with pytest.raises(ZeroDivisionError):
        ask(scene, Early(fail_once(ZeroDivisionError("a fault"))))
    model = Early(lambda _: None)
    run, _ = ask(scene, model)
    assert model.asked.total() == ROWS - 5
    assert [row.prediction.status for row in run.rows] == [Status.ANSWERED] * ROWS


def test_a_row_that_failed_with_others_is_asked_alone_even_when_all_others_had_ended(scene: Scene):
    model = Early(fail_once(ModelError("the batch is too long"), at=ROWS - 1))
    run, _ = ask(scene, model)
    assert [row.prediction.status for row in run.rows] == [Status.ANSWERED] * ROWS
    assert model.asked.total() == ROWS + 1


class Stuttering(Early):
    """Gives its first reply twice."""

    def answer_each(self, requests: Sequence[Request]) -> Iterator[tuple[int, Reply]]:
        replies = list(super().answer_each(requests))
        yield from [replies[0], *replies] if len(requests) > 1 else replies


def test_a_reply_given_twice_counts_once(scene: Scene):
    run, progress = ask(scene, Stuttering(lambda _: None))
    assert [row.prediction.status for row in run.rows] == [Status.ANSWERED] * ROWS
    assert max(moment.done for moment in progress) == ROWS


def test_a_model_computes_no_further_for_an_evaluation_that_has_ended(scene: Scene):
    ended = Event()

    def wait_until_unwanted(number: int) -> None:
        try:
            while number == 3:
                require_wanted()
                time.sleep(0.01)
        except ModelBusy:
            ended.set()
            raise

    def observe(moment: Progress) -> None:
        if moment.done:
            raise RuntimeError("the observer fell over")

    with pytest.raises(RuntimeError, match="fell over"):
        ask(scene, Early(wait_until_unwanted), progress=observe)
    assert ended.wait(60)
