"""A scene whose definitions lack one thing that its posts say: freight insurance, which belongs to refunds."""

from __future__ import annotations

import random
from pathlib import Path

from labkit.records import Definition, Example, Prompt, Split
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK

GAP = "运费险怎么赔"  # is answered as 物流, since only its definition speaks of 运费
_WORDS = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈"
_SAYS = (("物流", "快递没到"), ("退款", "要求退款"), ("退款", GAP), ("质量", "做工很差"))


def made_scene(folder: Path, rows: int = 120) -> Scene:
    """Half of the rows in the pool, a quarter in dev and in test; a quarter of each falls into the gap."""
    splits: tuple[Split, ...] = ("pool", "pool", "dev", "test")
    examples = []
    for k in range(rows):
        label, says = _SAYS[k % 4]
        post = says + "".join(random.Random(k).choices(_WORDS, k=12))
        examples.append(Example(f"r{k:03d}", (post,), (label,), splits[k // 4 % 4], group=f"author-{k}"))
    defined = (
        Definition("物流", "快递和运费的问题。"),
        Definition("退款", "要求退款。", ("退钱",), ("质量",), ("退我钱",)),
        Definition("质量", "做工差。"),
    )
    prompt = Prompt("v1", "你给微博分类。", "{{posts}}", "请回答。", defined, message="first")
    return create_scene(folder, TINY_TASK, examples, [prompt])
