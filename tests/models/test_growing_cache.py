from __future__ import annotations

import pytest

pytestmark = pytest.mark.training


def test_it_holds_what_transformers_own_cache_holds_whatever_comes_and_goes():
    import torch
    from transformers.cache_utils import DynamicCache

    from labkit.models.local.growing_cache import growing_cache

    dice = torch.Generator().manual_seed(0)
    ours, theirs = growing_cache(), DynamicCache()
    rows = 5
    for turn, (tokens, keep) in enumerate([(3, None), (1, [0, 2, 4]), (70, None), (1, [2, 1]), (1, None), (64, [0])]):
        for layer in range(2):
            new = torch.rand(2, rows, 4, tokens, 8, generator=dice)
            held, wanted = ours.update(*new, layer), theirs.update(*new, layer)
            assert all(torch.equal(a, b) for a, b in zip(held, wanted, strict=True)), (turn, layer)
        assert ours.get_seq_length() == theirs.get_seq_length()
        if keep:
            rows = len(keep)
            for cache in (ours, theirs):
                cache.batch_select_indices(torch.tensor(keep))


def test_rows_read_apart_go_on_together_as_if_they_had_been_padded():
    import torch
    from transformers.cache_utils import DynamicCache

    from labkit.models.local.growing_cache import growing_cache, joined

    dice = torch.Generator().manual_seed(0)
    lengths, rows = (3, 70), (2, 1)
    read = [torch.rand(2, count, 4, length, 8, generator=dice) for count, length in zip(rows, lengths, strict=True)]
    apart = [growing_cache() for _ in lengths]
    for cache, states in zip(apart, read, strict=True):
        cache.update(*states, 0)
    ours, theirs = joined(apart), DynamicCache()
    padded = [torch.nn.functional.pad(states, (0, 0, max(lengths) - states.shape[3], 0)) for states in read]
    theirs.update(*torch.cat(padded, dim=1), 0)
    new = torch.rand(2, sum(rows), 4, 1, 8, generator=dice)
    held, wanted = ours.update(*new, 0), theirs.update(*new, 0)
    assert all(torch.equal(a, b) for a, b in zip(held, wanted, strict=True))
