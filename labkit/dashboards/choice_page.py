"""The model-choice page: which way to go, with sliders that ask what would be at another volume or bar."""

from __future__ import annotations

from contextlib import suppress
from threading import RLock
from typing import Any

import ipywidgets as ui

from labkit.dashboards.page import WHOLE_NAME, head, page_of, render
from labkit.errors import BadInput
from labkit.records import Bar
from labkit.texts import say
from labkit.views.choice_page import choice_values
from labkit.views.memo import SceneMemo, memo
from labkit.views.standing import first_run
from labkit.workspace import Scene

NO_VOLUME = 0  # on the slider: how many posts come is not known
_SLIDER = {"width": "460px", "max_width": "100%"}  # beside a whole name nothing would be left to slide on


class ChoicePage:
    """The parts of the model-choice page: the memo, and what it would be at another volume or bar.

    The sliders ask "what if"; the bar of task.yaml stays as it is, and the page says which one it tells of.

    Args:
        scene: whose memo.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene, self._bar = scene, scene.task.bar
        self._lock = RLock()
        self.memo = ui.HTML()
        wide: dict[str, Any] = {"continuous_update": False, "style": WHOLE_NAME, "layout": _SLIDER}
        self.volume = ui.SelectionSlider(description=say("choice.volume_slider"), **wide, **_volumes(self._bar))
        bar = round(100 * self._bar.value)
        self.bar = ui.IntSlider(value=bar, max=100, description=say("choice.bar_slider"), **wide)
        self._show(memo(scene))
        for slider in (self.volume, self.bar):
            slider.observe(self._on_slide, names="value")
        title = head("choice", scene)
        sliders = ui.HBox([self.volume, self.bar]).add_class("lk-filters")
        self.widget = page_of(title, sliders, self.memo) if self._measured else page_of(title, self.memo)

    def _on_slide(self, change: Any) -> None:
        with self._lock, suppress(BadInput):  # a forged value: what was shown stays
            self._show(memo(self._scene, **self._what_if()))

    def _what_if(self) -> dict[str, Any]:
        """What the sliders name otherwise than task.yaml; rounding to whole points is no question."""
        bar = {} if self.bar.value == round(100 * self._bar.value) else {"value": self.bar.value / 100}
        planned, asked = self._bar.monthly_volume, self.volume.value
        return bar if asked == (NO_VOLUME if planned is None else planned) else {**bar, "monthly_volume": asked or None}

    def _show(self, found: SceneMemo) -> None:
        self._measured = bool(found.memo.candidates)
        if not self._measured:
            self.memo.value = render("nothing.html", words=say("choice.nothing"), command=first_run(self._scene))
            return
        asked, bar = self._what_if(), found.memo.task.bar
        words = say("choice.what_if", volume=_count(bar.monthly_volume), bar=f"{100 * bar.value:g}") if asked else ""
        self.memo.value = render("choice.html", what_if=words, **choice_values(found.memo, found.taken))


def _volumes(bar: Bar) -> dict[str, Any]:
    """Posts a month to choose from: 1, 2 and 5 of each power of ten, and the volume that is planned, if it is known."""
    steps = {n * 10**power for power in range(3, 8) for n in (1, 2, 5)}
    planned = NO_VOLUME if bar.monthly_volume is None else bar.monthly_volume
    return {"options": [(_count(volume or None), volume) for volume in sorted({planned, *steps})], "value": planned}


def _count(volume: int | None) -> str:
    return say("memo.unknown") if volume is None else f"{volume:,}"
