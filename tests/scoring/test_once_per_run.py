from __future__ import annotations

import gc
import pickle
from weakref import ref

from labkit.records import Run
from labkit.scoring import score
from labkit.scoring.once_per_run import once_per_run
from tests.made_runs import noisy_run


def test_a_run_is_worked_out_once_and_one_that_only_says_the_same_is_worked_out_itself():
    worked_out: list[Run] = []

    @once_per_run
    def rows(run: Run) -> int:
        worked_out.append(run)
        return len(run.rows)

    run = noisy_run(rows=5, error=0.1, seed=1)
    same: Run = pickle.loads(pickle.dumps(run))
    assert (rows(run), rows(run), rows(same)) == (5, 5, 5)
    assert len(worked_out) == 2
    assert worked_out[0] is run
    assert worked_out[1] is same


def test_nothing_is_kept_of_a_run_that_is_gone():
    run = noisy_run(rows=5, error=0.1, seed=1)
    found = score(run)
    assert score(run) is found
    gone = ref(run)
    del run
    gc.collect()
    assert gone() is None
    others = [noisy_run(rows=6, error=0.1, seed=seed) for seed in range(20)]  # one of them may stand in its place
    assert {score(other).rows for other in others} == {6}
