"""Every check finds what was put there, and nothing in rows that are as they should be."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.auditing import CHECKS, PRINCIPLES, Finding, Material, Sample, audit_material, audit_to_json, sample_of
from labkit.auditing.diversity import measure_diversity
from labkit.auditing.encoding import damage
from labkit.auditing.freshness import divergence
from labkit.auditing.provenance import check_provenance
from labkit.auditing.style import repeated_share, skeleton
from labkit.records import Definition, Example, Prompt
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

POST = "快递停在中转站五天没有动静，客服只会说再等等，谁来管管我的包裹"


def posts(*texts: str, labels: tuple[str, ...] | None = ("物流",)) -> tuple[Sample, ...]:
    return tuple(Sample(f"r{k}", text, labels=labels) for k, text in enumerate(texts))


def answers(*texts: str, question: str = POST) -> tuple[Sample, ...]:
    return tuple(Sample(f"r{k}", f"{question}{k}", answer=text, form="chat") for k, text in enumerate(texts))


def run_check(check: str, samples: tuple[Sample, ...], **more: object) -> Finding:
    return CHECKS[check](Material(samples, **more))  # type: ignore[arg-type]


def test_copies_are_counted_as_rows_beyond_the_first_of_each_group():
    texts = (POST, POST.upper() + "  ", "  " + POST, POST + "！", "今天天气真好，出去走走，顺便买点水果回来吃")
    found = run_check("D02", posts(*texts))
    assert (found.severity, found.counts["exact"], found.counts["near"]) == ("warn", 2, 1)
    assert found.rows == ("r1", "r2", "r3")
    assert found.counts["largest_group"] == 4


def test_rows_that_say_nearly_the_same_are_named_and_what_to_do_is_told():
    alike = POST, POST.replace("五天", "一周").replace("包裹", "东西")
    found = run_check("D02", posts(*alike, *(f"{chr(0x4E00 + 20 * k)}{chr(0x5E00 + 20 * k)}" * 8 for k in range(60))))
    assert (found.severity, found.counts["near"], found.counts["alike"]) == ("note", 0, 1)
    assert found.rows == ("r1",)
    assert "Keep one row of each group" in found.fix


def test_one_post_copied_ten_thousand_times_is_found_whole():
    found = run_check("D02", posts(*[POST] * 10_000, "今天天气真好，出去走走"))
    assert found.counts["exact"] == 9_999
    assert found.counts["groups"] == 1


def test_equal_texts_with_different_labels_block_and_near_ones_warn():
    same = (Sample("a", POST, labels=("物流",)), Sample("b", POST, labels=("退款",)), Sample("c", "别的话题，与此无关"))
    found = run_check("D03", same)
    assert (found.severity, found.counts["exact"], found.rows) == ("block", 1, ("a", "b"))
    near = (same[0], replace(same[1], question=POST + "！"))
    assert run_check("D03", near).severity == "warn"
    assert run_check("D03", (same[0], replace(same[0], id="b"))).severity == "ok"


def test_equal_questions_with_different_answers_are_a_conflict_without_labels():
    rows = (Sample("a", POST, answer="物流"), Sample("b", POST, answer="退款"), Sample("c", POST, answer=" 物流"))
    assert run_check("D03", rows).counts["exact"] == 1


def test_a_test_row_that_is_learnt_blocks_in_three_degrees():
    learnt = posts(POST, "快递停在中转站五天没有动静，客服只会说再等等，谁来赔我的损失和时间", "如何评价演员张三这个人")
    held = tuple(
        Sample(f"t{k}", text, split="test") for k, text in enumerate((POST, POST[3:] + "呀", "如何评价演员李四？"))
    )
    found = run_check("D04", learnt + held)
    assert (found.severity, found.counts["exact"], found.counts["near"]) == ("block", 1, 1)
    assert found.counts["test_rows"] == ["t0", "t1"]
    assert "r2" not in found.rows
    assert found.counts["review_rows"] == ["t2"]


def test_a_few_shot_example_taken_from_test_blocks():
    shown = Prompt("v1", "s", "{{posts}}", "i", (Definition("物流", examples=(POST,)),))
    held = (Sample("t", POST, split="test"),)
    found = run_check("D04", posts("完全不同的一句话，说的是别的事情") + held, prompt=shown)
    assert (found.severity, found.counts["few_shots"]) == ("block", 1)


def test_nothing_leaks_into_an_absent_test_split():
    found = run_check("D04", posts(POST))
    assert found.severity == "not examined"
    assert "--test" in found.reason


def test_rows_that_nobody_has_labelled_block_nothing_and_are_told():
    held = Sample("t", "这家店的快递五天没有动静真的太慢了", labels=("物流",), split="test")
    twin = Sample("u", "这家店的快递五天没有动静真的太慢了吗")
    found = run_check("D04", (*posts("完全不同的一条微博内容"), twin, held))
    assert (found.severity, found.rows, found.counts["unlabelled_rows"]) == ("ok", (), ["u"])
    assert "1 row without labels nearly repeats one" in found.reason
    labelled = run_check("D04", (*posts("完全不同的一条微博内容"), replace(twin, labels=("退款",)), held))
    assert (labelled.severity, labelled.rows) == ("block", ("u",))
    assert run_check("D04", (twin, held)).severity == "block", "of a body without any labels all rows count"


def test_a_group_in_two_splits_blocks():
    rows = tuple(sample_of(example) for example in tiny_examples())
    assert run_check("D05", rows, task=TINY_TASK).severity == "warn"  # sixteen test rows are few
    torn = (*rows[:-1], replace(rows[-1], group=rows[0].group))
    found = run_check("D05", torn, task=TINY_TASK)
    assert (found.severity, found.rows) == ("block", (rows[0].id, rows[-1].id))


def test_few_test_rows_are_said_apart_from_labels_that_lack_some():
    learnt = posts(*[f"第{k}条" for k in range(20)])
    test = tuple(replace(row, id=f"t{k}", split="test") for k, row in enumerate(posts(*[f"测{k}" for k in range(20)])))
    found = run_check("D05", (*learnt, *test))
    assert found.severity == "warn"
    assert found.counts["thin_labels"] == []
    assert "20 test rows, where telling models apart takes 200" in found.reason
    assert "fewer than" not in found.reason
    assert "labels with fewer than 10 among them: 物流" in run_check("D05", (*learnt, *test[:9])).reason


def test_rows_that_nobody_has_labelled_yet_are_told_apart_from_those_that_teach():
    sent = Sample("sent", "一条还没人看过的")
    found = run_check("D01", (*posts(*[f"第{k}条" for k in range(60)]), sent))
    assert (found.value, found.counts["unlabelled"]) == (60, 1)
    assert "60 rows to learn from; 1 more without labels" in found.reason
    assert run_check("D01", tuple(replace(sent, id=str(k)) for k in range(60))).value == 60


def test_copies_in_the_pool_do_not_make_a_choice_look_poor():
    draw = random.Random(1)
    words = ["".join(chr(0x4E00 + draw.randrange(300)) for _ in range(14)) for _ in range(200)]
    chosen = draw.sample(words, 40)
    once, copied = measure_diversity(words, chosen), measure_diversity([*words, *words[:60]], chosen)
    assert copied.best == pytest.approx(once.best)
    assert copied.coverage == pytest.approx(once.coverage, abs=0.01)


def test_a_choice_of_the_whole_pool_is_as_diverse_as_it_can_be_and_nothing_is_asked_for():
    rows = posts(*[f"第{k}条说的是{chr(0x4E00 + 97 * k)}{chr(0x4E00 + 31 * k)}" for k in range(60)])
    found = run_check("D08", rows, pool=rows)
    assert (found.severity, found.fix, found.counts["novelty_percentile"]) == ("ok", "", None)
    assert "the choice is as large as the pool" in found.reason
    copies = run_check("D08", rows, pool=[replace(row, id=f"{row.id} {k}") for row in rows for k in range(5)])
    assert copies.counts["novelty_percentile"] is None
    assert "it is as large as the pool without near copies" in copies.reason


def test_contradictions_among_held_rows_alone_are_a_warning_and_copies_are_those_of_what_is_learnt():
    learnt = posts(*[f"第{k}条说的是别的事情" for k in range(3)])
    twins = [Sample(f"t{k}", POST, labels=(label,), split="test") for k, label in enumerate(("物流", "退款"))]
    found = run_check("D03", (*learnt, *twins))
    assert (found.severity, found.value, found.counts["held"], found.rows) == ("warn", 0, 1, ("t0", "t1"))
    assert "among dev and test rows alone" in found.reason
    into = (*learnt, Sample("p", POST, labels=("质量",)), *twins)
    assert (run_check("D03", into).severity, run_check("D03", into).value) == ("block", 1)


def test_copies_among_test_rows_are_no_fault_of_a_chosen_dataset():
    chosen = posts("快递五天没动静，一直停在上海的中转站", "锅用一次就掉漆，客服还说是正常现象")
    twins = [Sample(f"t{k}", POST, labels=("物流",), split="test") for k in range(2)]
    assert run_check("D02", (*chosen, *twins)).counts["exact"] == 1
    found = run_check("D02", (*chosen, *twins), pool=chosen)
    assert (found.severity, found.counts["exact"], found.counts["group_sizes"]) == ("ok", 0, {})
    again = (*chosen, replace(chosen[0], id="again"))
    assert run_check("D02", (*again, *twins), pool=chosen).rows == ("again",)


def test_balance_is_judged_hard_only_for_what_was_chosen():
    rows = (*posts(*[f"第{k}条" for k in range(44)]), Sample("x", "一条", labels=("退款",)))
    assert run_check("D06", rows).severity == "warn"
    assert run_check("D06", rows, pool=rows).severity == "block"
    assert run_check("D06", rows).value == 44
    assert run_check("D06", posts("一条", "两条")).severity == "not examined"
    even = run_check("D06", (*posts("一条"), replace(posts("两条", labels=("退款",))[0], id="b")))
    assert (even.severity, even.reason) == ("ok", "each of the 2 labels has 1 row")


def test_subtasks_of_equal_weight_are_said_to_be_so():
    parted = [replace(row, id=f"r{k}", subtask="ab"[k % 2]) for k, row in enumerate(posts("一条", "两条"))]
    found = run_check("D06", tuple(parted))
    assert (found.severity, found.reason) == ("ok", "the answers of the 2 subtasks have about equally many tokens")


def test_answers_that_break_the_contract_are_named():
    task, example = TINY_TASK, Example("r", (POST,), ("物流",))
    good = json.dumps({"rationale": "停了", "evidence": [{"post": 1, "quote": "五天没有动静"}], "labels": ["物流"]})
    rows = [
        sample_of(replace(example, id=name), answer)
        for name, answer in (
            ("good", good),
            ("prose", "我觉得是物流"),
            ("other", good.replace(json.dumps("物流"), json.dumps("退款"))),
            ("quote", good.replace(json.dumps("五天没有动静"), json.dumps("六天没有动静"))),
            ("list", good.replace(json.dumps(["物流"]), json.dumps(["天气"]))),
        )
    ]
    found = run_check("D09", tuple(rows), task=task)
    assert found.severity == "block"
    assert set(found.rows) == {"prose", "other", "quote", "list"}


def test_mixed_forms_of_rows_block():
    assert run_check("D09", answers("好"), forms={"chat": 3, "alpaca": 1}).severity == "block"
    assert run_check("D09", answers("好"), forms={"chat": 3}).severity == "ok"


def test_style_counts_answers_that_look_different():
    uniform = answers(*['{"labels": ["物流"]}'] * 19, "标签：物流。")
    found = run_check("D10", uniform)
    assert (found.severity, found.value, found.rows) == ("ok", 0.95, ("r19",))
    mixed = answers(*['{"labels": []}'] * 8, "物流", "- 物流")
    found = run_check("D10", mixed)
    assert found.severity == "block"
    assert "a column called subtask" in found.fix
    assert "reformat" in run_check("D10", mixed, task=TINY_TASK).fix
    assert run_check("D10", tuple(replace(s, subtask=s.answer) for s in mixed)).severity == "ok"


def test_the_skeleton_of_an_answer_has_no_words():
    assert skeleton('{"a": "x", "labels": ["物流"]}') == skeleton('{"a": "yy", "labels": []}')
    assert skeleton('{"labels": [], "a": "x"}') != skeleton('{"a": "x", "labels": []}')
    assert skeleton("结论：物流。") == skeleton("结论：退款。")
    assert skeleton("结论：物流。") != skeleton("结论: 物流.")


def test_repetition_refusals_and_emoji_are_noted():
    found = run_check("D16", answers("好" * 60, "作为一个AI，我无法回答", "很好😀", "正常的一句话"))
    assert found.rows == ("r0", "r1", "r2")
    assert (found.counts["repeating"], found.counts["excuses"], found.counts["emoji"]) == (1, 1, 1)
    assert repeated_share("每个字都不一样的一句话") == 0


def test_facts_that_nobody_gave_are_named():
    rows = answers("停了五天，单号是 88471", "客服说“再等等”")
    assert run_check("D13", rows).rows == ("r0",)
    assert run_check("D13", (replace(rows[0], context="单号 88471"),)).severity == "ok"


def test_the_marks_of_json_are_no_facts_and_what_stands_between_them_is():
    told = {"rationale": "客服说“再等等”", "evidence": [{"post": 7, "quote": "再等等"}], "labels": ["物流"]}
    rows = answers(
        *(json.dumps(said, ensure_ascii=False) for said in (told, {**told, "amount": 88471}, ["单号 88471"]))
    )
    assert run_check("D13", rows).rows == ("r1", "r2")
    assert run_check("D13", answers("[" * 900 + "]" * 900)).severity == "ok"


def test_a_secret_blocks_and_a_phone_number_warns():
    assert run_check("D14", posts("密码是abc12345，谢谢")).severity == "block"
    found = run_check("D14", posts("电话13812345678请联系", POST))
    assert (found.severity, found.rows, found.counts["kinds"]) == ("warn", ("r0",), {"phone": 1})
    assert "13812345678" not in json.dumps(audit_to_json(audit_material(Material(posts("电话13812345678请联系")))))


def test_rows_longer_than_training_takes_block():
    assert run_check("D15", posts(POST * 50), max_tokens=512).rows == ("r0",)
    assert run_check("D15", posts(POST)).severity == "not examined"


def test_a_label_that_the_rows_around_it_contradict_is_first_in_the_queue():
    words = {"物流": "快递包裹配送中转", "退款": "退钱到账运费申请", "质量": "掉漆漏水开线做工"}
    draw = random.Random(0)
    rows = [
        Sample(f"{label}{k}", "".join(draw.choices(letters, k=12)), labels=(label,))
        for label, letters in words.items()
        for k in range(40)
    ]
    wrong = replace(rows[3], labels=("质量",))
    found = run_check("D11", (*rows[:3], wrong, *rows[4:]))
    assert found.rows[0] == wrong.id
    assert found.counts["labels"][wrong.id] == "质量"
    assert run_check("D11", tuple(rows)).value == 0
    settled = run_check("D11", (*rows[:3], wrong, *rows[4:]), settled=frozenset([wrong.id]))
    assert (settled.value, wrong.id in settled.rows, len(settled.rows)) == (0, False, len(found.rows))


def test_of_several_labels_the_one_that_does_not_belong_is_named():
    words = {"物流": "快递包裹配送中转", "退款": "退钱到账运费申请", "质量": "掉漆漏水开线做工"}
    draw = random.Random(0)
    rows = []
    for k in range(120):
        labels = tuple(draw.sample(sorted(words), 1 + k % 2))
        rows.append(Sample(f"r{k}", "".join("".join(draw.choices(words[w], k=8)) for w in labels), labels=labels))
    other = next(word for word in words if word not in (rows[7].labels or ()))
    wrong = replace(rows[7], labels=(*(rows[7].labels or ()), other))
    found = run_check("D11", (*rows[:7], wrong, *rows[8:]))
    assert found.counts["judge"] == "logistic regression"
    assert found.rows[0] == wrong.id
    assert found.counts["labels"][wrong.id] == other


def test_labels_drawn_by_chance_are_not_judged():
    draw = random.Random(0)
    rows = [Sample(f"r{k}", "".join(draw.choices(POST, k=9)), labels=(draw.choice("甲乙丙丁"),)) for k in range(200)]
    found = run_check("D11", tuple(rows))
    assert found.severity == "not examined"
    assert "too weak" in found.reason


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("锟斤拷你好", "mojibake"),
        ("ä½ å¥½", "mojibake"),
        ("caf\ufffd", "replacement"),
        ("<br/>你好", "markup"),
        ("你&nbsp;好", "markup"),
        ("你\u200b好", "invisible"),
        ("這们", "mixed_script"),
    ],
)
def test_broken_text_is_named_by_its_damage(text: str, kind: str):
    assert damage(text) == [kind]


@pytest.mark.parametrize("text", ["你好，世界", "3 < 4 and 5 > 2", "café naïve", "這裡很好", "这里很好", "A&B"])
def test_text_as_people_write_it_is_whole(text: str):
    assert damage(text) == []


def test_label_shares_that_move_with_time_warn():
    rows = tuple(
        Sample(f"r{k}", f"第{k}条", labels=("物流" if k < 80 else "退款",), time=f"2026-01-{k // 4 + 1:02d}")
        for k in range(100)
    )
    assert run_check("D18", rows).severity == "warn"
    assert divergence({"a": 1}, {"b": 1}) == 1
    assert divergence({"a": 2, "b": 2}, {"a": 1, "b": 1}) == 0


def dated(labels: Sequence[str], times: Sequence[str]) -> tuple[Sample, ...]:
    pairs = zip(labels, times, strict=True)
    return tuple(Sample(f"r{k}", f"第{k}条", labels=(label,), time=time) for k, (label, time) in enumerate(pairs))


def test_few_rows_of_many_labels_differ_by_chance_and_no_warning_comes_of_it():
    draw = random.Random(0)
    names = [f"label {k % 15}" for k in range(60)]
    rows = dated(draw.sample(names, 60), [f"2026-01-01 10:{k:02d}" for k in range(60)])
    found = run_check("D18", rows)
    assert (found.severity, found.value > 0.1) == ("ok", True)
    assert "by chance" in found.reason


def test_chance_is_asked_only_of_shares_that_moved():
    even = run_check("D18", dated(["a", "b"] * 50, [f"2026-01-01 10:00:00.{k:03d}" for k in range(100)]))
    assert (even.severity, even.counts["by_chance"]) == ("ok", None)


@pytest.mark.parametrize("labels", [5, 300], ids=["a few labels", "tags"])
def test_what_chance_does_is_the_same_however_many_draws_are_made_at_once(labels: int, monkeypatch: pytest.MonkeyPatch):
    draw = random.Random(0)
    late = [draw.choice("xyz") for _ in range(120)]
    rows = dated(
        [f"label {draw.randrange(labels)}" for _ in range(480)] + late,
        [f"2026-01-01 10:00:00.{k:03d}" for k in range(600)],
    )
    whole = run_check("D18", rows)
    monkeypatch.setattr("labkit.auditing.freshness._NUMBERS", 1)
    assert whole.severity == "warn"
    assert run_check("D18", rows).counts["by_chance"] == pytest.approx(whole.counts["by_chance"], abs=0.02)


def test_rows_stand_in_the_order_of_their_times_however_these_are_written():
    months = [month for month in range(1, 13) for _ in range(10)]
    rows = dated(["a" if month < 11 else "b" for month in months], [f"2026/{month}/1 9:05" for month in months])
    found = run_check("D18", rows)
    assert (found.severity, found.counts["first"], found.counts["last"]) == ("warn", "2026/1/1 9:05", "2026/12/1 9:05")
    assert found.value > 0.6


def test_a_choice_of_one_corner_does_not_cover_the_pool():
    corner = posts(*[f"快递{k}天没动静了包裹丢了" for k in range(60)])
    rest = tuple(replace(s, id=f"x{k}", question=f"退款{k}元申请没人理客服装死") for k, s in enumerate(corner))
    found = run_check("D08", corner[:20], pool=corner + rest)
    assert found.severity == "warn"
    assert found.value < 0.95
    mixed = corner[:20] + rest[:20]
    assert run_check("D08", mixed, pool=corner + rest).value > found.value


def test_an_audit_says_one_thing_per_check_and_one_light_per_principle():
    rows = tuple(sample_of(example) for example in tiny_examples())
    found = audit_material(Material(rows, TINY_TASK, tiny_prompts()[1]))
    assert [finding.check for finding in found.findings] == list(CHECKS)
    said = audit_to_json(found)
    assert said["rows"] == 48
    assert set(said["principles"]) == set(PRINCIPLES)
    told = {f["check"] for f in (*said["findings"], *said["passed"])} | set(said["not_examined"])
    assert told == set(CHECKS)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.text(max_size=20), st.sampled_from([None, (), ("甲",), ("乙", "甲")])), max_size=8))
def test_any_rows_can_be_audited(rows: list[tuple[str, tuple[str, ...] | None]]):
    samples = tuple(Sample(f"r{k}", text, labels=labels) for k, (text, labels) in enumerate(rows))
    found = audit_material(Material(samples))
    assert found.rows == len(rows)
    json.dumps(audit_to_json(found))


def test_a_teacher_whose_terms_nobody_has_read_is_a_warning():
    manifest = {"licence": "own", "source": "app", "annotator": "team"}
    rows = (Sample("a", "post", labels=("x",)),)
    for training, severity in (("allowed", "ok"), ("unknown", "warn"), ("restricted", "warn")):
        taught = {**manifest, "teacher": {"model": "openai/x", "training": training}}
        found = check_provenance(Material(rows, manifest=taught))
        assert found.severity == severity
        assert f"openai/x, training on them: {training}" in found.reason
        assert ("models.toml" in found.fix) is (severity == "warn")


def test_subtasks_are_weighed_by_what_they_answer_also_where_nothing_is_labelled():
    short = [Sample(f"s{k}", f"问{k}", answer="是", subtask="yes or no") for k in range(30)]
    long = [Sample(f"l{k}", f"题{k}", answer="因为" * 60, subtask="reasons") for k in range(30)]
    found = run_check("D06", (*short, *long))
    assert found.severity == "warn"
    assert found.reason.startswith("the answers of subtask reasons have ")
    assert found.counts["token_ratio"] > 2


def test_a_label_that_no_row_carries_is_named_instead_of_a_ratio():
    rows = tuple(Sample(f"r{k}", f"第{k}条", labels=("物流",)) for k in range(7))
    assert run_check("D06", rows, task=TINY_TASK).reason == "no row carries 退款, 质量, while 物流 has 7 rows"


def of_subtasks(posts: Sequence[str], answers: Mapping[str, Sequence[str]]) -> tuple[Sample, ...]:
    """The same posts asked of several subtasks, each with labels of its own."""
    return tuple(
        Sample(f"{subtask}{k}", post, labels=(labels[k % len(labels)],), subtask=subtask)
        for subtask, labels in answers.items()
        for k, post in enumerate(posts)
    )


def test_one_post_asked_of_two_subtasks_neither_repeats_nor_contradicts_itself():
    draw = random.Random(1)
    posts = ["".join(draw.choices("快递退款手机屏幕发货物流降价优惠券电池充电包装售后", k=14)) for _ in range(40)]
    rows = of_subtasks(posts, {"topic": ["物流", "退款"], "tone": ["正面", "负面"]})
    assert (run_check("D02", rows).counts["exact"], run_check("D03", rows).severity) == (0, "ok")
    again = (*rows, Sample("more", posts[0], labels=("退款",), subtask="topic"))
    assert (run_check("D02", again).counts["exact"], run_check("D03", again).value) == (1, 1)
    held = (*rows, Sample("held", posts[3], labels=("物流",), split="test", subtask="topic"))
    assert run_check("D04", held).rows == ("topic3", "tone3")


def test_labels_are_balanced_within_their_subtask():
    posts = [f"{chr(0x4E00 + 20 * k)}{chr(0x5E00 + 20 * k)}" * 8 for k in range(40)]
    rows = of_subtasks(posts, {"topic": ["物流", "退款"], "tone": ["正面"]})
    found = run_check("D06", rows)
    assert (found.value, found.counts["labels"]) == (1.0, {"物流": 20, "退款": 20, "正面": 40})
