"""A model of this process has some replies before others: each is kept and counted as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Event

import pytest

from labkit.errors import ModelBusy, ModelError
from labkit.evaluation.progress import Progress
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


def fail_once(error: Exception) -> Callable[[int], None]:
    left = [error]

    def fail(number: int) -> None:
        if number == 5 and left:
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
