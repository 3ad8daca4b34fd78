"""Read-only pages over a scene's recorded runs, for people who open Voila: nothing is asked, written or paid for."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib import import_module

import ipywidgets as ui

from labkit.dashboards.choice_page import ChoicePage
from labkit.dashboards.data_page import DataPage
from labkit.dashboards.page import head, page, render
from labkit.dashboards.quality_page import QualityPage
from labkit.views.page_address import asked_here
from labkit.views.release_page import releases_values
from labkit.views.week_page import Week
from labkit.workspace import Scene, open_scene

SCENE_VARIABLE = "LABKIT_DASH_SCENE"  # set by `python -m labkit dash`

_NEEDED = ("numpy.random", "scipy.stats", "sqlalchemy.dialects.sqlite", "labkit.traffic", "openpyxl")

__all__ = [
    "ChoicePage",
    "DataPage",
    "QualityPage",
    "data",
    "import_all",
    "model_choice",
    "quality",
    "releases",
    "this_week",
]


def quality(scene: Scene | None = None) -> ui.Widget:
    """The quality page: how good, how sure, which errors.

    Args:
        scene: whose runs; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display.

    Raises:
        UnknownName: there is no such scene.
    """
    return QualityPage(scene or _named_scene(), asked_here()).widget


def model_choice(scene: Scene | None = None) -> ui.Widget:
    """The model-choice page: which way to go, how good, how dear, how slow, and what is not known yet.

    Args:
        scene: whose runs; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display.

    Raises:
        UnknownName: there is no such scene.
    """
    return ChoicePage(scene or _named_scene()).widget


def this_week(scene: Scene | None = None) -> ui.Widget:
    """The index: what waits for a decision, where we stand, what changed in seven days, what it cost.

    Args:
        scene: whose records; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display.

    Raises:
        UnknownName: there is no such scene.
    """
    scene = scene or _named_scene()
    with scene.store.remembering():
        values = Week(scene, datetime.now(UTC)).values
    return page(head("week", scene), ui.HTML(render("week.html", **values)))


def data(scene: Scene | None = None) -> ui.Widget:
    """The data page: six principles as lights, coverage and balance, of the newest training set or of the pool.

    Args:
        scene: whose rows; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display; its lights come when the rows are examined, which takes some seconds.

    Raises:
        UnknownName: there is no such scene.
    """
    return DataPage(scene or _named_scene()).widget


def releases(scene: Scene | None = None) -> ui.Widget:
    """The page of trainings and releases: what is live, what waits for a yes, what trains, and the way back.

    Args:
        scene: whose records; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display.

    Raises:
        UnknownName: there is no such scene.
    """
    scene = scene or _named_scene()
    with scene.store.remembering():
        values = releases_values(scene)
    return page(head("releases", scene), ui.HTML(render("releases.html", **values)))


def import_all() -> None:
    """Import what the pages import when they first need it, so that no viewer waits for it: over a second of SciPy."""
    for name in _NEEDED:
        import_module(name)


def _named_scene() -> Scene:
    return open_scene(os.environ.get(SCENE_VARIABLE, "weibo_service"))
