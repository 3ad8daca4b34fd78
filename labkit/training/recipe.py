"""The few knobs of a QLoRA training, each with its default, the reason for it and where that comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any

import yaml

from labkit.errors import BadRecipe
from labkit.texts import listed, say

QUANTIZATIONS = ("nf4", "none")
DEVICES = ("auto", "gpu", "cpu")
_ASKED = ("base", "dataset")  # lines of the file that are no knobs
_OPTIONAL = ("max_steps", "micro_batch")
_WHOLE = {  # knobs that are whole numbers, with the least and the most that makes sense
    "r": (1, 512),
    "alpha": (1, 4096),
    "epochs": (1, 100),
    "batch": (1, 1024),
    "micro_batch": (1, 1024),
    "max_steps": (1, 10**7),
    "evaluations": (1, 1000),
    "dev_rows": (0, 100_000),
    "patience": (0, 1000),
    "max_length": (1, 1 << 20),
    "seed": (0, (1 << 32) - 1),
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a training saves a checkpoint and measures itself.

    Args:
        steps: optimizer steps in all.
        every: steps between two checkpoints.
    """

    steps: int
    every: int

    def is_due(self, step: int) -> bool:
        """Whether it is time after so many steps; the last step always is."""
        return step % self.every == 0 or step >= self.steps


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train; everything else is fixed in `qlora` and explained there.

    Args:
        quantization: "nf4" (QLoRA: 4.1 bits a weight with double quantisation; Dettmers et al. 2023) or "none" (LoRA).
        r: rank of the adapter. 16: for small sets ranks 16 and 256 learn the same (LoRA Without Regret, Thinking
            Machines 2025), and vLLM serves up to 16 by default.
        alpha: scale of the adapter, 2r as TRL and Unsloth do.
        rslora: divide the scale by the root of r instead of r (Kalajdzievski 2023). False; from r = 64 on it is worth
            a try: 51.3 against 47.4 % of MetaMathQA in PEFT's own comparison. Then alpha = 16.
        dropout: of the adapter's input. 0, as QLoRA's small models and Unsloth; 0.05 where a few hundred rows overfit.
        learning_rate: peak, reached after 5 % of the steps, then cosine. 2e-4: about ten times that of full
            fine-tuning, as QLoRA, Unsloth and TRL's guide use; 1e-4 from 30 B parameters on.
        epochs: times each row is seen. 3 at most for sets of up to 1K rows: more overfits.
        batch: rows behind one step. 16: LoRA loses to full fine-tuning above 32 (LoRA Without Regret).
        micro_batch: rows of a step that are computed at once, a divisor of `batch`; fewer take less memory and learn
            the same. None: as many as there is memory for, by the tokens of the longest row.
        auto_micro_batch: after out of memory, go on from the last checkpoint with a smaller micro-batch, at last with
            activation checkpointing; a step still learns from `batch` rows. True; False stops and says what to do.
        max_steps: stop after so many steps, whatever `epochs` says; None for no such limit.
        evaluations: how often the adapter is saved and answers dev rows; a kill costs the steps since the last one. 8.
        dev_rows: how many dev rows it answers each time, greedily, as it will be asked later; macro-F1 of these answers
            says which checkpoint becomes the adapter. 64; 0 leaves dev rows out, and the last checkpoint is taken.
        patience: stop when so many evaluations in a row brought nothing better; 0 never stops early. 3: losses go on
            falling long after answers got worse.
        max_length: tokens; a longer row is refused, never cut (TRL would cut it silently).
        device: "auto" (the GPU with the most free memory, or the processor without one), "gpu" (stop without one) or
            "cpu".
        seed: of the adapter's start and the order of rows.
    """

    quantization: str = "nf4"
    r: int = 16
    alpha: int = 32
    rslora: bool = False
    dropout: float = 0.0
    learning_rate: float = 2e-4
    epochs: int = 3
    batch: int = 16
    micro_batch: int | None = None
    auto_micro_batch: bool = True
    max_steps: int | None = None
    evaluations: int = 8
    dev_rows: int = 64
    patience: int = 3
    max_length: int = 2048
    device: str = "auto"
    seed: int = 13

    def __post_init__(self) -> None:
        _check(self)

    def steps(self, rows: int) -> int:
        """How many steps a training on so many rows takes."""
        planned = math.ceil(rows / self.batch) * self.epochs
        return min(planned, self.max_steps or planned)

    def unseen(self, rows: int) -> int:
        """How many of so many rows no step learns from, because `max_steps` ends before the first epoch does."""
        return max(0, rows - self.steps(rows) * self.batch)

    def schedule(self, rows: int) -> Schedule:
        """When a training on so many rows saves and measures."""
        steps = self.steps(rows)
        return Schedule(steps, math.ceil(steps / self.evaluations))

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
        raise BadRecipe.told(
            "error.recipe_file.no_yaml", where=where, reason=str(error).splitlines()[0][:120]
        ) from error
    if not isinstance(found, dict):
        raise BadRecipe.told("error.recipe_file.no_knobs", where=where)
    for key in _ASKED:
        if isinstance(found.get(key), list | dict) or _is_huge(found.get(key)):
            raise BadRecipe.told("error.recipe_file.name", where=where, key_=key, value=_shown(found[key]))
    return recipe_from_mapping({k: v for k, v in found.items() if k not in _ASKED}, where)


def asked_in_yaml(text: str) -> dict[str, str]:
    """The `base` and the `dataset` that a recipe.yaml names, as far as it does; `recipe_from_yaml` has let it pass."""
    found = yaml.safe_load(text) or {}
    return {key: str(found[key]) for key in _ASKED if found.get(key)}


def recipe_to_yaml(recipe: Recipe, *, base: str = "", dataset: str | None = None) -> str:
    """A recipe as a recipe.yaml that `recipe_from_yaml` reads: every knob, base and dataset first where they are given.

    Args:
        recipe: the knobs.
        base: the model to tune.
        dataset: a dataset's name.
    """
    asked = {key: value for key, value in (("base", base), ("dataset", dataset)) if value}
    return str(yaml.safe_dump({**asked, **recipe.to_json()}, sort_keys=False, allow_unicode=True))


def recipe_from_mapping(found: Mapping[Any, Any], where: str) -> Recipe:
    """A recipe from knobs and values, checked as in `recipe_from_yaml`."""
    known = [field.name for field in fields(Recipe)]
    for key in found:
        if key not in known:
            near = get_close_matches(str(key), known, n=1, cutoff=0.5)
            meant = say("error.unknown.meant", names=repr(near[0])) if near else ""
            hint = meant or say("error.unknown.known", names=listed(known))
            raise BadRecipe(say("error.recipe_file.unknown", where=where, knob=str(key)[:60]), hint)
    try:
        return Recipe(**{key: _number(key, value) for key, value in found.items()})
    except BadRecipe as error:
        raise BadRecipe(say("where.problem", where=where, problem=error.problem), error.fix) from None


def _number(key: str, value: Any) -> Any:
    """YAML reads `2e-4` as text; a knob that is a number may be written so."""
    if key in ("learning_rate", "dropout") and isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return float(value)
        except (ValueError, OverflowError):
            example = {"learning_rate": "2e-4", "dropout": "0.05"}[key]
            raise BadRecipe.told("error.recipe_value.number", knob=key, value=_shown(value), example=example) from None
    return value


def _not_one_of(knob: str, value: object, known: Sequence[str]) -> BadRecipe:
    return BadRecipe.told("error.recipe_value.one_of", knob=knob, value=_shown(value), known=listed(known))


def _check(recipe: Recipe) -> None:
    """Raise BadRecipe for a value of the wrong kind or out of its range."""
    if recipe.quantization not in QUANTIZATIONS:
        raise _not_one_of("quantization", recipe.quantization, QUANTIZATIONS)
    if recipe.device not in DEVICES:
        raise _not_one_of("device", recipe.device, DEVICES)
    for knob, (least, most) in _WHOLE.items():
        value = getattr(recipe, knob)
        if knob in _OPTIONAL and value is None:
            continue
        if not _whole(value) or not least <= value <= most:
            raise BadRecipe.told("error.recipe_value.whole", knob=knob, value=_shown(value), least=least, most=most)
    if recipe.batch % (recipe.micro_batch or 1):
        raise BadRecipe.told("error.recipe_value.divides", value=recipe.micro_batch, batch=recipe.batch)
    for knob in ("rslora", "auto_micro_batch"):
        if not isinstance(getattr(recipe, knob), bool):
            raise BadRecipe.told("error.recipe_value.flag", knob=knob, value=_shown(getattr(recipe, knob)))
    if not isinstance(recipe.dropout, float) or not 0 <= recipe.dropout < 1:
        raise BadRecipe.told("error.recipe_value.dropout", value=_shown(recipe.dropout))
    if not isinstance(recipe.learning_rate, float) or not 0 < recipe.learning_rate <= 1:
        raise BadRecipe.told("error.recipe_value.learning_rate", value=_shown(recipe.learning_rate))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_huge(value: Any) -> bool:
    return isinstance(value, int) and value.bit_length() > 64


def _shown(value: Any) -> str:
    """A value in a few words: a file may hold lists that unfold to billions, and numbers that Python will not print."""
    if isinstance(value, list | dict):
        return "a list"
    if _is_huge(value):
        return f"a number of {value.bit_length()} bits"
    return repr(value[:40] if isinstance(value, str | bytes) else value)[:80]
