"""All definitions at once: the real gepa searches, rows that it has not seen judge, a person accepts."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import pytest

import labkit as public
from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.errors import BadData, BadInput, MissingExtra
from labkit.improvement import optimize, search_budget
from labkit.improvement.candidates import row_score
from labkit.improvement.parting import part
from labkit.records import Example, Status
from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.cli.conftest import labkit as labkit
from tests.evaluation.scripted import QUICK, served
from tests.improvement.test_suggest import GOOD, reads_definitions
from tests.made_runs import made_row
from tests.models.loopback import Canned, Loopback, completion

CALLS = 120


def test_gepa_closes_the_gap_with_words_of_the_training_rows(gap: Scene):
    told: list[tuple[int, int]] = []
    found = optimize(gap, "v1", "definition-reader", calls=CALLS, progress=lambda *at: told.append(at))
    assert found.offered
    assert "退款" in found.diff.changed_labels
    assert found.validation[1] > found.validation[0]
    held_out = found.trial.of("held_out")
    assert len(held_out.broken) < len(held_out.fixed)
    assert told[-1] == (found.asked, CALLS)
    budget = search_budget(gap, "v1", "definition-reader", CALLS)
    assert found.asked <= budget.search + budget.over
    assert budget.calls.count == budget.search + budget.over + budget.trial
    assert found.proposals <= budget.proposals
    names = [header.prompt_name for header in gap.store.runs() if header.prompt_name.endswith("~candidate")]
    assert len(names) >= found.candidates
    assert public.wear(gap).prompts > found.candidates - 1  # each of them has been looked at on dev rows
    assert found.accept().name == "v2.md"
    assert "optimised for definition-reader" in gap.prompt("v2").message


def test_the_parts_share_no_row_no_author_and_no_near_duplicate_and_no_test_row(gap: Scene):
    copies = [replace(row, id=f"{row.id}-copy", split="pool", group=None) for row in gap.examples("dev")]
    friend = Example("friend", ("完全不同的话题",), ("质量",), "pool", group=gap.examples("dev")[0].group)
    rows = (*gap.rows, *copies, friend)
    parts = part(rows, 200)
    every = (parts.training, parts.validation, parts.held_out)
    groups = near_duplicate_groups(rows)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert not {groups[row.id] for row in every[one]} & {groups[row.id] for row in every[other]}
        assert not {row.group for row in every[one]} & {row.group for row in every[other]} - {None}
    assert {row.split for part_ in every for row in part_} == {"pool", "dev"}
    assert {row.split for row in parts.training} == {"pool"}
    assert part(rows, 200) == parts


def test_the_same_search_again_asks_nobody_and_one_that_was_stopped_goes_on(gap: Scene):
    with Loopback(reads_definitions(GOOD, [])) as server:
        model = served(gap, server)
        stopped = optimize(gap, "v1", model, model, calls=CALLS, stop=lambda: server.hits > 20, retry=QUICK)
        before = server.hits
        found = optimize(gap, "v1", model, model, calls=CALLS, retry=QUICK)
        hits = server.hits
        again = optimize(gap, "v1", model, model, calls=CALLS, retry=QUICK)
        assert server.hits == hits >= before
    assert stopped.asked < found.asked
    assert again.after == found.after
    assert again.trial == found.trial
    assert found.offered
    assert "运费险" in found.after.definition_of("退款").text  # type: ignore[union-attr]


def test_proposals_that_cannot_be_read_change_nothing_and_are_counted(gap: Scene):
    with Loopback(reads_definitions("Sure! Here is a better definition: …", [])) as server:
        model = served(gap, server)
        found = public.optimize(gap, "v1", model, model, calls=CALLS, retry=QUICK)
    assert found.found.unusable == found.found.proposals > 0
    assert not found.offered
    assert "Nothing better was found" in str(found)
    with pytest.raises(BadInput, match="did not pass"):
        found.accept()


def test_what_fits_only_the_rows_that_chose_is_not_offered(gap: Scene):
    """The proposed definition helps on every row but the held-out ones, which it turns wrong."""
    held_out = {row.text for row in part(gap.rows, 200).held_out}

    def answer(body: dict[str, Any], _: int) -> Canned:
        system, user = (message["content"] for message in body["messages"])
        if system.startswith("You improve"):
            return 200, {}, completion(json.dumps(GOOD, ensure_ascii=False))
        spoilt = "运费险" in system and any(text in user for text in held_out)
        insured = "运费险" in user and "运费险" not in system
        label = "物流" if spoilt or insured or "快递" in user else "质量" if "做工" in user else "退款"
        return 200, {}, completion(json.dumps({"labels": [label]}, ensure_ascii=False))

    with Loopback(answer) as server:
        model = served(gap, server)
        found = optimize(gap, "v1", model, model, calls=CALLS, retry=QUICK)
    assert found.validation[1] > found.validation[0]
    assert found.trial.of("failing").passes
    assert not found.trial.of("held_out").passes
    assert not found.offered


def test_a_missing_gepa_is_named_with_its_command(gap: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "gepa", None)
    with pytest.raises(MissingExtra, match=r"pip install 'labkit\[optimize\]'"):
        optimize(gap, "v1", "definition-reader", calls=CALLS)


def test_too_few_rows_or_calls_are_said_before_anything_is_asked(gap: Scene):
    with pytest.raises(BadInput, match="3 calls are too few"):
        optimize(gap, "v1", "definition-reader", calls=3)
    bare = replace(gap, rows=tuple(row for row in gap.rows if row.split != "pool"))
    with pytest.raises(BadData, match="left for training"):
        optimize(bare, "v1", "definition-reader", calls=CALLS)
    assert gap.store.runs() == ()


def test_a_row_scores_by_its_labels_and_nothing_without_an_answer():
    assert row_score(made_row("a", ["refund", "quality"], ["refund"])) == pytest.approx(2 / 3)
    assert row_score(made_row("a", [], [])) == 1
    assert row_score(made_row("a", [], [], Status.UNPARSED)) == 0


def test_the_command_line_shows_the_budget_first_and_saves_when_wished(labkit: Command, gap: Scene):
    words = ("optimize", gap.path, "--prompt", "v1", "--model", "definition-reader", "--calls", CALLS)
    code, out, _ = labkit(*words, "--dry-run")
    assert (code, f"At most {CALLS} rows" in out, gap.store.runs()) == (0, True, ())
    code, out, err = labkit(*words, "--accept", "--json")
    told = json.loads(out)
    assert (code, told["offered"], gap.prompt_names()) == (0, True, ("v1", "v2"))
    assert f"At most {CALLS} rows" in err
    code, out, err = labkit("runs", gap.path)
    assert "~candidate" not in out
    assert "--all lists them" in err
    assert "~candidate" in labkit("runs", gap.path, "--all")[1]
    code, out, _ = labkit(*words)
    assert "held out: not seen by the search" in out
