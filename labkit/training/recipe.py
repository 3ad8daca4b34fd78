"""The few knobs of a QLoRA training, each with its default, the reason for it and where that comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any

import yaml

from labkit.errors import BadRecipe

QUANTIZATIONS = ("nf4", "none")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train; everything else is fixed in `qlora` and explained there.

    Args:
        quantization: "nf4" (QLoRA: 4.1 bits a weight with double quantisation; Dettmers et al. 2023) or "none" (LoRA).
        r: rank of the adapter. 16: for small sets ranks 16 and 256 learn the same (LoRA Without Regret, Thinking
            Machines 2025), and vLLM serves up to 16 by default.
        alpha: scale of the adapter, 2r as TRL and Unsloth do.
        learning_rate: peak, reached after 5 % of the steps, then cosine. 2e-4: about ten times that of full
            fine-tuning, as QLoRA, Unsloth and TRL's guide use; 1e-4 from 30 B parameters on.
        epochs: times each row is seen. 3 at most for sets of up to 1K rows: more overfits.
        batch: rows behind one step. 16: LoRA loses to full fine-tuning above 32 (LoRA Without Regret).
        max_steps: stop after so many steps, whatever `epochs` says; None for no such limit.
        max_length: tokens; a longer row is refused, never cut (TRL would cut it silently).
        seed: of the adapter's start and the order of rows.
    """

    quantization: str = "nf4"
    r: int = 16
    alpha: int = 32
    learning_rate: float = 2e-4
    epochs: int = 3
    batch: int = 16
    max_steps: int | None = None
    max_length: int = 2048
    seed: int = 13

    def __post_init__(self) -> None:
        _check(self)

    def steps(self, rows: int) -> int:
        """How many steps a training on so many rows takes."""
        planned = math.ceil(rows / self.batch) * self.epochs
        return min(planned, self.max_steps or planned)

    def to_json(self) -> dict[str, Any]:
        """All knobs as an object, in the order above."""
        return asdict(self)


def recipe_from_yaml(text: str, where: str) -> Recipe:
    """Read a recipe.yaml.

    Args:
        text: the file's text; knobs that are left out keep their defaults, `base` and `dataset` are for the reader.
        where: the file's name, for errors.

    Raises:
        BadRecipe: not YAML, an unknown knob ("did you mean"), or an impossible value.
    """
    try:
        found = yaml.safe_load(text) or {}
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadRecipe(
            f"{where} is not YAML ({str(error).splitlines()[0][:120]})", "Write lines 'knob: value'"
        ) from error
    if not isinstance(found, dict):
        raise BadRecipe(f"{where} holds no knobs", "Write lines such as 'learning_rate: 2e-4'")
    return recipe_from_mapping({k: v for k, v in found.items() if k not in ("base", "dataset")}, where)


def recipe_from_mapping(found: Mapping[Any, Any], where: str) -> Recipe:
    """A recipe from knobs and values, checked as in `recipe_from_yaml`."""
    known = [field.name for field in fields(Recipe)]
    for key in found:
        if key not in known:
            near = get_close_matches(str(key), known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}"
            raise BadRecipe(f"{where} has an unknown knob {str(key)[:60]!r}", hint)
    try:
        return Recipe(**{key: _number(key, value) for key, value in found.items()})
    except BadRecipe as error:
        raise BadRecipe(f"{where}: {error.problem}", error.fix) from None


def _number(key: str, value: Any) -> Any:
    """YAML reads `2e-4` as text; a knob that is a number may be written so."""
    if key == "learning_rate" and isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return float(value)
        except (ValueError, OverflowError):
            raise BadRecipe(f"learning_rate is {str(value)[:40]!r}", "Write a number such as 2e-4") from None
    return value


def _check(recipe: Recipe) -> None:
    """Raise BadRecipe for a value of the wrong kind or out of its range."""
    if recipe.quantization not in QUANTIZATIONS:
        raise BadRecipe(f"quantization is {recipe.quantization!r}", f"Write one of: {', '.join(QUANTIZATIONS)}")
    limits = {"r": 512, "alpha": 4096, "epochs": 100, "batch": 1024, "max_length": 1 << 20, "max_steps": 10**7}
    for knob, most in limits.items():
        value = getattr(recipe, knob)
        if knob == "max_steps" and value is None:
            continue
        if not _whole(value) or not 1 <= value <= most:
            raise BadRecipe(f"{knob} is {value!r}", f"Write a whole number from 1 to {most}")
    if not _whole(recipe.seed) or not 0 <= recipe.seed < 1 << 32:
        raise BadRecipe(f"seed is {recipe.seed!r}", "Write a whole number from 0 to 4294967295")
    if not isinstance(recipe.learning_rate, float) or not 0 < recipe.learning_rate <= 1:
        raise BadRecipe(
            f"learning_rate is {recipe.learning_rate!r}", "Write a number above 0 and up to 1, such as 2e-4"
        )


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
