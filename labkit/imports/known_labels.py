"""Labels of the task in a text that is nothing else: no mark needs to be guessed where the labels are known."""

from __future__ import annotations

from collections.abc import Sequence

from labkit.tables.labels import SEPARATORS, as_list


def labels_only(text: str, known: Sequence[str]) -> tuple[str, ...] | None:
    """The labels of a text that is nothing but labels.

    Args:
        text: one label, a list, or labels parted by one of the usual marks; a label that holds such a mark stays whole.
        known: the task's labels.

    Returns:
        Each label once, in the text's order; None when anything else stands in the text.
    """
    whole = text.strip()
    if whole in known:
        return (whole,)
    listed = as_list(whole)
    for parts in [listed] if listed else [whole.split(mark) for mark in SEPARATORS if mark in whole]:
        named = [part.strip() for part in parts]
        if all(name in known for name in named):
            return tuple(dict.fromkeys(named))
    return None
