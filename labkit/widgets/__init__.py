"""Widgets for notebooks and dashboards: values and callables in, a value out; sources in `widgets/src`."""

from labkit.widgets.coverage_board import CoverageBoard
from labkit.widgets.dataset_board import DatasetBoard
from labkit.widgets.error_browser import ErrorBrowser
from labkit.widgets.model_comparison import ModelComparison
from labkit.widgets.offer_form import OfferForm
from labkit.widgets.prompt_editor import PromptEditor
from labkit.widgets.recipe_form import RecipeForm
from labkit.widgets.scene_form import SceneForm
from labkit.widgets.training_monitor import TrainingMonitor

__all__ = [
    "CoverageBoard",
    "DatasetBoard",
    "ErrorBrowser",
    "ModelComparison",
    "OfferForm",
    "PromptEditor",
    "RecipeForm",
    "SceneForm",
    "TrainingMonitor",
]
