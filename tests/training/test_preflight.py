from __future__ import annotations

from pathlib import Path

import pytest

from labkit.errors import BadRecipe, ModelRefused
from labkit.models.local.loading import load_tokenizer
from labkit.records import Message
from labkit.training.preflight import carries_loss, mean_pass, refuse_long_rows, refuse_other_prompts, shown_rows
from labkit.training.recipe import Recipe
from labkit.training.rows import TrainingRow


def lines(*lengths: int) -> list[dict[str, list[int]]]:
    return [{"input_ids": [7] * length, "labels": [-100] * (length - 1) + [7]} for length in lengths]


def rows(*names: str) -> list[TrainingRow]:
    return [TrainingRow(name, (), "") for name in names]


def test_a_row_may_be_as_long_as_the_limit_and_no_longer():
    refuse_long_rows(rows("a", "b"), lines(10, 40), Recipe(max_length=40), context=1000)
    with pytest.raises(BadRecipe, match="1 of 2 rows"):
        refuse_long_rows(rows("a", "b"), lines(10, 41), Recipe(max_length=40), context=1000)


def test_long_rows_are_counted_and_the_longest_is_named():
    said = (
        r"2 of 3 rows take more tokens than max_length allows \(40\); the longest, b, takes 50\. Set max_length to 50"
    )
    with pytest.raises(BadRecipe, match=said):
        refuse_long_rows(rows("a", "b", "c"), lines(10, 50, 41), Recipe(max_length=40), context=1000)


def test_no_max_length_helps_beyond_what_the_base_reads():
    with pytest.raises(
        BadRecipe, match=r"than the base can read \(45\); the longest, b, takes 50\. Shorten the prompt"
    ):
        refuse_long_rows(rows("a", "b"), lines(10, 50), Recipe(max_length=4000), context=45)


def test_either_form_of_trl_says_what_is_learnt():
    assert carries_loss({"input_ids": [1, 2, 3], "labels": [-100, 2, 3]}) == [False, True, True]
    assert carries_loss({"input_ids": [1, 2, 3], "completion_mask": [0, 1, 1]}) == [False, True, True]


def test_an_average_pass_takes_less_than_the_heaviest_but_no_less_than_its_kernels_take_to_start():
    assert mean_pass(2.0, share=0.25, to_start=0.2) == 0.5
    assert mean_pass(2.0, share=0.25, to_start=0.8) == 0.8
    assert mean_pass(0.03, share=0.25, to_start=0.8) == 0.03  # another machine than the one that was measured


@pytest.mark.training
def test_other_tokens_than_those_that_will_be_sent_are_refused(tiny_base: Path):
    tokenizer = load_tokenizer(tiny_base, side="right")
    row = TrainingRow("a", (Message("user", "要求退款"),), "{}")
    text = "<|im_start|>user\n要求退款<|im_end|>\n<|im_start|>assistant\n"
    sent = tokenizer(text, add_special_tokens=False)["input_ids"]
    answer = tokenizer("{}", add_special_tokens=False)["input_ids"]

    def line(read: list[int]) -> dict[str, list[int]]:
        return {"input_ids": [*read, *answer], "completion_mask": [0] * len(read) + [1] * len(answer)}

    refuse_other_prompts([row], [line(sent)], tokenizer)
    (shown,) = shown_rows([row], [line(sent)], tokenizer)
    assert (shown["read"], "".join(shown["learnt"])) == (text, "{}")
    with pytest.raises(ModelRefused, match=rf"Row a .* at token {len(sent) - 1} it reads"):
        refuse_other_prompts([row], [line([*sent[:-1], *answer])], tokenizer)
    with pytest.raises(ModelRefused, match="Row a would be trained after other tokens"):
        refuse_other_prompts([row], [line([*sent, *sent[-1:]])], tokenizer)
