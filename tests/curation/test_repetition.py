"""Which pool rows repeat others, or give away a row that is held back."""

from __future__ import annotations

from labkit.curation.repetition import count_repetition, find_leaking
from labkit.records import Example

SAID = "APP 更新之后一直闪退，重装了三遍也没用"
QUOTED = f"刚刚看到一条：{SAID}，还有人说他的电脑也是这样，不知道什么时候能修好，等到花儿都谢了"


def test_a_quoted_test_row_leaks_without_being_of_its_group():
    held = Example("held", (SAID,), ("退款",), "test")
    quoting = Example("quoting", (QUOTED,), ("退款",))
    assert count_repetition([held, quoting]).groups == 0
    assert find_leaking([held, quoting], {"held": "held", "quoting": "quoting"}) == {"quoting"}


def test_rows_of_traffic_do_not_count():
    rows = [Example("a", (SAID,)), Example("b", (SAID,), split="traffic")]
    assert count_repetition(rows).counts["repeats"] == 0
