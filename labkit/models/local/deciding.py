"""Labels with their probabilities: the answers that a prompt allows are weighed, and nothing is generated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from labkit.models.local.forks import Forks, one_by_one
from labkit.models.local.generation import groups_by_length, reading_together
from labkit.models.local.prefix import Ids, Prefix
from labkit.models.local.rows import Rows, Tree
from labkit.prompts import RenderedPrompt

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(slots=True)
class Decision:
    """A row's labels, as far as they are decided.

    Args:
        labels: those of the answer, in the prompt's order.
        probabilities: of every label decided upon to stand in the answer; see `forks.one_by_one`.
        open: whether another label may follow.
    """

    labels: list[str] = field(default_factory=list)
    probabilities: dict[str, float] = field(default_factory=dict)
    open: bool = True

    def take(self, found: dict[str | None, float], prompt: RenderedPrompt) -> None:
        """Make the likeliest of the next choices."""
        names = list(prompt.definitions)
        chosen = max(found, key=lambda choice: found[choice])
        if not prompt.several:
            self.probabilities = {label: found.get(label, 0.0) for label in names}
        else:
            later = names[names.index(self.labels[-1]) + 1 :] if self.labels else names
            self.probabilities.update(one_by_one(found, later, chosen))
        self.labels += [] if chosen is None else [chosen]
        self.open = prompt.several and chosen not in (None, names[-1])


class Glance(Protocol):
    """What some rows expect at the forks of their next decision."""

    def __call__(self, rows: Sequence[int], forks: Sequence[Forks]) -> Sequence[Tensor]:
        """Logits at each row's forks: shape (forks, vocabulary) each; a row that is left out is not asked again."""


class ForksOf(Protocol):
    """The forks of a row's next decision."""

    def __call__(self, row: int, chosen: Sequence[str]) -> Forks:
        """Those that follow the labels chosen so far, for a row by its number."""


def decide(prompts: Sequence[RenderedPrompt], forks_of: ForksOf, glance: Glance) -> list[Decision]:
    """Decide on the labels of rows that go through the model together.

    Args:
        prompts: what each row allows.
        forks_of: where its answers part, given the labels chosen so far.
        glance: asks the model.

    Returns:
        A decision for each row. Where several labels are allowed, each chosen one takes another short pass.
    """
    decisions = [Decision() for _ in prompts]
    going = list(range(len(prompts)))
    while going:
        forks = [forks_of(k, decisions[k].labels) for k in going]
        for k, ways, logits in zip(going, forks, glance(going, forks), strict=True):
            decisions[k].take(ways.probabilities(_at_ways(ways, logits)), prompts[k])
        going = [k for k in going if decisions[k].open]
    return decisions


def _at_ways(forks: Forks, logits: Tensor) -> list[list[float]]:
    return [values[list(fork.ways)].double().tolist() for fork, values in zip(forks.forks, logits, strict=True)]


class SharedGlance:
    """Rows behind one copy of the prefix; what leads to the forks goes through the model with the prompt's end.

    Args:
        model: a transformers model whose rows share prefixes.
        prefix: what all prompts begin with.
        own: how each goes on; the last token is the first of every row's tree.
    """

    def __init__(self, model: Any, prefix: Prefix, own: Sequence[Ids]) -> None:
        self._model, self._prefix, self._own = model, prefix, [row[:-1] for row in own]
        self._rows: Rows | None = None
        self._at = list(range(len(own)))

    def __call__(self, rows: Sequence[int], forks: Sequence[Forks]) -> Sequence[Tensor]:
        """See `Glance`."""
        trees, places = [row.tree for row in forks], sorted({place for row in forks for place in row.places()})
        if self._rows is None:
            logits = self._read_prompts(trees, places)
        else:
            logits = self._go_on(self._rows, rows, trees, places)
        column = {place: k for k, place in enumerate(places)}
        return [seen[[column[place] for place in row.places()]] for seen, row in zip(logits, forks, strict=True)]

    def _read_prompts(self, trees: Sequence[Tree], places: Sequence[int]) -> Tensor:
        """All rows with their first trees; those of like length read together, and go on as one."""
        import torch

        read, seen = [], []
        for part in reading_together(self._model, len(self._own)):
            read.append(Rows(self._model, self._prefix, len(self._own[part])))
            seen.append(read[-1].look_ahead(self._own[part], trees[part], places))
        self._rows = Rows.join(read)
        return torch.cat(seen)

    def _go_on(self, read: Rows, rows: Sequence[int], trees: Sequence[Tree], places: Sequence[int]) -> Tensor:
        if len(rows) < len(self._at):
            read.keep([self._at.index(k) for k in rows])
            self._at = list(rows)
        return read.look_ahead([()] * len(rows), trees, places)


class PlainGlance:
    """Every prompt computed whole, once for each fork: for architectures whose rows share nothing.

    Args:
        model: a transformers model.
        prompts: the prompts' tokens.
    """

    def __init__(self, model: Any, prompts: Sequence[Ids]) -> None:
        self._model, self._prompts = model, prompts

    def __call__(self, rows: Sequence[int], forks: Sequence[Forks]) -> Sequence[Tensor]:
        """See `Glance`."""
        import torch

        asked = [
            (k, [*self._prompts[row][:-1], *ways.path(place)])
            for k, (row, ways) in enumerate(zip(rows, forks, strict=True))
            for place in ways.places()
        ]
        found: list[list[Tensor]] = [[] for _ in rows]
        logits = _after_each(self._model, [ids for _, ids in asked])
        for (k, _), seen in zip(asked, logits, strict=True):
            found[k].append(seen)
        return [torch.stack(seen) for seen in found]


def _after_each(model: Any, texts: Sequence[Ids]) -> list[Tensor]:
    """What is expected behind each text; only texts of one length go together, so that none is padded."""
    import torch

    found: dict[int, Tensor] = {}
    for group in _of_one_length(texts):
        ids = torch.tensor([list(texts[k]) for k in group], device=model.device)
        with torch.inference_mode():
            logits = model(input_ids=ids, use_cache=False, logits_to_keep=1).logits[:, -1]
        found.update(zip(group, logits, strict=True))
    return [found[k] for k in range(len(texts))]


def _of_one_length(texts: Sequence[Ids]) -> Iterator[list[int]]:
    for group in groups_by_length([len(ids) for ids in texts]):
        by_length: dict[int, list[int]] = {}
        for k in group:
            by_length.setdefault(len(texts[k]), []).append(k)
        yield from by_length.values()
