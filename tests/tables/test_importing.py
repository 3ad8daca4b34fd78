"""From tables to examples: columns and labels found, nothing dropped, everything odd said."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import BadData, UnknownName
from labkit.tables import read_table
from labkit.tables.columns import Columns
from labkit.tables.importing import Choices, Import, import_tables
from labkit.tables.labels import as_list, guess_separator, near_equal

POSTS = (
    "快递五天没动静",
    "退款一周没到账",
    "锅用一次就掉漆了",
    "今天天气真好啊",
    "客服一直不回复我",
    "价格比别家贵很多",
)


def table_of(folder: Path, head: str, *rows: str, name: str = "posts.csv"):
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return read_table(path)


def imported(folder: Path, head: str, *rows: str, **choices: object) -> Import:
    return import_tables([table_of(folder, head, *rows)], Choices(**choices))  # type: ignore[arg-type]


def rows_of(*labels: str) -> list[str]:
    return [f"{POSTS[k % 6]}{k},{label}" for k, label in enumerate(labels)]


def gold(found: Import) -> list[tuple[str, ...] | None]:
    return [example.labels for example in found.examples]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("text,label", ("text", ("label",), None)),
        ("微博正文,标签", ("微博正文", ("标签",), None)),
        ("Sentence,label_desc", ("Sentence", ("label_desc",), None)),
        ("正文,人工标注", ("正文", ("人工标注",), None)),
    ],
)
def test_columns_are_found_by_name(tmp_path: Path, head: str, expected: tuple[str, tuple[str, ...], str | None]):
    found = imported(tmp_path, head, *rows_of("a", "b", "a", "b"))
    assert (found.columns.text, found.columns.labels, found.columns.id) == expected


@pytest.mark.parametrize("name", ["post_time", "create_time", "PublishDate", "发帖时间", "发布日期"])
def test_a_column_called_time_or_date_whose_cells_are_times_is_the_time(tmp_path: Path, name: str):
    rows = [f"{row},2026-05-0{1 + k} 10:00" for k, row in enumerate(rows_of("a", "b", "a", "b"))]
    assert imported(tmp_path, f"text,label,{name}", *rows).columns.time == name
    words = [f"{row},{cell}" for row, cell in zip(rows_of("a", "b", "a"), ("2026-05-01", "soon", "never"), strict=True)]
    assert imported(tmp_path, f"text,label,{name}", *words).columns.time is None


def test_of_several_columns_of_times_the_one_of_posting_is_taken_and_a_known_name_before_any(tmp_path: Path):
    rows = [f"{row},2025-01-01,2026-05-0{1 + k}" for k, row in enumerate(rows_of("a", "b", "a", "b"))]
    assert imported(tmp_path, "text,label,login_date,post_date", *rows).columns.time == "post_date"
    assert imported(tmp_path, "text,label,post_date,created_at", *rows).columns.time == "created_at"
    without = Columns(without=("time",))
    assert imported(tmp_path, "text,label,login_date,post_date", *rows, columns=without).columns.time is None


def test_a_weibo_export_is_understood(tmp_path: Path):
    head = "id,user_id,用户昵称,微博正文,发布时间,转发数,标签"
    rows = [f"490000000000000000{k},u{k % 3},小明{k},{POSTS[k]},2026-05-0{k + 1},{k * 7},物流" for k in range(6)]
    found = imported(tmp_path, head, *rows)
    assert found.columns == Columns("微博正文", ("标签",), "id", None, "user_id", "发布时间")
    first = found.examples[0]
    assert (first.id, first.group, first.time) == ("4900000000000000000", "u0", "2026-05-01")
    assert first.meta == {"用户昵称": "小明0", "转发数": "0"}
    assert found.task.language == "zh"
    assert found.task.item == "微博"


def test_columns_are_found_by_content(tmp_path: Path):
    rows = [f"{POSTS[k % 6]}，说的是第{k}件事,{'ab'[k % 2]}" for k in range(12)]
    found = imported(tmp_path, "c1,c2", *rows)
    assert (found.columns.text, found.columns.labels) == ("c1", ("c2",))


def test_unclear_columns_name_the_option(tmp_path: Path):
    with pytest.raises(BadData, match=r"which column of posts.csv holds the labels .* Name it with --labels COLUMN"):
        imported(tmp_path, "text,c1,c2", "快递慢,a,x", "退款,b,y", "好,a,x", "坏,b,y", "行,a,x", "否,b,y")
    with pytest.raises(BadData, match="holds the text"):
        imported(tmp_path, "c1,c2", "a,b", "a,c")
    with pytest.raises(UnknownName, match=r"'lable'.*'label'"):
        imported(tmp_path, "text,label", *rows_of("a", "b"), columns=Columns(labels=("lable",)))


def test_words_go_before_numbers(tmp_path: Path):
    found = imported(
        tmp_path, "sentence,label,label_desc", "快递慢了,100,news", "退款没到,101,story", "好东西,100,news"
    )
    assert found.columns.labels == ("label_desc",)


@pytest.mark.parametrize(
    ("cells", "separator", "labels"),
    [
        (("a;b", "c;d", "a"), ";", {"a", "b", "c", "d"}),
        (("物流；退款", "物流", "退款"), "；", {"物流", "退款"}),
        (("物流、退款", "物流", "退款", "质量", "退款、质量"), "、", {"物流", "退款", "质量"}),
        (("退款/退货", "物流", "退款/退货", "质量"), None, {"退款/退货", "物流", "质量"}),
        (('"[""a"", ""b""]"', '"[""b""]"', "[]"), None, {"a", "b"}),
        (("\"['a', 'b']\"", "\"['b']\"", "[]"), None, {"a", "b"}),
    ],
)
def test_several_labels_in_one_cell(tmp_path: Path, cells: tuple[str, ...], separator: str | None, labels: set[str]):
    found = imported(tmp_path, "text,label", *rows_of(*cells))
    assert found.labels.separator == separator
    assert set(found.task.labels) == labels
    assert found.task.allow_none == ("[]" in cells)


def test_a_given_separator_is_the_only_one(tmp_path: Path):
    found = imported(tmp_path, "text,label", *rows_of("a;b+c", "a;b", "c"), separator="+")
    assert gold(found) == [("a;b", "c"), ("a;b",), ("c",)]


def test_yes_and_no_columns_become_labels(tmp_path: Path):
    found = imported(
        tmp_path, "text,物流,退款", "快递慢了,1,0", "退款没到,0,1", "都不行啊,1,1", "好天气啊,0,0", "没看过呢,,"
    )
    assert gold(found) == [("物流",), ("退款",), ("物流", "退款"), (), None]
    assert found.task.multi_label
    assert found.task.allow_none


def test_single_0_1_column_is_a_label_of_its_own(tmp_path: Path):
    assert imported(tmp_path, "text,label", *rows_of("1", "0", "1")).task.labels == ("1", "0")


def test_labels_called_none_stay_labels_and_empty_cells_do_not(tmp_path: Path):
    found = imported(tmp_path, "text,label", *rows_of("None", "NA", "null", "nan", ""))
    assert gold(found) == [("None",), ("NA",), ("null",), ("nan",), None]
    assert (found.labels.empty, found.labels.empty_means) == (1, "unlabelled")
    assert found.examples[4].split == "pool"


def test_empty_cells_mean_none_among_rows_of_several_labels_unless_said_otherwise(tmp_path: Path):
    rows = rows_of("a;b", "a", "b", "")
    assert gold(imported(tmp_path, "text,label", *rows))[3] == ()
    assert gold(imported(tmp_path, "text,label", *rows, empty_labels="unlabelled"))[3] is None
    mostly_empty = rows_of("a;b", "a", "b", "", "", "", "")
    assert imported(tmp_path, "text,label", *mostly_empty).labels.empty_means == "unlabelled"


def test_labels_that_look_alike_are_said(tmp_path: Path):
    found = imported(tmp_path, "text,label", *rows_of("物流", "物流 ", "Refund", "refund", "物流"))
    assert found.labels.stripped == {"物流 ": 1}
    assert found.label_counts == {"物流": 3, "Refund": 1, "refund": 1}
    assert found.near_labels == (("Refund", "refund"),)
    assert near_equal(("物流", "ＡＢ", "ab", "a b")) == (("ＡＢ", "ab", "a b"),)


def test_too_many_labels_are_no_labels(tmp_path: Path):
    with pytest.raises(BadData, match="holds 30 different labels in 30 rows"):
        imported(tmp_path, "text,label", *rows_of(*(f"label{k}" for k in range(30))))


def test_blank_posts_are_counted_listed_and_refused(tmp_path: Path):
    rows = [f"{' ' * (k % 2)},x" for k in range(8)]
    with pytest.raises(BadData, match=r"8 row\(s\) have no text .*line 3, .* and 3 more"):
        imported(tmp_path, "text,label", "快递,x", *rows)
    with pytest.raises(BadData, match="1 row"):
        imported(tmp_path, "text,label", "快递,x", "\u200b\ufeff,y")


def test_ids_are_kept_as_text_or_made_from_row_numbers(tmp_path: Path):
    found = imported(tmp_path, "id,text,label", "00123,快递,x", "123,退款,y", ",好的,x")
    assert [example.id for example in found.examples] == ["00123", "123", "row00003"]
    assert found.ids.generated == 1


def test_repeated_ids_are_refused_with_their_rows(tmp_path: Path):
    with pytest.raises(BadData, match=r"1 id\(s\) .* first '7': posts.csv line 2, posts.csv line 4"):
        imported(tmp_path, "id,text,label", "7,快递,x", "8,退款,y", "7,好的,x")


def test_files_that_share_ids_get_their_names_in_front(tmp_path: Path):
    first = table_of(tmp_path, "id,text,label", "1,快递太慢,x", "2,退款没到,y", "3,锅掉漆了,x", name="a.csv")
    second = table_of(tmp_path, "id,text,label", "1,客服不理,y", name="b.csv")
    found = import_tables([first], Choices(), second)
    assert [example.id for example in found.examples] == ["a-1", "a-2", "a-3", "b-1"]
    assert found.examples[3].split == "test"
    assert found.ids.prefixed


def test_split_words_of_both_languages(tmp_path: Path):
    rows = [f"{POSTS[k]},{'xy'[k % 2]},{word}" for k, word in enumerate(("train", "训练集", "验证", "Test", "traffic"))]
    found = imported(tmp_path, "text,label,split", *rows)
    assert [example.split for example in found.examples] == ["pool", "pool", "dev", "test", "traffic"]
    assert found.splits_from == "column"
    with pytest.raises(BadData, match=r"1 row\(s\) with an unknown split, first 'tets'"):
        imported(tmp_path, "text,label,split", "快递,x,train", "退款,y,tets")


def test_rows_are_parted_by_group(tmp_path: Path):
    rows = [f"{POSTS[k % 6]}第{k * k * 7919}次,{'xy'[k % 2]},author{k // 4}" for k in range(120)]
    found = imported(tmp_path, "text,label,author", *rows)
    homes: dict[str | None, set[str]] = {}
    for example in found.examples:
        homes.setdefault(example.group, set()).add(example.split)
    assert all(len(splits) == 1 for splits in homes.values())
    sizes = Counter(example.split for example in found.examples)
    assert sizes["pool"] > sizes["test"] > sizes["dev"] > 0


def test_repetitions_are_counted(tmp_path: Path):
    head, rows = "text,label,split", ("快递慢,x,train", "快递 慢,x,dev", "快递慢,y,test", "退款,x,test")
    found = imported(tmp_path, head, *rows)
    assert (found.repetitions.duplicates, found.repetitions.conflicting, found.repetitions.leaked) == (1, 1, 1)


def test_lists_of_posts_and_subtasks(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    lines = (
        '{"id": 1, "items": ["快递慢", "还没到"], "labels": ["a"], "subtask": "s"}',
        '{"id": 2, "items": ["退款"], "labels": [], "subtask": "s"}',
        '{"id": 3, "items": ["好的"], "labels": ["b"], "subtask": "t", "note": "hard"}',
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    found = import_tables([read_table(path)], Choices())
    assert found.examples[0].items == ("快递慢", "还没到")
    assert found.task.subtasks == {"s": ("a",), "t": ("b",)}
    assert found.examples[2].note == "hard"
    path.write_text(path.read_text(encoding="utf-8").replace('["b"]', '["a"]'), encoding="utf-8")
    with pytest.raises(BadData, match="'a' stands in the subtasks 's' and 't'"):
        import_tables([read_table(path)], Choices())


def test_a_list_is_read_only_from_what_is_one():
    assert as_list('["a", "b"]') == ["a", "b"]
    assert as_list("['a']") == ["a"]
    assert as_list("('b', 'a')") == ["b", "a"]
    assert as_list("('a',)") == ["a"]
    assert as_list("{'b', 'a'}") == ["a", "b"]  # a set has no order that would be the same tomorrow
    assert as_list("()") == as_list("set()") == []
    assert as_list("('a')") is as_list("(a)") is as_list("{}") is as_list("{'a': 1}") is None
    assert as_list("[1]") is None
    assert as_list("[__import__('os')]") is None
    assert as_list("a") is None
    assert guess_separator(["a", "b"]) is None


WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="'\"[];；|、，,/=+-@"), min_size=1, max_size=8
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(WORDS, st.sampled_from(["甲", "None", "NA"])), min_size=6, max_size=12))
def test_every_row_keeps_its_id_post_and_label(tmp_path: Path, rows: list[tuple[str, str]]):
    path = tmp_path / "a.csv"
    splits = ("pool", "dev", "test")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "split"])
        writer.writerows([f"0{k}", post, label, splits[k % 3]] for k, (post, label) in enumerate(rows))
    found = import_tables([read_table(path)], Choices())
    kept = [(example.id, example.items, example.labels, example.split) for example in found.examples]
    assert kept == [(f"0{k}", (post,), (label,), splits[k % 3]) for k, (post, label) in enumerate(rows)]


def test_banking77_as_its_readme_counts_it(test_data: Path):
    files = [read_table(test_data / "banking77" / name) for name in ("train.csv", "test.csv")]
    assert [len(table.rows) for table in files] == [10_003, 3_080]
    assert files[0].columns == ("text", "category")
    small = table_of_head(files[0], 400)
    found = import_tables([small], Choices())
    assert found.columns.labels == ("category",)
    assert found.task.language == "en"


def table_of_head(table, rows: int):
    from dataclasses import replace

    return replace(table, rows=table.rows[:rows], lines=table.lines[:rows])


def test_nlupp_as_its_readme_counts_it(test_data: Path):
    tables = [read_table(test_data / "nlupp" / "banking" / f"fold{k}.json") for k in range(20)]
    found = import_tables(tables, Choices())
    assert len(found.examples) == 2_071
    assert len(found.task.labels) == 48
    assert gold(found).count(()) == 88
    assert round(sum(found.label_counts.values()) / 2_071, 2) == 2.25


def test_tnews_as_its_readme_counts_it(test_data: Path):
    train, test = (read_table(test_data / "tnews" / f"{name}.json") for name in ("train_few_all", "test_public"))
    found = import_tables([train], Choices(), test)
    assert Counter(example.split == "test" for example in found.examples) == {False: 1_185, True: 2_010}
    assert len(found.task.labels) == 15
    assert found.columns.labels == ("label_desc",)
    assert found.columns.text == "sentence"
    assert found.task.language == "zh"
