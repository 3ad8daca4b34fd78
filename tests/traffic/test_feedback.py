"""Feedback: kept masked and read back whatever somebody broke; what it says becomes rows that leak nothing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.adjudications import adjudicate
from labkit.datasets import select
from labkit.errors import BadData, BadInput, StoreError
from labkit.traffic import (
    Feedback,
    FeedbackLog,
    Keeping,
    TrafficEntry,
    drift,
    feed,
    gather_feedback,
    import_feedback,
    read_feedback,
    read_traffic,
    sample_week,
    shadow,
)
from labkit.traffic import feeding as feeding
from labkit.traffic.drifting import known_rows
from labkit.traffic.feedback import FEEDBACK
from labkit.traffic.parts import FOLDER, parts_of
from labkit.workspace import Scene, create_scene, open_scene
from tests.cli.conftest import Command
from tests.cli.conftest import apart as apart
from tests.cli.conftest import labkit as labkit
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.serving.served import release_of
from tests.traffic.test_log import MONDAY, entry, log_of
from tests.traffic.test_sampling import WEEK, live

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=5,
)
FIELDS = ("id", "at", "release", "posts", "status", "labels", "rationale", "confidence", "latency_s", "masked")
LINES = st.binary(max_size=40) | st.builds(
    lambda fields: json.dumps(fields).encode(),
    st.dictionaries(st.sampled_from((*FIELDS, "subtask", "entry", "comment", "by")), JSON),
)


@pytest.fixture
def released(apart: Scene) -> Scene:
    release_of(apart, "v1", "linear")
    return apart


def said_log(scene: Scene, *said: Feedback, **keeping: Any) -> None:
    FeedbackLog(scene.path, scene.task, Keeping(**keeping), lambda: MONDAY).add(*said)


def sure(*numbers: int, confidence: float | None = 0.95) -> list[TrafficEntry]:
    return [replace(live(k), confidence=confidence) for k in numbers]


def test_feedback_is_kept_masked_and_read_back_in_order(released: Scene):
    said_log(released, Feedback("b", (), "打我13812345678", "Li"), Feedback("a", ("退款",)))
    said_log(released, replace(Feedback("c", None, "不对"), at=(MONDAY - timedelta(days=1)).isoformat()))
    found = read_feedback(released)
    assert [(one.entry, one.labels) for one in found.said] == [("c", None), ("b", ()), ("a", ("退款",))]
    assert found.said[1].comment == "打我[手机号1]"
    assert "13812345678" not in "".join(p.read_text("utf-8") for p in parts_of(released.path / FOLDER / FEEDBACK))
    assert read_feedback(released, now=MONDAY + timedelta(days=40)).said == ()
    assert read_traffic(released).unreadable == 0  # the folder inside is no part of the log


def test_what_was_said_is_forgotten_with_the_traffic_whoever_reads_it(released: Scene):
    log_of(released.path, *sure(1))
    said_log(released, Feedback("0001", ("退款",), "打错了"))
    read_traffic(released, now=MONDAY + timedelta(days=40))
    assert parts_of(released.path / FOLDER / FEEDBACK) == ()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return create_scene(tmp_path_factory.mktemp("bare") / "tiny", TINY_TASK, tiny_examples(), tiny_prompts())


@given(st.lists(LINES, max_size=6))
def test_any_lines_are_read_or_counted(bare: Scene, lines: list[bytes]):
    for kept in (bare.path / FOLDER, bare.path / FOLDER / FEEDBACK):
        kept.mkdir(exist_ok=True)
        (kept / f"{MONDAY:%Y-%m-%d}T000000-x.jsonl").write_bytes(b"\n".join(lines))
    found, said = read_traffic(bare), read_feedback(bare)
    filed = len(b"\n".join(lines).split(b"\n")) - (b"\n".join(lines)[-1:] in (b"\n", b""))
    assert len(found.entries) + found.unreadable == filed
    assert len(said.said) + said.unreadable == filed


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Feedback("", ("退款",)), BadInput),
        (Feedback("a", None, "  "), BadInput),
        (Feedback("a", ("讨债",)), BadData),
        (Feedback("a", None, "不对\ud800"), BadData),
        (Feedback("a", ("退款",), by="\udfff"), BadData),
    ],
)
def test_what_says_nothing_or_names_no_label_is_refused(released: Scene, said: Feedback, kind: type[Exception]):
    with pytest.raises(kind):
        said_log(released, said)
    assert read_feedback(released).said == ()


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "\xff", '{"entry": "a"}', '{"labels": "退款"}', '{"labels": ["讨债"]}', '{"at": "soon"}', '{"by": 7}'],
)
def test_a_broken_line_of_feedback_is_counted_and_spoils_no_other(released: Scene, line: str):
    said_log(released, Feedback("a", ("退款",)))
    (part,) = parts_of(released.path / FOLDER / FEEDBACK)
    good = json.loads(part.read_bytes())
    is_change = line.startswith('{"') and "entry" not in line
    broken = json.dumps(good | json.loads(line)) if is_change else line
    part.write_bytes(part.read_bytes() + broken.encode("latin-1" if line == "\xff" else "utf-8") + b"\n")
    found = read_feedback(released)
    assert (len(found.said), found.unreadable) == (1, 1)


def write_csv(path: Path) -> Path:
    rows = [
        "编号,正确标签,备注,审核人",
        "0001,退款,要的是钱,王",
        "0002,物流;退款,,王",
        "0003,,,王",
        "9999,退款,,王",
        "0004,（无标签）,,李",
    ]
    path.write_bytes("\n".join(rows).encode("gb18030"))
    return path


def test_a_table_of_corrections_comes_in_whatever_its_encoding(labkit: Command, released: Scene, tmp_path: Path):
    log_of(released.path, *sure(*range(6)))
    code, out, _ = labkit("feedback", "import", released.path, write_csv(tmp_path / "纠错.csv"), "--json")
    assert (code, json.loads(out)) == (0, {"kept": 3, "unknown": ["9999"], "empty": 1})
    found = {one.entry: one for one in read_feedback(released).said}
    assert found["0001"] == replace(found["0001"], labels=("退款",), comment="要的是钱", by="王")
    assert (found["0002"].labels, found["0004"].labels) == (("物流", "退款"), ())
    code, out, _ = labkit("feedback", "import", released.path, write_csv(tmp_path / "again.csv"))
    assert "3 rows are kept" in out


def test_a_table_with_one_wrong_label_or_no_ids_brings_nothing(released: Scene, tmp_path: Path):
    log_of(released.path, *sure(1, 2))
    wrong, nameless = tmp_path / "wrong.csv", tmp_path / "nameless.csv"
    wrong.write_text("id,labels\n0001,退款\n0002,讨债\n", "utf-8")
    nameless.write_text("post,labels\nx,退款\n", "utf-8")
    for path, problem in ((wrong, "讨债"), (nameless, "needs a column id")):
        with pytest.raises(BadData, match=problem):
            import_feedback(released, path, read_traffic(released))
    assert read_feedback(released).said == ()


def test_each_entry_is_suggested_once_for_what_tells_most(released: Scene):
    unsure = [replace(live(k), confidence=0.3 + k / 100) for k in range(4)]
    blank = replace(live(4), status="blank", labels=(), confidence=None)
    log_of(released.path, *unsure, blank, *sure(*range(5, 12)))
    window = read_traffic(released)
    said = [
        Feedback("0000", ("退款",), "钱呢", "Li"),
        Feedback("0005", ("物流",)),  # as answered
        Feedback("0006", None, "答非所问"),
        Feedback("gone", ("退款",)),
    ]
    candidate = shadow(released, window, "v2", "definition-reader")
    found = gather_feedback(released, window, said, candidate, each=100)
    why = {one.entry.id: one.why for one in found.suggestions}
    assert len(why) == len(found.suggestions)
    assert (why["0000"], why["0006"]) == ("corrected", "corrected")
    assert (found.confirmed, found.unknown) == (1, 1)
    differing = {one.entry.id for one in candidate.disagreements} - {"0000", "0006"}
    assert {name for name, reason in why.items() if reason == "disagreement"} == differing
    assert set(why) >= {"0001", "0002", "0003", "0004"}
    (reason,) = [one.reason for one in found.suggestions if one.entry.id == "0000"]
    assert "Li: 退款 (钱呢)" in reason
    plain = gather_feedback(released, window, sure=0.5, each=2)
    assert [one.entry.id for one in plain.suggestions if one.why == "unsure"] == ["0004", "0000"]
    assert gather_feedback(released, window, each=0).suggestions == ()


def test_new_wording_that_drifted_is_suggested(released: Scene):
    log_of(released.path, *(entry(f"n{k:02d}", f"直播间第{k}单抽奖不作数", confidence=None) for k in range(60)))
    found = gather_feedback(released, read_traffic(released), each=10)
    assert found.counts() == {"corrected": 0, "disagreement": 0, "unsure": 0, "drift": 10}
    assert found.no_drift == ""


def test_what_is_sent_repeats_nothing_gives_nothing_away_and_is_masked(released: Scene):
    pool, dev, test = (released.examples(split)[0] for split in ("pool", "dev", "test"))
    texts = {"pool": pool.text, "dev": dev.text, "test": test.text, "twice": "直播间抽奖不作数，客服13812345678"}
    entries = [entry(name, text, confidence=0.1) for name, text in texts.items()]
    log_of(
        released.path, *entries, entry("copy", texts["twice"] + "！", confidence=0.2), *sure(*range(20), confidence=0.4)
    )
    sample = sample_week(released, WEEK, 5)
    drawn = {one.entry for one in sample.drawn}
    now = open_scene(released.path)
    found = gather_feedback(now, read_traffic(now), each=100)
    fed = feed(now, found.suggestions)
    assert set(fed.sent) == {f"live-{name}" for name in {f"{k:04x}" for k in range(20)} | {"twice"}} - {
        f"live-{name}" for name in drawn
    }
    assert fed.repeated + fed.held == len(found.suggestions) - len(fed.sent)
    assert fed.held >= 2
    after = open_scene(released.path)
    rows = {row.id: row for row in after.examples("pool")}
    assert all(rows[name].labels is None for name in fed.sent)
    assert "13812345678" not in (released.path / "examples.jsonl").read_text("utf-8")
    again = feed(after, found.suggestions)
    assert again.sent == {}
    work = adjudicate(after, annotator="Wang")
    items = {item.rows[0]: item for item in work.items("sent")}
    assert set(items) == set(fed.sent)
    assert all(
        "From production" in " ".join(item.reasons) or "来自线上" in " ".join(item.reasons) for item in items.values()
    )


def test_who_says_so_and_why_reach_neither_log_nor_queue_unmasked(released: Scene):
    log_of(released.path, *sure(0))
    said_log(released, Feedback("0000", None, "call 13812345678", "jo@example.com"), masked=False)
    said = read_feedback(released, MONDAY).said
    assert said[0].by == "jo@example.com"  # a log kept plain holds what was said
    feed(released, gather_feedback(released, read_traffic(released, now=MONDAY), said).suggestions)
    queued = " ".join(str(line) for line in open_scene(released.path).decisions() if line.get("kind") == "queue")
    assert "live-0000" in queued
    assert "13812345678" not in queued
    assert "jo@example.com" not in queued
    said_log(released, Feedback("0000", None, "again", "jo@example.com"))
    (again,) = (one for one in read_feedback(released, MONDAY).said if one.comment == "again")
    assert "jo@example.com" not in again.by


def test_rows_that_a_crash_left_out_of_the_queue_are_sent_by_the_next_call(
    released: Scene, monkeypatch: pytest.MonkeyPatch
):
    log_of(released.path, *sure(*range(4), confidence=0.2))
    suggestions = gather_feedback(released, read_traffic(released)).suggestions
    with monkeypatch.context() as broken:
        broken.setattr(feeding, "enqueue_each", _stop)
        with pytest.raises(KeyboardInterrupt):
            feed(released, suggestions)
    again = feed(open_scene(released.path), suggestions)
    assert len(again.sent) == 4
    work = adjudicate(open_scene(released.path), annotator="Wang")
    assert {item.rows[0] for item in work.items("sent")} == set(again.sent)
    assert feed(open_scene(released.path), suggestions).sent == {}


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_blank_post_is_not_sent_along(released: Scene):
    log_of(released.path, entry("b", "直播间抽奖不作数", " ", confidence=0.1))
    feed(released, gather_feedback(released, read_traffic(released)).suggestions)
    assert open_scene(released.path).row("live-b").items == ("直播间抽奖不作数",)


def test_decided_rows_are_candidates_for_the_next_dataset(released: Scene):
    log_of(released.path, *sure(*range(6), confidence=0.2))
    fed = feed(released, gather_feedback(released, read_traffic(released)).suggestions)
    work = adjudicate(open_scene(released.path), annotator="Wang")
    for item in work.items("sent"):
        work.decide(item.id, "relabel", ["退款"])
    after = open_scene(released.path)
    chosen = select(after, 100, "round2")
    assert set(fed.sent) <= {row["id"] for row in chosen.dataset.rows}
    assert feed(after, [], budget=3).room == 3  # what a dataset holds waits no more


def test_no_more_wait_than_the_budget_holds(released: Scene):
    log_of(released.path, *sure(*range(12), confidence=0.2))
    suggestions = gather_feedback(released, read_traffic(released)).suggestions
    first = feed(released, suggestions, budget=5)
    assert (len(first.sent), first.over_budget, first.room) == (5, 7, 0)
    second = feed(open_scene(released.path), suggestions, budget=8)
    assert (len(second.sent), second.over_budget) == (3, 4)
    with pytest.raises(BadInput, match="budget is 0"):
        feed(released, suggestions, budget=0)


@pytest.mark.parametrize("wishes", [{"each": -1}, {"sure": 1.5}])
def test_impossible_wishes_are_refused(released: Scene, wishes: dict[str, Any]):
    log_of(released.path, *sure(1))
    with pytest.raises(BadInput):
        gather_feedback(released, read_traffic(released), **wishes)


def test_the_command_line_finds_sends_and_says_what_it_left_out(labkit: Command, released: Scene):
    log_of(
        released.path, *sure(*range(6), confidence=0.2), entry("c", released.examples("test")[0].text, confidence=0.1)
    )
    said_log(released, Feedback("0001", ("退款",)), Feedback("zz", ("退款",)))
    told = json.loads(labkit("feedback", "send", released.path, "--dry-run", "--json")[1])
    assert (told["sent"], told["found"]["corrected"], told["unknown"]) == ({}, 1, 1)
    run = shadow(released, read_traffic(released), "v2", "definition-reader").run
    code, out, err = labkit("feedback", "send", released.path, "--shadow", run.id, "--budget", 4)
    assert code == 0
    assert "1 that would give away" in out
    assert "over the budget" in out
    assert "--kind sent" in err
    assert Counter(row.split for row in open_scene(released.path).rows)["pool"] == 36 + 4


def test_what_was_sent_before_is_told_apart_from_what_repeats_the_pool(labkit: Command, released: Scene):
    copied = released.examples("pool")[0].text
    log_of(released.path, *sure(*range(3), confidence=0.2), entry("c", copied, confidence=0.1))
    first = json.loads(labkit("feedback", "send", released.path, "--json")[1])
    assert (len(first["sent"]), first["before"], first["repeated"]) == (3, 0, 1)
    again = json.loads(labkit("feedback", "send", released.path, "--json")[1])
    assert (again["sent"], again["before"], again["repeated"]) == ({}, 3, 1)
    assert "3 sent before, 1 that the pool nearly has" in labkit("feedback", "send", released.path)[1]


def test_a_disk_that_takes_nothing_is_said_and_is_nobodys_bad_input(released: Scene):
    (released.path / FOLDER).mkdir(exist_ok=True)
    (released.path / FOLDER / FEEDBACK).write_text("in the way")
    with pytest.raises(StoreError, match="cannot be kept"):
        said_log(released, Feedback("a", ("退款",)))


def test_labels_are_those_of_the_release_that_is_live_not_of_the_servers_start(released: Scene):
    log = FeedbackLog(released.path, released.task, Keeping(), lambda: MONDAY)
    wider = replace(released.task, labels=(*released.task.labels, "讨债"))
    with pytest.raises(BadData):
        log.add(Feedback("a", ("讨债",)))
    log.add(Feedback("a", ("讨债",)), task=wider)
    assert "讨债" in json.loads(parts_of(released.path / FOLDER / FEEDBACK)[0].read_text("utf-8"))["labels"]


def test_what_was_sent_back_is_news_still_to_the_release_that_answered_it(released: Scene):
    posts = [entry(f"e{k}", f"直播间第{k}单抽奖不作数，号码{k * 7919}", labels=("退款",)) for k in range(60)]
    log_of(released.path, *posts)
    before = drift(released, read_traffic(released))
    sent = feed(released, gather_feedback(released, read_traffic(released), each=100, sure=0.99).suggestions)
    assert sent.sent
    after = drift(open_scene(released.path), read_traffic(released))
    assert after.new_grams == before.new_grams
    assert [(line.what, line.now) for line in after.lines] == [(line.what, line.now) for line in before.lines]


def test_decided_rows_from_traffic_are_known_to_later_releases_alone(released: Scene):
    log_of(released.path, *sure(1, confidence=0.1))
    (row,) = feed(released, gather_feedback(released, read_traffic(released)).suggestions).sent
    work = adjudicate(open_scene(released.path), annotator="Wang")
    work.decide(next(item.id for item in work.items() if item.rows == (row,)), "relabel", ("退款",))
    assert row not in {known.id for known in known_rows(open_scene(released.path))}
    release_of(open_scene(released.path), "v2")
    assert row in {known.id for known in known_rows(open_scene(released.path))}
