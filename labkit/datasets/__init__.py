"""Step 3: rows chosen to train on, written down with the reason for each, and what changed since another choice."""

from labkit.datasets.more_like import more_like
from labkit.datasets.proposing import propose
from labkit.datasets.reformatting import Reformatted, reformat
from labkit.datasets.saturation import Saturation, saturation
from labkit.datasets.selecting import Selection, pool_runs, select
from labkit.datasets.sheets import read_sheet, write_sheet
from labkit.datasets.versions import diff_datasets

__all__ = [
    "Reformatted",
    "Saturation",
    "Selection",
    "diff_datasets",
    "more_like",
    "pool_runs",
    "propose",
    "read_sheet",
    "reformat",
    "saturation",
    "select",
    "write_sheet",
]
