"""What all pages share: a head with its date, pieces of HTML whose values are escaped, menus with whole names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import ipywidgets as ui

from labkit.texts import say
from labkit.views.markup import render_template, short
from labkit.workspace import Scene

SCENE_VARIABLE = "LABKIT_DASH_SCENE"  # set by `python -m labkit dash`
FIRST_PAINT = "application/vnd.labkit.first-paint+html"  # read by our Voila template; JupyterLab does not know it
WHOLE_NAME = {"description_width": "initial"}  # ipywidgets cuts a field's name otherwise


def head(name: str, scene: Scene) -> ui.Widget:
    """The title of a page, and when it was read."""
    title = say(f"{name}.title", scene=short(scene.task.name))
    return ui.HTML(render("page_head.html", title=title, date=_now()))


def render(template: str, **values: Any) -> str:
    """A piece of the page: HTML whose values are all escaped, inside the class that carries the look."""
    return render_template("piece.html", piece=template, say=say, **values)


def page_of(*parts: ui.Widget) -> ui.Widget:
    """A page of parts, one below the other, in our look; below them what its technical names mean."""
    return Page([ui.HTML(render_template("style.html")), *parts, ui.HTML(render("glossary.html"))]).add_class(
        "lk-dashboard"
    )


class Page(ui.VBox):  # type: ignore[misc]
    """A column of widgets that says its words at once under `dash`: they are read while the browser gets ready."""

    def _repr_mimebundle_(self, **wishes: Any) -> dict[str, Any] | None:
        bundle: dict[str, Any] | None = super()._repr_mimebundle_(**wishes)
        if bundle and SCENE_VARIABLE in os.environ:
            bundle[FIRST_PAINT] = f'<div class="lk-dashboard">{"".join(map(_words, self.children))}</div>'
        return bundle


def _words(part: ui.Widget) -> str:
    """The HTML that a part shows; an empty place where there will be something to use, such as a menu."""
    if isinstance(part, ui.HTML):
        return part.value and f"<div>{part.value}</div>"
    return "<div></div>"


def menu(key: str, options: Sequence[tuple[str, Any]]) -> ui.Dropdown:
    """A menu of (what is shown, what it stands for)."""
    return ui.Dropdown(description=say(key), options=options, style=WHOLE_NAME)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
