"""A task where definitions hardly help: definition-reader on TNEWS titles, bare names against two sentences a label."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labkit.comparison import Pair, paired
from labkit.evaluation import evaluate
from labkit.records import Definition, Example, Prompt, Run, Task
from labkit.scoring import score
from labkit.workspace import create_scene

ROWS = 1_000
SEED = 0
SECTIONS = ("你负责给新闻标题分类。", "{{posts}}", "请给出标签。")  # system, input, instruction
DEFINITIONS = {
    "故事": "讲一段人物经历或情节，多为短篇、传奇、情感纠葛或民间传说。重在把事情讲完，不是报道新闻。",
    "文化": "历史、文学、书画、收藏、民俗、考古与传统艺术。也包括诗词、古人和非物质文化遗产。",
    "娱乐": "明星、电影、电视剧、综艺、音乐和网红的消息。也包括演员的穿着、恋情与八卦。",
    "体育": "比赛、球队、球员、教练和运动项目，如足球、篮球、乒乓、拳击。也包括转会、比分与健身。",
    "财经": "宏观经济、银行、企业经营、投资理财、货币和创业。不指个股的涨跌，那归股票。",
    "房产": "买房、卖房、租房、房价、楼盘、物业与开发商。也包括装修与公积金贷款。",
    "汽车": "轿车、新能源车和摩托的车型、价格、油耗、评测与驾驶。也包括购车、保养、违章和驾照。",
    "教育": "学校、老师、学生、考试、招生、留学与家庭教育。也包括高考、大学专业和学习方法。",
    "科技": "手机、互联网、人工智能、芯片、软件、航天和科学发现。也包括科技公司与它们的新品发布。",
    "军事": "军队、武器、战机、军舰、导弹、战争史和国防演习。也包括士兵与战役。",
    "旅游": "景点、酒店、游玩攻略、签证、美食之旅和各地风光。也包括自驾、徒步和古镇。",
    "国际": "外国的政治、外交、选举、冲突和社会事件。常提到总统、美国、俄罗斯、叙利亚、中东。",
    "股票": "个股、大盘、涨停、跌停、股市行情和上市公司的公告。也包括散户、主力与炒股方法。",
    "农业": "种植、养殖、农民、农村、粮食、农产品价格和三农政策。也包括化肥、果树和家禽。",
    "电竞": "电子游戏和电竞比赛，如英雄联盟、王者荣耀、绝地求生。也包括玩家、皮肤、主播和战队。",
}


def main() -> None:
    """Print macro-F1 of both prompts with intervals, and the paired verdict; or why there is nothing to print."""
    folder = os.environ.get("LABKIT_TEST_DATA")
    if not folder:
        print("skipped: set LABKIT_TEST_DATA to the folder that holds tnews/ (real data is no part of the project)")
        return
    examples = read_titles(Path(folder) / "tnews")
    with TemporaryDirectory() as place:
        runs = answer_both(Path(place), examples)
    print_table(runs, paired(*runs))


def read_titles(folder: Path) -> tuple[Example, ...]:
    """So many titles of test_public, drawn at random: the file is sorted by label."""
    names = {row["label"]: row["label_zh"] for row in read_lines(folder / "label_index2en2zh.json")}
    rows = random.Random(SEED).sample(read_lines(folder / "test_public.json"), ROWS)
    return tuple(Example(f"t{row['id']}", (row["sentence"],), (names[str(row["label"])],), "dev") for row in rows)


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def answer_both(place: Path, examples: tuple[Example, ...]) -> tuple[Run, Run]:
    """The reader's runs with bare names and with definitions."""
    task = Task("tnews", tuple(DEFINITIONS), language="zh", item="标题")
    bare = Prompt("v1", *SECTIONS, tuple(Definition(label) for label in DEFINITIONS))
    defined = Prompt("v2", *SECTIONS, tuple(Definition(*pair) for pair in DEFINITIONS.items()))
    scene = create_scene(place / "tnews", task, examples, (bare, defined))
    before, after = (evaluate(scene, x, "definition-reader", "dev", progress=lambda _: None) for x in ("v1", "v2"))
    return before, after


def print_table(runs: tuple[Run, Run], pair: Pair) -> None:
    print(f"{'definition-reader on TNEWS':28}{'answered':>10}{'right':>7}{'macro-F1':>10}   95 % interval")
    for run, name in zip(runs, ("bare names", "two sentences per label"), strict=True):
        f1, right = score(run).values["macro_f1"], sum(row.correct is True for row in run.rows)
        print(f"{name:28}{run.counts['answered']:>10}{right:>7}{f1.value:>10.3f}   {f1.low:.3f} to {f1.high:.3f}")
    delta = pair.delta["macro_f1"]
    print(f"{'difference, paired':45}{delta.value:>+10.3f}   {delta.low:+.3f} to {delta.high:+.3f}")
    print(f"{pair.rows} titles; definitions: {pair.verdict}, {len(pair.fixed)} fixed, {len(pair.regressed)} broken.")
    print("A title that shares no word with a definition gets no label (off-list) and counts as wrong.")
