"""Groups of rows that are answered at once are answered as one after the other, and end together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import ModelBusy
from labkit.models.local import LocalModel
from labkit.models.local.loaded import LoadedModel
from labkit.models.local.loading import few_threads
from labkit.models.local.parallel import answer_groups, dealt, dealt_by_length
from labkit.models.stopping import require_wanted
from labkit.records import Example
from tests.conftest import TINY_TASK
from tests.models.test_local import base  # noqa: F401 - a fixture
from tests.models.test_local_json import asked

GROUPS = [([0, 1], None), ([2], None), ([3, 4], None)]


@given(st.lists(st.integers()), st.integers(1, 9))
def test_a_group_is_dealt_out_in_parts_of_four_at_least(group: list[int], threads: int):
    found = list(dealt(group, threads))
    assert sorted(number for part in found for number in part) == sorted(group)
    assert len(found) <= threads
    assert len(found) == 1 or min(map(len, found)) >= 4
    assert max(map(len, found)) - min(map(len, found)) <= 1


@given(st.integers(1, 400), st.integers(1, 4), st.integers(4, 40))
def test_a_group_is_dealt_out_by_length(rows: int, threads: int, at_most: int):
    found = list(dealt_by_length(list(range(rows)), threads, at_most))
    assert sorted(number for part in found for number in part) == list(range(rows))
    assert max(map(len, found)) <= max(4 * threads, 1.5 * at_most + 1)
    for one, later in zip(found, found[threads:], strict=False):
        assert max(one) < min(later), "what is answered later is longer"


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_every_group_is_answered(threads: int):
    answered = answer_groups(GROUPS, lambda group, _: (([k], [number**2]) for k, number in enumerate(group)), threads)
    assert dict((*numbers, *found) for numbers, found, _ in answered) == {k: k * k for k in range(5)}


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_found_first_comes_before_the_rest_of_its_group(threads: int):
    seen = threading.Event()

    def answer(_group: list[int], _prefix: Any) -> Iterator[tuple[list[int], list[str]]]:
        yield [1], ["early"]
        assert seen.wait(120)
        yield [0], ["late"]

    parts = answer_groups([([7, 8], None)], answer, threads)
    assert next(parts)[:2] == ([8], ["early"])
    seen.set()
    assert [part[:2] for part in parts] == [([7], ["late"])]


def test_groups_go_on_at_once():
    """None ends before all have begun; one after the other they would wait for ever."""
    begun = threading.Barrier(len(GROUPS), timeout=120)
    assert len(list(answer_groups(GROUPS, lambda *_: [([0], [begun.wait()])], len(GROUPS)))) == 3


def test_what_one_group_raises_is_raised_and_ends_the_others():
    ended: list[int] = []

    def answer(group: list[int], _: Any) -> list[None]:
        if group == [2]:
            raise ValueError("spoilt")
        try:
            while True:
                require_wanted()
        except ModelBusy:
            ended.extend(group)
            raise

    with pytest.raises(ValueError, match="spoilt"):
        list(answer_groups(GROUPS, answer, 3))
    assert sorted(ended) == [0, 1, 3, 4]
    require_wanted()  # what ended there is of no concern to what this thread asks next


@pytest.mark.training
@pytest.mark.parametrize("words", ["@full", "@full@labels", "@full@json", "@full@plain"])
def test_two_threads_answer_as_one_does(base: Path, words: str):  # noqa: F811
    import torch

    requests = asked(TINY_TASK, "before", [Example(f"r{k}", ("快递慢" * (1 + k % 5),)) for k in range(12)])
    before, answers = torch.get_num_threads(), []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        answers.append([(r.text, r.probabilities) for r in LocalModel(f"{base}{words}").answer(requests)])
        assert torch.get_num_threads() == threads
    torch.set_num_threads(before)
    assert [text for text, _ in answers[0]] == [text for text, _ in answers[1]]
    for one, other in zip(*([found for _, found in part] for part in answers), strict=True):
        assert other == pytest.approx(one, abs=1e-4)


@pytest.mark.training
def test_a_thread_beside_another_computes_its_products_alone(base: Path):  # noqa: F811
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    with few_threads(LoadedModel.load(base, None, "full", shares=True).model) as threads:
        seen = [found for _, found, _ in answer_groups(GROUPS, lambda *_: [([0], [torch.get_num_threads()])], threads)]
    torch.set_num_threads(before)
    assert threads == 2
    assert seen == [[1]] * 3
