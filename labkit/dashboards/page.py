"""What all pages share: a head with its date, pieces of HTML whose values are escaped, menus with whole names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import ipywidgets as ui

from labkit.texts import say
from labkit.views.markup import render_template, short
from labkit.workspace import Scene

WHOLE_NAME = {"description_width": "initial"}  # ipywidgets cuts a field's name otherwise


def head(name: str, scene: Scene) -> ui.Widget:
    """The title of a page, and when it was read."""
    title = say(f"{name}.title", scene=short(scene.task.name))
    return ui.HTML(render("page_head.html", title=title, date=_now()))


def render(template: str, **values: Any) -> str:
    """A piece of the page: HTML whose values are all escaped, inside the class that carries the look."""
    return render_template("piece.html", piece=template, say=say, **values)


def page_of(*parts: ui.Widget) -> ui.Widget:
    """A page of parts, one below the other, in our look."""
    return ui.VBox([ui.HTML(render_template("style.html")), *parts]).add_class("lk-dashboard")


def menu(key: str, options: Sequence[tuple[str, Any]]) -> ui.Dropdown:
    """A menu of (what is shown, what it stands for)."""
    return ui.Dropdown(description=say(key), options=options, style=WHOLE_NAME)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
