"""The share of label errors is one of the rows that were judged, and what was not judged is said."""

from __future__ import annotations

import random

from labkit.auditing import Finding, Material, Sample
from labkit.auditing.label_noise import check_label_noise

WORDS = {"物流": "快递包裹配送中转", "退款": "退钱到账运费申请"}


def rows_of(subtask: str, many: int, *, told: bool = True) -> list[Sample]:
    """Rows whose label stands in their characters, or was drawn by chance; of those that are told one in ten errs."""
    draw = random.Random(many)
    rows = []
    for k in range(many):
        label = draw.choice(list(WORDS))
        text = "".join(draw.choices(WORDS[label], k=12))
        other = next(one for one in WORDS if one != label)
        given = (other if k % 10 == 0 else label) if told else draw.choice("甲乙丙丁")
        rows.append(Sample(f"{subtask}{k}", text, labels=(f"{subtask}{given}",), subtask=subtask))
    return rows


def noise_of(*parts: list[Sample]) -> Finding:
    return check_label_noise(Material(tuple(row for part in parts for row in part)))


def test_subtasks_that_cannot_be_judged_count_neither_as_errors_nor_as_sound():
    told = rows_of("topic", 200)
    alone, beside = noise_of(told), noise_of(told, rows_of("chance", 300, told=False), rows_of("few", 20))
    assert (alone.severity, round(alone.value or 0, 2)) == ("warn", 0.1)
    assert (beside.value, set(beside.rows) <= {row.id for row in told}) == (alone.value, True)
    assert beside.counts["left_out"] == 320
    assert "not judged: 320 rows of subtasks that have fewer than 50" in beside.reason
    assert (alone.counts["left_out"], "subtasks" in alone.reason) == (0, False)


def test_many_small_subtasks_are_not_examined_and_that_is_why():
    found = noise_of(*(rows_of(f"part{k}", 4 + k % 2) for k in range(30)))
    assert found.severity == "not examined"
    assert found.reason.startswith("no subtask has 50 labelled rows")
