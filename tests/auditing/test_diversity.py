"""A choice is measured among random ones of its size, also where the pool is too large to be looked at as a whole."""

from __future__ import annotations

import random

import pytest

from labkit.auditing.diversity import measure_diversity


def test_choices_of_a_pool_that_is_sampled_have_their_percentile(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.auditing.diversity._SAMPLED", 150)
    draw = random.Random(1)
    words = ["".join(chr(0x4E00 + draw.randrange(300)) for _ in range(14)) for _ in range(300)]
    for size in (60, 299):
        found = [measure_diversity(words, draw.sample(words, size), seed).percentile for seed in range(3)]
        assert None not in found
        assert 5 < sum(share or 0.0 for share in found) / len(found) < 95, "a random choice is one of many"
