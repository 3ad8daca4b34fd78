"""A changed definition that passed its trial: a person says what changed, and accepts it as a new version."""

from __future__ import annotations

import ipywidgets as ui

from labkit.errors import LabkitError
from labkit.improvement import Optimised, Suggestion
from labkit.texts import say
from labkit.views.markup import render_template, short


class OfferForm(ui.VBox):
    """A message and a button that saves a change as the scene's next version.

    Args:
        found: what `suggest` or `optimize` found.

    Nothing is written before the click, and nothing twice. Where another version came since, which the change does not
    hold, the first click says so and the second one saves.
    """

    def __init__(self, found: Suggestion | Optimised) -> None:
        self._found, self._warned_of, self._saved = found, "", ""
        wide = {"layout": ui.Layout(width="auto"), "style": {"description_width": "initial"}}
        self.message = ui.Text(found.message, description=say("offer.message"), **wide)
        self.accept_button = ui.Button(
            description=say("offer.accept"), icon="check", layout=ui.Layout(width="max-content")
        )
        self.accept_button.on_click(lambda _: self.accept())
        self.said = ui.HTML()
        super().__init__([ui.HTML(render_template("style.html")), self.message, self.accept_button, self.said])
        self.add_class("lk-offer-form")

    def accept(self) -> None:
        """Save it, unless it is saved already or has been overtaken and nobody was told yet."""
        if not self._saved:
            try:
                if not self._is_told():
                    return
                path = self._found.accept(self.message.value.strip())
            except (LabkitError, OSError) as error:
                self._notice(str(error))
                return
            self._saved = say("suggestion.accepted", name=path.stem, path=path)
        if self._saved:  # the button stays: the focus would be lost with it
            self._say(self._saved)

    def _is_told(self) -> bool:
        """Whether nothing has come since, or the person knows what."""
        newer = self._found.overtaken
        if newer in ("", self._warned_of):
            return True
        self._warned_of = newer
        before = self._found.before.name
        key = "offer.edited" if newer == before else "offer.overtaken"
        self._notice(say(key, newer=short(newer), before=short(before)))
        return False

    def _say(self, line: str) -> None:
        self.said.value = render_template("piece.html", piece="words.html", say=say, lines=[line])

    def _notice(self, words: str) -> None:
        self.said.value = render_template("piece.html", piece="notice.html", say=say, words=words)
