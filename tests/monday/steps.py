"""What a person does by hand: commands typed, files written, formats converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["command", "file", "conversion"]
Milestone = Literal["error", "models", "training"]
MILESTONES: dict[Milestone, tuple[str, str]] = {
    "error": ("the first error, read beside its definition", "读到第一条错误，旁边就是定义"),
    "models": ("two models compared, with verdict and bill", "比较两个模型，附结论与账单"),
    "training": (
        "training started, its prompt proven to be the one evaluated",
        "训练已启动，并证明所用提示词就是评测过的那一份",
    ),
}
_HEAD = (
    ("From a spreadsheet and a prompt to …", "labkit", "promptfoo + LLaMA-Factory"),
    ("从一张表格和一份提示词到……", "labkit", "promptfoo + LLaMA-Factory"),
)
_ALL = ("all of it", "合计")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done by hand.

    Args:
        towards: what it leads to.
        kind: a command typed, a file written or edited, or data brought from one format into another.
        what: the command, or what is written or converted.
        source: where the tool's own documentation asks for it; "" for our own commands, which were run.
    """

    towards: Milestone
    kind: Kind
    what: str
    source: str = ""


def count(steps: Sequence[Step], towards: Milestone, kind: Kind) -> int:
    """How many steps of a kind lead to a milestone."""
    return sum(step.towards == towards and step.kind == kind for step in steps)


def table(ours: Sequence[Step], others: Sequence[Step], language: Literal["en", "zh"] = "en") -> str:
    """The Markdown table that the README shows: each side's commands, files and conversions by hand."""
    k = ("en", "zh").index(language)
    lines = [(words[k], [milestone]) for milestone, words in MILESTONES.items()]
    cells = [(name, *(_counts(side, towards, k) for side in (ours, others))) for name, towards in lines]
    cells.append((_ALL[k], *(_counts(side, list(MILESTONES), k) for side in (ours, others))))
    return "\n".join(f"| {' | '.join(row)} |" for row in (_HEAD[k], ("---",) * 3, *cells))


def _counts(steps: Sequence[Step], towards: Sequence[Milestone], k: int) -> str:
    found = [sum(count(steps, m, kind) for m in towards) for kind in ("command", "file", "conversion")]
    if k:
        return f"{found[0]} 条命令 · {found[1]} 个文件 · {found[2]} 次格式转换"
    named = zip(found, ("command", "file", "conversion"), strict=True)
    return " · ".join(f"{n} {kind}{'' if n == 1 else 's'}" for n, kind in named)
