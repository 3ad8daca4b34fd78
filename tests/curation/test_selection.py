from __future__ import annotations

import random
import string
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.curation.candidates import Wishes, find_candidates, hold_back_unconfirmed
from labkit.curation.difficulty import Committee, rate_difficulty
from labkit.curation.near_duplicates import character_trigrams, jaccard
from labkit.curation.quotas import Cell
from labkit.curation.selection import Selected, Selector, select_rows
from labkit.errors import BadData, BadInput, UnknownName
from labkit.records import SPLITS, Example, Run, Task
from tests.made_runs import LABELS, TASK, made_row, made_run

TOPICS = {"delivery": "parcel late", "refund": "money back", "quality": "broken zip"}


def post(label: str | None, k: int) -> str:
    """A post about a label's topic, in words that no other post has."""
    letters = random.Random(f"{label} {k}")
    return f"{TOPICS.get(label or '', 'sunny day')} {' '.join(letters.choices(string.ascii_lowercase, k=20))}"


def pool(**sizes: int) -> list[Example]:
    return [
        Example(f"{label}-{k}", (post(label, k),), () if label == "none" else (label,))
        for label, size in sizes.items()
        for k in range(size)
    ]


def labels_of(selected: tuple[Selected, ...]) -> Counter[str]:
    return Counter(label for row in selected for label in row.example.labels or ("none",))


def test_rare_labels_are_taken_whole_and_the_others_share_the_rest():
    rows = pool(delivery=200, refund=60, quality=8)
    assert labels_of(select_rows(rows, TASK, 60)) == {"quality": 8, "refund": 26, "delivery": 26}


def test_rows_without_a_label_have_a_quota_too():
    assert labels_of(select_rows(pool(delivery=50, none=50), TASK, 20)) == {"delivery": 10, "none": 10}


def test_a_row_with_several_labels_stands_for_the_rarest_and_counts_for_all():
    texts = [f"{post('quality', k)} {post('delivery', k)}" for k in range(500, 510)]
    both = [Example(f"both-{k}", (text,), ("delivery", "quality")) for k, text in enumerate(texts)]
    chosen = select_rows(pool(delivery=100, refund=100) + both, TASK, 30)
    assert {str(row.cell) for row in chosen if len(row.example.labels) == 2} == {"quality / unrated"}
    assert labels_of(chosen) == {"quality": 10, "delivery": 15, "refund": 15}


def test_every_beginning_of_the_choice_is_balanced():
    chosen = select_rows(pool(delivery=100, refund=50, quality=30), TASK, 45)
    for length in range(3, 46, 3):
        assert set(labels_of(chosen[:length]).values()) == {length // 3}


def test_rows_near_a_dev_or_test_row_are_refused_and_twins_are_chosen_once():
    rows = pool(refund=6)
    twin = replace(rows[0], id="twin", items=(rows[0].text + "!",))
    leak = Example("held", (rows[1].text + " ?",), ("refund",), "test")
    bare = Example("bare", ("no gold here at all",))
    sifted = find_candidates([*rows, twin, leak, bare])
    assert [row.id for row in sifted.rows] == ["refund-0", "refund-2", "refund-3", "refund-4", "refund-5"]
    assert (sifted.leaking, sifted.duplicates, sifted.unlabelled) == (("refund-1",), ("twin",), ("bare",))


def test_distinct_posts_come_before_repeated_ones():
    repeated = [Example(f"same-{k}", (f"parcel {'abcdefghij'[k] * 3} van late {k}",), ("delivery",)) for k in range(8)]
    odd = [Example("odd", ("neighbours dog barked all night",), ("delivery",))]
    chosen = select_rows(repeated + odd, TASK, 3)
    assert "odd" in [row.example.id for row in chosen]
    assert [row.gain for row in chosen] == sorted((row.gain for row in chosen), reverse=True)


def committee_run(rows: list[Example], right: set[str], name: str, model: str = "openai/x") -> Run:
    made = [replace(made_row(e.id, e.labels, e.labels if e.id in right else ("quality",)), example=e) for e in rows]
    return made_run(made, name, model=model, split="pool")


def test_difficulties_keep_to_the_mix_when_several_models_have_answered():
    rows = pool(delivery=100)
    ids = [row.id for row in rows]
    runs = [committee_run(rows, set(ids[:80]), "a"), committee_run(rows, set(ids[:50]), "b")]
    chosen = select_rows(rows, TASK, 40, runs, confirmed=ids)
    assert Counter(row.cell.difficulty for row in chosen) == {"easy": 16, "boundary": 18, "hard": 6}
    assert "boundary for the models asked" in next(row.reason for row in chosen if row.cell.difficulty == "boundary")


def test_hard_rows_wait_for_a_person_and_say_so_wherever_they_are_the_nearest():
    rows = pool(delivery=100)
    ids = [row.id for row in rows]
    runs = [committee_run(rows, set(ids[:80]), "a"), committee_run(rows, set(ids[:50]), "b")]
    some = select_rows(rows, TASK, 40, runs, confirmed=["delivery-85", "delivery-3"])
    hard = [row for row in some if row.cell.difficulty == "hard"]
    assert [row.example.id for row in hard] == ["delivery-85"]
    assert "hard for the models asked, its labels confirmed by a person" in hard[0].reason
    nearest = {row.nearest.id: row.nearest.reason for row in select_rows(rows, TASK, 80, runs)}
    assert nearest
    assert set(nearest.values()) == {"hard for the models asked, and nobody has confirmed its labels"}
    pinned = select_rows(rows, TASK, 5, runs, wishes=Wishes({"delivery-99": "read twice"}))
    assert pinned[0].example.id == "delivery-99"
    last = rows[80:]
    failing = [committee_run(last, set(), name) for name in "ab"] + [committee_run(last, set(ids), "c")]
    found, committee = find_candidates(last), rate_difficulty(last, failing)
    assert not committee.ratings, "a committee that is wrong too often withholds nothing"
    assert hold_back_unconfirmed(found, committee, ()).rows == found.rows


def test_of_two_copies_the_one_that_a_person_confirmed_stays():
    rows = pool(delivery=6)
    copies = [replace(rows[0], id="first"), replace(rows[0], id="confirmed")]
    others = [row for row in rows if row.text != rows[0].text]
    found = find_candidates([*copies, *others], confirmed={"confirmed"})
    assert found.copies == {"first": "confirmed"}
    assert "confirmed" in {row.id for row in found.rows}
    pinned = find_candidates([*copies, *others], wishes=Wishes({"first": "read"}), confirmed={"confirmed"})
    assert pinned.copies == {"confirmed": "first"}, "a pin is the stronger word"


def test_a_pool_that_is_all_hard_says_how_to_go_on():
    rows = pool(delivery=3)
    held = hold_back_unconfirmed(find_candidates(rows), Committee(("a",), 0.6, {r.id: "hard" for r in rows}), ())
    with pytest.raises(BadData, match=r"All 3 candidates .* nobody has confirmed any.*--kind hard"):
        Selector(held, TASK)


def test_a_cell_gives_as_many_rows_as_its_own_quota_says_and_the_others_share_the_rest():
    rows = pool(delivery=100, refund=100, quality=100)
    selector = Selector(find_candidates(rows), TASK)
    usual = selector.choose(30)
    moved = selector.choose(30, Wishes(quotas={Cell("refund", "unrated"): 20, Cell("quality", "hard"): 5}))
    assert labels_of(moved) == {"refund": 20, "delivery": 5, "quality": 5}
    assert labels_of(selector.choose(9, Wishes(quotas={Cell("delivery", "unrated"): 0}))) == {"refund": 4, "quality": 5}
    assert selector.choose(30) == usual == select_rows(rows, TASK, 30), "what is kept between choices changes none"
    for wishes, said in (
        (Wishes(quotas={Cell("refund", "unrated"): 31}), "ask for 31 rows, and the budget is 30"),
        (Wishes(quotas={Cell("refund", "unrated"): -1}), "is -1"),
        (Wishes(quotas={Cell("unknown", "easy"): 1}), "no label 'unknown'"),
        (Wishes(mix={"easy": 0.5}), "The mix is easy 0.5"),
    ):
        with pytest.raises((BadInput, UnknownName), match=said):
            selector.choose(30, wishes)


@pytest.mark.parametrize("case", ["one run", "a weak committee", "runs that learnt from the pool", "other gold"])
def test_without_a_committee_to_trust_rows_stay_unrated(case: str):
    rows = pool(delivery=20)
    some, none = {row.id for row in rows[:10]}, set()
    runs = {
        "one run": [committee_run(rows, some, "a")],
        "a weak committee": [committee_run(rows, some, "a"), committee_run(rows, none, "b")],
        "runs that learnt from the pool": [
            committee_run(rows, some, "a"),
            committee_run(rows, some, "b", "linear"),
            committee_run(rows, some, "c", "local/study+round1"),
        ],
        "other gold": [committee_run([replace(e, labels=("refund",)) for e in rows], some, name) for name in "ab"],
    }[case]
    assert {row.cell.difficulty for row in select_rows(rows, TASK, 10, runs)} == {"unrated"}


def test_each_subtask_has_a_budget_of_its_own():
    task = Task("two", LABELS, subtasks={"goods": ("delivery", "quality"), "money": ("refund",)})
    found = pool(delivery=30, quality=30, refund=30)
    rows = [replace(example, subtask="money" if "refund" in example.labels else "goods") for example in found]
    assert labels_of(select_rows(rows, task, 10)) == {"delivery": 5, "quality": 5, "refund": 10}


def test_a_large_cell_is_sampled_by_seed():
    rows = pool(delivery=2300)
    first, again, other = (select_rows(rows, TASK, 20, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_budget_below_one_is_refused():
    with pytest.raises(BadInput, match="The budget is 0"):
        select_rows(pool(refund=3), TASK, 0)


def test_a_pool_without_usable_rows_is_refused():
    with pytest.raises(BadData, match="no row with gold labels"):
        select_rows([Example("a", ("text",)), Example("b", ("other",), ("refund",), "dev")], TASK, 5)
    twin = Example("a", ("same text",), ("refund",))
    with pytest.raises(BadData, match="near duplicates of dev or test rows"):
        select_rows([twin, replace(twin, id="b", split="dev")], TASK, 5)


def test_pinned_rows_come_first_and_count_for_their_quota():
    rows = pool(delivery=30, refund=30)
    pins = {f"delivery-{k}": "seen in a complaint" for k in range(20, 25)}
    chosen = select_rows(rows, TASK, 12, wishes=Wishes(pins))
    assert [row.example.id for row in chosen[:5]] == list(pins)
    assert all(row.reason.startswith("pinned (seen in a complaint); ") for row in chosen[:5])
    assert labels_of(chosen) == {"delivery": 6, "refund": 6}


def test_pins_outlive_the_sample_of_a_large_cell_and_their_twins_make_way():
    rows = pool(delivery=2300)
    twin = replace(rows[7], id="twin", items=(rows[7].text + "!",))
    chosen = select_rows([*rows, twin], TASK, 3, wishes=Wishes({"twin": "", "delivery-2299": ""}))
    assert [row.example.id for row in chosen[:2]] == ["delivery-2299", "twin"]
    assert "delivery-7" not in {row.example.id for row in chosen}


def test_banned_rows_are_never_taken_and_their_twins_may_be():
    rows = pool(refund=3)
    twin = replace(rows[0], id="twin", items=(rows[0].text + "!",))
    chosen = select_rows([*rows, twin], TASK, 9, wishes=Wishes(bans={"refund-0": "spam"}))
    assert {row.example.id for row in chosen} == {"refund-1", "refund-2", "twin"}


def test_pins_that_cannot_be_taken_are_named():
    rows = pool(refund=4)
    held = Example("held", (rows[1].text + " ?",), ("refund",), "test")
    bare = Example("bare", ("no gold here at all",))
    everything = [*rows, held, bare]
    for wishes, error, said in (
        (Wishes({"refund-1": ""}), BadData, "nearly repeats a dev or test row"),
        (Wishes({"bare": ""}), BadData, "has no gold labels"),
        (Wishes({"held": ""}), UnknownName, "no pool row 'held'"),
        (Wishes({"refund-0": ""}, {"refund-0": ""}), BadInput, "pinned and banned"),
        (Wishes({"refund-0": "", "refund-2": "", "refund-3": ""}), BadInput, "3 rows are pinned, and the budget is 2"),
    ):
        with pytest.raises(error, match=said):
            select_rows(everything, TASK, 2, wishes=wishes)


def test_every_row_says_which_row_was_left_out_for_it_and_why():
    rows = pool(delivery=20, refund=20)
    twin = replace(rows[0], id="twin", items=(rows[0].text + "!",))
    chosen = select_rows([*rows, twin], TASK, 30, wishes=Wishes({"delivery-0": ""}))
    taken = {row.example.id for row in chosen}
    assert (chosen[0].nearest.id, chosen[0].nearest.similarity) == ("twin", None)
    for row in chosen[1:]:
        assert row.nearest.id not in taken
        assert 0 < row.nearest.similarity <= 1
        label = row.nearest.id.split("-")[0]
        assert row.nearest.reason == f"{label} / unrated gave 15 of its 20 rows; others there stand for more"
    assert {row.nearest for row in select_rows(rows, TASK, 40)} == {None}


@st.composite
def scenes(draw: st.DrawFn) -> list[Example]:
    texts = draw(st.lists(st.text("abcde 中文字", max_size=12), min_size=1, max_size=14))
    gold = st.none() | st.lists(st.sampled_from(LABELS), unique=True)
    return [Example(str(k), (text,), draw(gold), draw(st.sampled_from(SPLITS))) for k, text in enumerate(texts)]


@settings(max_examples=150, deadline=None)
@given(scenes(), st.integers(1, 8))
def test_a_choice_keeps_to_budget_pool_and_distance(rows: list[Example], budget: int):
    try:
        chosen = select_rows(rows, TASK, budget)
    except BadData:
        assert not find_candidates(rows).rows
        return
    assert 1 <= len(chosen) <= budget
    assert len({row.example.id for row in chosen}) == len(chosen)
    held_out = [row for row in rows if row.split in ("dev", "test")]
    for row in chosen:
        assert row.example.split == "pool"
        assert row.example.labels is not None
        assert all(_similarity(row.example, other) < 0.5 for other in held_out)
    assert len(chosen) == min(budget, len(find_candidates(rows).rows))


def _similarity(a: Example, b: Example) -> float:
    return jaccard(character_trigrams(a.text), character_trigrams(b.text))


def test_a_thousand_of_five_thousand_rows_are_chosen():
    rows = pool(delivery=2500, refund=1500, quality=1000)
    assert len({row.example.id for row in select_rows(rows, TASK, 1000)}) == 1000


def test_reasons_are_told_in_chinese_where_the_reader_reads_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    rows = pool(delivery=60, refund=20)
    chosen = select_rows(rows, TASK, 30, wishes=Wishes({"delivery-3": ""}))
    assert chosen[0].reason.startswith("指定入选（未写原因）；“delivery”的第 1 行（pool 中共 60 行）；让选中的样本")
    told = {row.nearest.reason for row in chosen if row.nearest}
    assert told
    assert all(reason.startswith("“delivery / 未评级”共 60 行") or "refund" in reason for reason in told)
    assert str(chosen[0].cell) == "delivery / unrated", "files keep one name for a cell"
