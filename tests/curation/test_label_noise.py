"""Planted label errors are found: most of them, and by not too many false alarms."""

from __future__ import annotations

import random

import labkit
from labkit.curation.label_noise import suspect_labels

SHARE = 0.10


def test_most_planted_errors_are_among_the_rows_that_are_counted_as_errors():
    rows = [row for row in labkit.open_scene("support_intents").examples("all") if len(row.labels or ()) == 1]
    names, draw = sorted({row.labels[0] for row in rows}), random.Random(0)
    wrong = set(draw.sample(range(len(rows)), round(SHARE * len(rows))))
    given = [
        (draw.choice([n for n in names if n not in row.labels]),) if k in wrong else row.labels
        for k, row in enumerate(rows)
    ]
    noise = suspect_labels([row.text for row in rows], given, [row.id for row in rows])
    called = {suspect.row for suspect in noise.suspects if suspect.error}
    assert len(called & wrong) / len(wrong) > 0.7  # by the thresholds of confident learning alone .58
    assert len(called & wrong) / len(called) > 0.4  # .34


def test_a_label_of_one_row_is_no_error_and_rivals_no_others():
    texts = [*(f"快递 {k} 天没有动静" for k in range(30)), *(f"退款 {k} 元没有到账" for k in range(30)), "屏幕碎了"]
    given = [("物流",)] * 29 + [("退款",)] * 31 + [("产品",)]
    noise = suspect_labels(texts, given, texts)
    assert {suspect.row for suspect in noise.suspects if suspect.error} == {29}


TOPICS, TONES = {"快递包裹物流": "物流", "退款到账支付": "退款"}, {"谢谢开心满意": "正面", "生气失望投诉": "负面"}


def made_rows(many: int) -> tuple[list[str], list[tuple[str]], list[tuple[str]]]:
    """Texts whose topic and tone stand in their characters, and both labels of each."""
    draw = random.Random(3)
    texts, of_topic, of_tone = [], [], []
    for k in range(many):
        topic, tone = draw.choice(list(TOPICS)), draw.choice(list(TONES))
        texts.append(f"{k}" + "".join(draw.choices(topic, k=6)) + "".join(draw.choices(tone, k=6)))
        of_topic.append((TOPICS[topic],))
        of_tone.append((TONES[tone],))
    return texts, of_topic, of_tone


def test_each_subtask_has_a_judge_of_its_own():
    texts, of_topic, of_tone = made_rows(120)
    wrong = 7
    of_topic[wrong] = ("退款",) if of_topic[wrong] == ("物流",) else ("物流",)
    subtasks = ["topic"] * len(texts) + ["tone"] * len(texts)
    noise = suspect_labels(texts * 2, [*of_topic, *of_tone], texts * 2, subtasks=subtasks)
    assert noise.suspects[0].row == wrong
    assert (noise.agreement > 0.9, len(noise.suspects)) == (True, 240)


def test_a_subtask_whose_labels_the_judge_cannot_tell_or_that_has_few_rows_is_left_out():
    texts, of_topic, of_tone = made_rows(120)
    draw = random.Random(5)
    by_chance = [(draw.choice("甲乙丙丁"),) for _ in texts]
    subtasks = ["chance"] * 120 + ["topic"] * 120 + ["tone"] * 49
    given = [*by_chance, *of_topic, *of_tone[:49]]
    noise = suspect_labels(texts * 2 + texts[:49], given, texts * 2 + texts[:49], subtasks=subtasks)
    assert {suspect.row for suspect in noise.suspects} == set(range(120, 240))
    assert noise.agreement > 0.9
    many = [str(k % 30) for k in range(120)]
    assert suspect_labels(texts, of_topic, texts, subtasks=many).suspects == ()
