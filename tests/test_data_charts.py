"""An audit's figures say what its findings say, and hold no markup of the data's."""

from __future__ import annotations

import json
from dataclasses import replace

from labkit import audit_charts, charts
from labkit.auditing import Material, Sample, audit_material, sample_of
from labkit.curation.annotator_agreement import Vote
from tests.conftest import TINY_TASK, tiny_examples
from tests.made_models import TASK, model_runs

HOSTILE = "<img src=x onerror=alert(1)>"


def rows(*counts: tuple[str, int]) -> tuple[Sample, ...]:
    pairs = [(label, k) for label, number in counts for k in range(number)]
    return tuple(Sample(f"{label}{k}", f"{label} {k * 7919} {k}", labels=(label,)) for label, k in pairs)


def test_labels_are_bars_the_rarest_last_and_thin_ones_in_another_colour():
    figure = audit_charts(audit_material(Material(rows(("a", 30), ("b", 3), ("c", 50)))))["D06"]
    (bars,) = figure.data
    assert list(figure.layout.yaxis.ticktext) == ["c", "a", "b"]
    assert list(bars.x) == [50, 30, 3]
    assert [colour == charts.BAR for colour in bars.marker.color] == [False, False, True]


def test_of_many_labels_the_rarest_are_drawn_and_that_is_said():
    figure = audit_charts(audit_material(Material(rows(*((f"label{k}", k + 1) for k in range(60))))))["D06"]
    assert len(figure.data[0].x) == 40
    assert max(figure.data[0].x) == 40
    assert "40 rarest of 60" in figure.layout.title.text


def test_copies_are_counted_by_the_size_of_their_group():
    samples = tuple(
        Sample(f"r{k}", text) for k, text in enumerate(["快递丢了没人管"] * 5 + ["锅用一次就掉漆"] * 2 + ["别的"])
    )
    found = audit_material(Material(samples))
    assert found.finding("D02").counts["group_sizes"] == {2: 1, 5: 1}
    (bars,) = audit_charts(found)["D02"].data
    assert (list(bars.x), list(bars.y)) == (["2", "5"], [1, 1])


def test_difficulty_stands_beside_what_a_choice_aims_at():
    runs = model_runs()
    samples = tuple(replace(sample_of(row.example), split="pool") for row in runs[0].rows)
    found = audit_material(Material(samples, TASK, runs=tuple(runs)))
    aim, now = audit_charts(found)["D07"].data
    assert list(aim.x) == [40, 45, 15]
    assert list(now.x) == [100 * share for share in found.finding("D07").counts["shares"].values()]


def test_agreement_is_a_point_for_each_label():
    samples = tuple(sample_of(row) for row in tiny_examples())
    votes = [Vote(s.id, who, frozenset(s.labels or ())) for s in samples[:12] for who in ("ann", "ben")]
    figure = audit_charts(audit_material(Material(samples, TINY_TASK, votes=tuple(votes))))["D12"]
    assert set(figure.layout.yaxis.ticktext) <= set(TINY_TASK.labels)
    assert set(figure.data[0].x) == {1.0}


def test_what_is_not_there_has_no_figure_and_hostile_labels_are_escaped():
    assert audit_charts(audit_material(Material(()))) == {}
    figure = audit_charts(audit_material(Material(rows((HOSTILE, 30), ("b", 30)))))["D06"]
    assert "<img" not in json.dumps(charts.mime_bundle(figure))
