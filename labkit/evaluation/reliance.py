"""`reliance`: ask the same rows three times, each time with other definitions, and judge whether they were read."""

from __future__ import annotations

from labkit.diagnosis import Reliance, names_only, swapped_definitions, swaps
from labkit.diagnosis import reliance as judge
from labkit.evaluation.evaluate import evaluate
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.models import get_model
from labkit.models.base import Model
from labkit.records import Prompt
from labkit.workspace import Scene


def reliance(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    split: str = "dev",
    *,
    limit: int | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Reliance:
    """Find out whether a model reads its definitions: names only, as written, and each label with another's text.

    The three are ordinary runs: the one as written is taken from the store when it is there, and asking again asks
    nobody. Their prompts are marked by "~" in the name, and stand in no ranking, memo or experience book.

    Args:
        scene: where rows, prompts and runs are.
        prompt: a prompt with definitions, or the name of one of the scene's.
        model: a model, or a name that `get_model` knows.
        split: pool or dev; test rows are for decisions.
        limit: only the first so many rows.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Returns:
        Paired differences, the share of answers that moved, label by label, and the verdict.

    Raises:
        BadData: fewer than two labels have different definitions, or no row has gold labels.
        NeedsReason: test rows.
    """
    written = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    chosen = get_model(model, scene)
    asked = (names_only(written), written, swapped_definitions(written, scene.task))
    bare, own, other = (
        evaluate(scene, text, chosen, split, limit=limit, personal_data=personal_data, progress=progress, retry=retry)
        for text in asked
    )
    return judge(bare, own, other, swaps(written, scene.task))
