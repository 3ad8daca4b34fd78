"""Fixtures for every test: no keys in the environment, real data when it is there, a tiny scene to work on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from labkit.records import Bar, Definition, Example, Prompt, Split, Task

settings.register_profile("labkit", deadline=None)  # a busy machine decides no test
settings.load_profile("labkit")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job hears no Ctrl-C, and tests press it
    signal.signal(signal.SIGINT, signal.default_int_handler)

TINY_TASK = Task(
    name="tiny",
    labels=("物流", "退款", "质量"),
    language="zh",
    item="微博",
    multi_label=True,
    allow_none=True,
    bar=Bar(metric="macro_f1", value=0.8, minimum_recall={"退款": 0.9}),
)
TINY_POSTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("快递五天没动静", ("物流",)),
    ("包裹丢在楼下雨里", ("物流",)),
    ("配送员说明天再送", ("物流",)),
    ("物流信息停在上海", ("物流",)),
    ("退款申请一周没人理", ("退款",)),
    ("钱什么时候退给我", ("退款",)),
    ("说好的退货运费不给", ("退款",)),
    ("退款终于到账了", ("退款",)),
    ("锅用一次就掉漆", ("质量",)),
    ("拉链当天就坏了", ("质量",)),
    ("屏幕有一条亮线", ("质量",)),
    ("杯子漏水,做工差", ("质量",)),
    ("快递慢,东西也是坏的", ("物流", "质量")),
    ("坏了还不给退款", ("退款", "质量")),
    ("今天天气真好", ()),
    ("刚下单,等着", ()),
)
TINY_SPLITS: tuple[Split, ...] = ("pool", "dev", "test")


def tiny_examples() -> tuple[Example, ...]:
    """Forty-eight rows, sixteen a split; the rows of a split differ from the others by their first words."""
    openings = {"pool": "", "dev": "唉,", "test": "说一下,"}
    return tuple(
        Example(f"{split}-{k:02d}", (openings[split] + text,), labels, split, group=f"author-{split}-{k}")
        for split in TINY_SPLITS
        for k, (text, labels) in enumerate(TINY_POSTS)
    )


def tiny_prompts() -> tuple[Prompt, ...]:
    """v1: bare names; v2: definitions that hold the posts' words."""
    sections = {"system": "你给微博分类。", "input": "{{posts}}", "instruction": "请回答。"}
    bare = tuple(Definition(label) for label in TINY_TASK.labels)
    defined = (
        Definition("物流", "快递、包裹、配送和物流信息的问题。", ("快递慢", "包裹丢了")),
        Definition("退款", "要求退款、退货或退钱,或在等退款到账。", ("退给我",)),
        Definition("质量", "东西坏了、漏水、掉漆、做工差。", ("当天就坏",), ("送得慢 -> 物流",)),
    )
    return (
        Prompt("v1", definitions=bare, message="bare names", **sections),
        Prompt("v2", definitions=defined, message="definitions", **sections),
    )


class Impatient:
    """A timer that does not wait, and begins in the thread of whoever starts it."""

    def __init__(self, _: float, begin: Callable[[], None]) -> None:
        self.start, self.cancel = begin, lambda: None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start browsers, kernels or trainings come first: the many quick ones fill what time is left."""
    slow = {item.path for item in items if any(map(item.get_closest_marker, ("browser", "training")))}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No provider's key, English words, and bundled scenes opened under a temporary folder."""
    for name in [name for name in os.environ if name.endswith(("_API_KEY", "_TOKEN", "_BASE_URL"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LABKIT_LANG", "en")
    monkeypatch.setenv("LABKIT_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def scene(tmp_path: Path):
    """A tiny scene of its own in a temporary folder."""
    from labkit.workspace import create_scene

    return create_scene(tmp_path / "tiny", TINY_TASK, tiny_examples(), tiny_prompts())


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real data, or a skip that says how to get it."""
    folder = os.environ.get("LABKIT_TEST_DATA")
    if not folder:
        pytest.skip("real data: set LABKIT_TEST_DATA to the folder that holds banking77, nlupp, tnews")
    return Path(folder)
