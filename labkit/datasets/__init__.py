"""Step 3: rows chosen to train on, written down with the reason for each, and what changed since another choice."""

from labkit.datasets.committee import AskedCommittee, CommitteeForecast, ask_committee, forecast_committee
from labkit.datasets.label_efficiency import LabelEfficiency, label_efficiency
from labkit.datasets.more_like import more_like
from labkit.datasets.planning import Plan, Planner, dataset_coverage
from labkit.datasets.proposing import propose
from labkit.datasets.reformatting import ReformatForecast, Reformatted, forecast_reformat, reformat
from labkit.datasets.saturation import Saturation, saturation
from labkit.datasets.selecting import Selection, select
from labkit.datasets.sheets import read_sheet, write_sheet
from labkit.datasets.sifting import pool_runs
from labkit.datasets.versions import diff_datasets

__all__ = [
    "AskedCommittee",
    "CommitteeForecast",
    "LabelEfficiency",
    "Plan",
    "Planner",
    "ReformatForecast",
    "Reformatted",
    "Saturation",
    "Selection",
    "ask_committee",
    "dataset_coverage",
    "diff_datasets",
    "forecast_committee",
    "forecast_reformat",
    "label_efficiency",
    "more_like",
    "pool_runs",
    "propose",
    "read_sheet",
    "reformat",
    "saturation",
    "select",
    "write_sheet",
]
