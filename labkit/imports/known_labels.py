"""Labels of the task in a text that is nothing else: no mark needs to be guessed where the labels are known."""

from __future__ import annotations

from collections.abc import Sequence

from labkit.tables.labels import SEPARATORS, as_list

_AROUND = dict(zip("【［[「『（(“‘《\"'", "】］]」』）)”’》\"'", strict=True))  # a mark and the one that ends it


def labels_only(text: str, known: Sequence[str]) -> tuple[str, ...] | None:
    """The labels of a text that is nothing but labels.

    Args:
        text: one label, a list, or labels parted by one of the usual marks, by spaces or lines; a label that holds
            such a mark stays whole. Quotation marks and brackets around all or each of them are passed over, of full
            width too.
        known: the task's labels.

    Returns:
        Each label once, in the text's order; None when anything else stands in the text.
    """
    whole = text.strip()
    for words in dict.fromkeys((whole, _inside(whole))):
        if words in known:
            return (words,)
        listed = as_list(words)
        spaced = words.split()
        parted = [words.split(mark) for mark in SEPARATORS if mark in words] + [spaced] * (len(spaced) > 1)
        for parts in [listed] if listed else parted:
            named = [_bare(part.strip(), known) for part in parts]
            if all(name in known for name in named):
                return tuple(dict.fromkeys(named))
    return None


def _bare(part: str, known: Sequence[str]) -> str:
    """A label without the marks around it; one that is called so, and anything else, as it is."""
    return part if part in known or _inside(part) not in known else _inside(part)


def _inside(text: str) -> str:
    """What stands between a mark and the one that ends it; the text itself where there are none."""
    return text[1:-1].strip() if len(text) > 1 and _AROUND.get(text[0]) == text[-1] else text
