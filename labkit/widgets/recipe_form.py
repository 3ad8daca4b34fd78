"""A recipe in a notebook: every knob with its reason, checked as it is turned, and written as a recipe.yaml."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from labkit.errors import BadRecipe, LabkitError
from labkit.tables.atomic import replace_text
from labkit.texts import say
from labkit.training.planning import recipe_for
from labkit.training.recipe import (
    DEVICES,
    QUANTIZATIONS,
    Recipe,
    asked_in_yaml,
    recipe_from_mapping,
    recipe_from_yaml,
    recipe_to_yaml,
)
from labkit.views.markup import render_template
from labkit.workspace import Scene

_CHOICES = {"quantization": QUANTIZATIONS, "device": DEVICES}
_MAIN = ("r", "alpha", "learning_rate", "epochs", "batch", "max_length", "quantization", "device")  # in sight at once
_WIDE = widgets.Layout(width="360px")


class RecipeForm(widgets.VBox):
    """All knobs of a recipe as fields; "Write" puts them into a file that `labkit train --recipe` reads.

    Args:
        scene: whose datasets are offered, and where the file lies.
        path: the file, relative to the scene's folder; one that is there is shown.
        base: the model to tune where the file names none, such as "local/study"; without a file the recipe that it
            ships is shown.

    Nothing is written before the click. What cannot be is said below the fields as it is typed.
    """

    def __init__(self, scene: Scene, path: str | Path = "recipe.yaml", base: str = "") -> None:
        self.path = scene.path / path
        known, asked = _read(self.path, base)
        names = scene.dataset_names()
        self.base = widgets.Text(asked.get("base", base), description="base", layout=_WIDE)
        dataset = asked.get("dataset") if asked.get("dataset") in names else next(iter(names), None)
        self.dataset = widgets.Dropdown(options=names, value=dataset, description="dataset", layout=_WIDE)
        self.knobs = {field.name: _field(field.name, getattr(known, field.name)) for field in fields(Recipe)}
        self.write_button = widgets.Button(description=say("recipe.write"), icon="check")
        self.write_button.on_click(lambda _: self.write())
        self.said = widgets.HTML()
        for knob in (self.base, self.dataset, *self.knobs.values()):
            knob.observe(lambda _: self._check(), "value")
        more = widgets.Accordion([self._lines([k for k in self.knobs if k not in _MAIN])], titles=[say("recipe.more")])
        style = widgets.HTML(render_template("style.html"))
        parts = [style, self.base, self.dataset, self._lines(_MAIN), more, self.write_button, self.said]
        super().__init__(parts)
        self.add_class("lk-recipe-form")
        self._check()

    @property
    def recipe(self) -> Recipe:
        """The recipe as the fields have it.

        Raises:
            BadRecipe: a knob has an impossible value.
        """
        found = {name: _value(name, knob) for name, knob in self.knobs.items()}
        return recipe_from_mapping(found, say("recipe.form"))

    def write(self) -> None:
        """Write the file, whole or not at all; what stops it is said below the fields."""
        try:
            text = recipe_to_yaml(self.recipe, base=self.base.value, dataset=self.dataset.value)
            replace_text(self.path, text)
        except (LabkitError, OSError) as error:
            self._say(str(error))
            return
        self._say(say("recipe.written", path=self.path))

    def _check(self) -> None:
        try:
            recipe = self.recipe
        except BadRecipe as error:
            self.write_button.disabled = True
            self._say(str(error))
            return
        self.write_button.disabled = False
        at_once = recipe.micro_batch or say("recipe.fits")
        self._say(say("recipe.fine", batch=recipe.batch, at_once=at_once))

    def _say(self, line: str) -> None:
        self.said.value = render_template("piece.html", piece="words.html", say=say, lines=[line])

    def _lines(self, names: Any) -> widgets.VBox:
        rows = [widgets.HBox([self.knobs[name], widgets.Label(say(f"recipe.why.{name}"))]) for name in names]
        return widgets.VBox(rows)


def _read(path: Path, base: str) -> tuple[Recipe, dict[str, str]]:
    """The recipe of a file that is there, and the base and dataset it names; without one the base's own."""
    if not path.exists():
        return (recipe_for(base) if base else Recipe()), {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecipe.told("error.recipe.no_text", path=path) from error
    return recipe_from_yaml(text, str(path)), asked_in_yaml(text)


def _field(name: str, value: Any) -> widgets.Widget:
    """Choices, a box to tick, or text: `2e-4` and nothing at all cannot be typed into a number field."""
    if name in _CHOICES:
        return widgets.Dropdown(options=_CHOICES[name], value=value, description=name, layout=_WIDE)
    if isinstance(value, bool):
        return widgets.Checkbox(value, description=name, layout=_WIDE)
    text = "" if value is None else str(value)
    return widgets.Text(text, description=name, layout=_WIDE, continuous_update=False)


def _value(name: str, knob: widgets.Widget) -> Any:
    """What a field says, as YAML would read it."""
    if not isinstance(knob, widgets.Text):
        return knob.value
    text = knob.value.strip()
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        return text
