"""The data page: lights and counts of what is trained on; the rows are examined beside it."""

from __future__ import annotations

import logging
from threading import Thread

import ipywidgets as ui

from labkit.audits import audit
from labkit.dashboards.page import head, page_of, render
from labkit.errors import LabkitError
from labkit.texts import say
from labkit.views.data_page import data_values, lights_values, newest_dataset, training_rows_words
from labkit.workspace import Scene


class DataPage:
    """The parts of the data page; the rows are examined beside it, so that the page opens at once.

    Args:
        scene: whose rows.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene, self._dataset = scene, newest_dataset(scene)
        self.lights = ui.HTML(render("nothing.html", words=say("data.checking", check="")))
        about = ui.HTML(render("lead.html", words=training_rows_words(scene, self._dataset)))
        counts = ui.HTML(render("rows_of_labels.html", data=data_values(scene)))
        heads = [ui.HTML(render("heading.html", words=say(f"data.{part}"))) for part in ("lights", "counts")]
        self.widget = page_of(head("data", scene), about, heads[0], self.lights, heads[1], counts)
        self.examining = Thread(target=self._examine, daemon=True)
        self.examining.start()

    def _examine(self) -> None:
        try:
            found = audit(self._scene, self._dataset, progress=self._tell)
            self.lights.value = render("lights.html", **lights_values(found, self._scene))
        except LabkitError as error:
            self.lights.value = render("nothing.html", words=say("data.failed", problem=error))
        except Exception as error:  # whatever it is, the page must not say "checking" for ever
            logging.getLogger(__name__).exception("The audit of the data page failed")
            self.lights.value = render("nothing.html", words=say("data.failed", problem=type(error).__name__))

    def _tell(self, check: str) -> None:
        self.lights.value = render("nothing.html", words=say("data.checking", check=say(f"audit.{check}")))
