"""Read-only pages over a scene's recorded runs, for people who open Voila: nothing is asked, written or paid for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module

import ipywidgets as ui

from labkit.dashboards.choice_page import ChoicePage
from labkit.dashboards.data_page import DataPage
from labkit.dashboards.page import SCENE_VARIABLE, head, page_of, render
from labkit.dashboards.quality_page import QualityPage
from labkit.errors import UnknownName
from labkit.views.markup import compile_templates
from labkit.views.page_address import asked_here
from labkit.views.release_page import releases_values
from labkit.views.week_page import Week
from labkit.workspace import Scene, open_scene

_NEEDED = ("numpy.random", "scipy.stats", "sqlalchemy.dialects.sqlite", "labkit.traffic", "openpyxl")

__all__ = ["PAGES", "ChoicePage", "DataPage", "QualityPage", "dashboard", "make_ready"]


def dashboard(page: str, scene: Scene | None = None) -> ui.Widget:
    """A page of the dashboards.

    Args:
        page: "week", the index: what waits for a decision, where we stand, what changed in seven days and what it cost;
            "quality": how good, how sure, which errors; "models": which way to go, and what is not known yet; "data":
            six principles as lights, coverage and balance; "releases": what is live, what could go live, what trains.
        scene: whose records; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display; the lights of the data page come when the rows are examined, which takes some seconds.

    Raises:
        UnknownName: there is no such page, or no such scene.
    """
    if page not in PAGES:
        raise UnknownName("page", page, tuple(PAGES))
    return PAGES[page](scene or open_scene(os.environ.get(SCENE_VARIABLE, "weibo_service")))


def _week(scene: Scene) -> ui.Widget:
    with scene.store.remembering():
        values = Week(scene, datetime.now(UTC)).values
    return page_of(head("week", scene), ui.HTML(render("week.html", **values)))


def _releases(scene: Scene) -> ui.Widget:
    with scene.store.remembering():
        values = releases_values(scene)
    return page_of(head("releases", scene), ui.HTML(render("releases.html", **values)))


PAGES: Mapping[str, Callable[[Scene], ui.Widget]] = {
    "week": _week,
    "quality": lambda scene: QualityPage(scene, asked_here()).widget,
    "models": lambda scene: ChoicePage(scene).widget,
    "data": lambda scene: DataPage(scene).widget,
    "releases": _releases,
}


def make_ready() -> None:
    """Import and compile what the pages need first, so that no viewer waits for it: over a second of SciPy alone."""
    for name in _NEEDED:
        import_module(name)
    compile_templates()
