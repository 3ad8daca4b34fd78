"""What bent questions found, as a notebook, a terminal or JSON shows it: a title, sentences, a table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from labkit.texts import say
from labkit.views.markup import render_template


class ShownProbes(ABC):
    """Base of the views; each has `found` and says its own title, sentences and table."""

    found: Any

    @abstractmethod
    def title(self, lang: str | None = None) -> str:
        """What was asked whom."""

    @abstractmethod
    def sentences(self, lang: str | None = None) -> Iterator[str]:
        """How to read the table."""

    @abstractmethod
    def table(self, lang: str | None = None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Heads and lines."""

    def as_json(self) -> dict[str, Any]:
        """Everything as one JSON value."""
        return asdict(self.found)

    def __str__(self) -> str:
        return "\n".join([self.title(), *self.sentences()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads, lines = self.table()
        words = {"title": self.title(), "sentences": tuple(self.sentences())}
        return render_template("probes.html", say=say, heads=heads, lines=lines, **words)
