"""Rows on their way through a model, behind one copy of what they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from labkit.models.local.prefix import Ids, Prefix

if TYPE_CHECKING:
    from torch import Tensor

Tree = Sequence[tuple[int, int]]  # tokens that may follow: (token, place of the one before it in the tree, -1 for none)


class Rows:
    """Rows on their way through a model: their own tokens' keys and values, behind one copy of the prefix.

    Args:
        model: a transformers model whose rows share prefixes (`attention.let_rows_share`).
        prefix: what all of them begin with.
        rows: how many.
    """

    def __init__(self, model: Any, prefix: Prefix, rows: int) -> None:
        import torch

        from labkit.models.local.growing_cache import growing_cache

        self._model, self._prefix, self._cache = model, prefix, growing_cache()
        self._real = torch.zeros(rows, 0, dtype=torch.bool, device=model.device)  # own tokens that count

    def feed(self, ids: Sequence[Ids]) -> Tensor:
        """Let each row read on.

        Args:
            ids: for each row the tokens that follow, one at least; shorter ones are padded on the left.

        Returns:
            What each row expects next: logits, shape (rows, vocabulary).
        """
        return self._pass(ids, [()] * len(ids), [max(map(len, ids)) - 1])[:, 0]

    @classmethod
    def join(cls, parts: Sequence[Rows]) -> Rows:
        """Rows that have read apart, as rows that go on together, in the order of the parts."""
        import torch

        from labkit.models.local.growing_cache import joined

        if len(parts) == 1:
            return parts[0]
        rows = cls(parts[0]._model, parts[0]._prefix, 0)
        width = max(part._real.shape[1] for part in parts)
        with torch.inference_mode():
            rows._cache = joined([part._cache for part in parts])
            real = [torch.nn.functional.pad(part._real, (width - part._real.shape[1], 0)) for part in parts]
            rows._real = torch.cat(real)
        return rows

    def look_ahead(self, ids: Sequence[Ids], trees: Sequence[Tree], places: Sequence[int]) -> Tensor:
        """Let each row read on, and try ways to go on from there in the same pass; they are forgotten again.

        Args:
            ids: for each row the tokens that follow; may be none.
            trees: for each row what may come behind them, one token at least.
            places: places in the trees.

        Returns:
            What is expected behind these places: logits, shape (rows, places, vocabulary); meaningless where a row's
            tree is too small to have one.
        """
        width, last = max(map(len, ids)), max(map(len, trees)) - 1
        return self._pass(ids, trees, [width + min(place, last) for place in places])

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some of the rows only."""
        import torch

        chosen = torch.tensor(rows, device=self._real.device)
        with torch.inference_mode():
            self._real = self._real[chosen]
            self._cache.batch_select_indices(chosen)

    def _pass(self, ids: Sequence[Ids], trees: Sequence[Tree], columns: Sequence[int]) -> Tensor:
        """One forward pass: own tokens end in one column, trees begin in the next, both are padded outwards."""
        import torch

        device, width, ahead = self._real.device, max(map(len, ids)), max(map(len, trees))
        before = (self._real.sum(1) + len(self._prefix.ids)).tolist()
        laid = [_lay(*row, width, ahead) for row in zip(ids, trees, before, strict=True)]
        tokens, positions = (torch.tensor(part, device=device) for part in list(zip(*laid, strict=True))[:2])
        sees = torch.stack([_sight(len(row), tree, width, ahead) for row, tree in zip(ids, trees, strict=True)])
        earlier = self._real[:, None].expand(-1, width + ahead, -1)
        wanted = torch.tensor(columns, device=device)
        with torch.inference_mode():
            out = self._model(
                input_ids=tokens,
                attention_mask=torch.cat([earlier, sees.to(device)], dim=2)[:, None],
                position_ids=positions,
                past_key_values=self._cache,
                use_cache=True,
                logits_to_keep=wanted,
                shared_prefix=self._prefix.states,
                wanted_steps=wanted if len(columns) < width + ahead else None,
            )
        new = [[False] * (width - len(row)) + [True] * len(row) + [False] * ahead for row in ids]
        self._real = torch.cat([self._real, torch.tensor(new, dtype=torch.bool, device=device)], dim=1)
        logits: Tensor = out.logits
        return logits


def _lay(ids: Ids, tree: Tree, before: int, width: int, ahead: int) -> tuple[list[int], list[int]]:
    """A row's tokens and their positions in the whole sequence."""
    depths: list[int] = []
    for _, parent in tree:
        depths.append(depths[parent] + 1 if parent >= 0 else 0)
    left, right = [0] * (width - len(ids)), [0] * (ahead - len(tree))
    own = range(before, before + len(ids))
    tokens = [*left, *ids, *(token for token, _ in tree), *right]
    return tokens, [*left, *own, *(before + len(ids) + depth for depth in depths), *right]


def _sight(own: int, tree: Tree, width: int, ahead: int) -> Tensor:
    """Which of the new tokens each new token may look at: true or false, shape (width + ahead, width + ahead)."""
    import torch

    sees = torch.zeros(width + ahead, width + ahead, dtype=torch.bool)
    sees[width - own : width, width - own : width] = torch.ones(own, own, dtype=torch.bool).tril()
    sees[width : width + len(tree), width - own : width] = True
    for k, (_, parent) in enumerate(tree):
        if parent >= 0:
            sees[width + k, width:] = sees[width + parent, width:]
        sees[width + k, width + k] = True
    return sees
