"""labkit: from a business scene, posts and labels, to a shipped language model.

The names below are all there is to know; each is loaded when it is first used (PEP 562), so `import labkit` is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from labkit.version import __version__

_HOME = {
    "open_scene": "labkit.workspace",
    "get_model": "labkit.models",
    "Linear": "labkit.models.linear",
    "render": "labkit.prompts",
    "render_posts": "labkit.prompts",
    "diff_prompts": "labkit.prompts",
    "lint": "labkit.prompts.lint",
    "evaluate": "labkit.evaluation",
    "evaluate_affected": "labkit.evaluation",
    "blame": "labkit.diagnosis",
    "untangle": "labkit.evaluation",
    "rationale_flags": "labkit.diagnosis",
    "redact": "labkit.evaluation",
    "find_themes": "labkit.diagnosis",
    "suspect_gold": "labkit.diagnosis",
    "title_themes": "labkit.evaluation",
    "forecast": "labkit.evaluation",
    "evaluate_batch": "labkit.evaluation",
    "evaluate_models": "labkit.evaluation",
    "pilot": "labkit.evaluation",
    "preflight": "labkit.evaluation",
    "classify": "labkit.evaluation",
    "score": "labkit.scoring",
    "confusions": "labkit.scoring",
    "status": "labkit.views.scene_status",
    "suggest": "labkit.views.suggestion",
    "optimize": "labkit.views.optimised",
    "pin": "labkit.workspace",
    "wear": "labkit.views.wear",
    "import_run": "labkit.imports",
    "export_run": "labkit.run_files",
    "compare": "labkit.comparison",
    "paired": "labkit.comparison",
    "power_analysis": "labkit.comparison",
    "reliance": "labkit.evaluation",
    "ablate_definition": "labkit.views.ablation",
    "forecast_ablation": "labkit.evaluation",
    "robustness": "labkit.views.robustness",
    "forecast_robustness": "labkit.evaluation",
    "calibrate": "labkit.calibration",
    "cascade": "labkit.decision",
    "memo": "labkit.views.memo",
    "experience": "labkit.views.experience",
    "standing": "labkit.decision",
    "Gate": "labkit.decision",
    "gate": "labkit.decision",
    "ask_canaries": "labkit.releases",
    "release": "labkit.releases",
    "rollback": "labkit.releases",
    "release_history": "labkit.releases",
    "serve": "labkit.serving",
    "Serving": "labkit.serving",
    "Keeping": "labkit.traffic",
    "read_traffic": "labkit.traffic",
    "drift": "labkit.traffic",
    "feed": "labkit.traffic",
    "gather_feedback": "labkit.traffic",
    "import_feedback": "labkit.traffic",
    "online_quality": "labkit.traffic",
    "read_feedback": "labkit.traffic",
    "renew_test": "labkit.traffic",
    "rounds": "labkit.round_history",
    "sample_week": "labkit.traffic",
    "write_deployment": "labkit.serving",
    "shadow": "labkit.traffic",
    "shadow_of": "labkit.traffic",
    "agreement": "labkit.annotations",
    "audit": "labkit.audits",
    "audit_charts": "labkit.data_charts",
    "adjudicate": "labkit.adjudications",
    "enqueue": "labkit.workspace",
    "flag_unclear": "labkit.workspace",
    "unclear_definitions": "labkit.workspace",
    "import_comments": "labkit.workspace",
    "split_scene": "labkit.workspace",
    "select": "labkit.datasets",
    "ask_committee": "labkit.datasets",
    "forecast_committee": "labkit.datasets",
    "propose": "labkit.datasets",
    "Planner": "labkit.datasets",
    "dataset_coverage": "labkit.datasets",
    "more_like": "labkit.datasets",
    "saturation": "labkit.datasets",
    "label_efficiency": "labkit.datasets",
    "write_sheet": "labkit.datasets",
    "read_sheet": "labkit.datasets",
    "reformat": "labkit.datasets",
    "forecast_reformat": "labkit.datasets",
    "diff_datasets": "labkit.datasets",
    "dataset_card": "labkit.exports",
    "export_dataset": "labkit.exports",
    "loss_preview": "labkit.exports.loss_preview",
    "tune_hosted": "labkit.hosted",
    "prepare_hosted": "labkit.hosted",
    "record_hosted": "labkit.hosted",
    "look_at_hosted": "labkit.hosted",
    "hosted_tunings": "labkit.hosted",
    "near_duplicate_groups": "labkit.curation.near_duplicates",
    "select_rows": "labkit.curation.selection",
    "Recipe": "labkit.training",
    "train": "labkit.training:start",
    "jobs_of": "labkit.training",
    "export_model": "labkit.training.exporting",
    "ablate": "labkit.views.training_ablation",
    "compare_tuned": "labkit.views.tuned",
    "PromptEditor": "labkit.widgets",
    "workbench": "labkit.prompt_workbench",
    "CoverageBoard": "labkit.widgets",
    "DatasetBoard": "labkit.widgets",
    "ErrorBrowser": "labkit.widgets",
    "ModelComparison": "labkit.widgets",
    "RecipeForm": "labkit.widgets",
    "SceneForm": "labkit.widgets",
    "TrainingMonitor": "labkit.widgets",
    "charts": "labkit.charts:",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    """Load a public name from its home, `module`, `module:attribute` or, for a module itself, `module:`."""
    if name not in _HOME:
        raise AttributeError(f"module 'labkit' has no attribute {name!r}")
    module, colon, attribute = _HOME[name].partition(":")
    home = import_module(module)
    return home if colon and not attribute else getattr(home, attribute or name)


def __dir__() -> list[str]:
    return sorted(__all__)
