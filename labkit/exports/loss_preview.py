"""Before an export or a training: which tokens of a dataset's rows are only read, and which carry loss."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from labkit.errors import MissingExtra
from labkit.exports.exporting import exported_rows
from labkit.models.model_files import check_base, find_base
from labkit.texts import say
from labkit.training.rows import training_rows

if TYPE_CHECKING:
    from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class LossRow:
    """A row as a base's tokenizer takes it apart.

    Args:
        id: the row's.
        tokens: of the prompt and the answer.
        answer_tokens: those of them that carry loss: the answer and its end.
        read: the end of what is only read, 400 characters at most.
        learnt: the tokens that carry loss, the first 60.
    """

    id: str
    tokens: int
    answer_tokens: int
    read: str
    learnt: tuple[str, ...]


def loss_preview(
    scene: Scene, dataset: str, base: str, *, prompt: str | None = None, mask: bool = True
) -> tuple[LossRow, ...]:
    """Show the loss mask of three rows: the first, the shortest and the longest; nothing is written or trained.

    The tokens are those that training makes of the rows (see `training.preflight`). Other tools that read an export
    draw the line elsewhere if they render another chat template.

    Args:
        scene: whose dataset.
        dataset: its name.
        base: "local/<name, path or hub id>" of the model that is to be trained; only its tokenizer is loaded. The
            bundled `local/study` needs no download.
        prompt: the name of the prompt; by default the one that the dataset was made for.
        mask: as for `export_dataset`.

    Raises:
        UnknownName: there is no such dataset or prompt.
        BadData: a row that cannot be rendered, or secrets while `mask` is off.
        ModelUnreachable, ModelRefused: the base is nowhere, or its chat template reads a finished answer otherwise than
            it will be asked.
        MissingExtra: transformers is not installed.
    """
    if any(find_spec(package) is None for package in ("torch", "transformers")):
        raise MissingExtra(say("feature.preview"), "train")
    from labkit.models.local.loading import load_tokenizer
    from labkit.training.encoding import encode
    from labkit.training.preflight import refuse_other_prompts, shown_rows

    folder = find_base(base.removeprefix("local/").partition("@")[0])
    check_base(folder)
    asked, chosen, _ = exported_rows(scene, dataset, prompt, mask=mask)
    rows, tokenizer = training_rows(scene, chosen, asked), load_tokenizer(folder, side="right")
    encoded = [encode(row, tokenizer) for row in rows]
    refuse_other_prompts(rows, encoded, tokenizer)
    return tuple(LossRow(**{**row, "learnt": tuple(row["learnt"])}) for row in shown_rows(rows, encoded, tokenizer))
