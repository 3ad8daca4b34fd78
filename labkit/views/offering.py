"""What a notebook shows of a change that may be accepted: its diff and trial, and below them a button for a person."""

from __future__ import annotations

import sys
from typing import Protocol

from labkit.improvement import Optimised, Suggestion


class Shown(Protocol):
    """What can be told as text and as HTML."""

    def _repr_html_(self) -> str: ...


def show_offer(shown: Shown, found: Suggestion | Optimised) -> None:
    """Display a change; where it passed its trial and a browser may be listening, with its button.

    Args:
        shown: the change in words.
        found: what is accepted.
    """
    from IPython.display import display

    display({"text/plain": str(shown), "text/html": shown._repr_html_()}, raw=True)  # type: ignore[no-untyped-call]
    if found.offered and "ipykernel" in sys.modules:  # a terminal would print the button's fields
        from labkit.widgets.offer_form import OfferForm

        display(OfferForm(found))  # type: ignore[no-untyped-call]
