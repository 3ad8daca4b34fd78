"""A transformers model in this process: a folder of safetensors, optionally 4-bit, optionally with a LoRA adapter."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from weakref import WeakSet

from labkit.errors import MissingExtra
from labkit.models.local.attention import can_share
from labkit.models.local.loaded import LoadedModel
from labkit.models.local.loading import few_threads, is_small
from labkit.models.local.spelling import read_spelling
from labkit.models.model_files import (
    check_adapter,
    check_base,
    find_base,
    fingerprint,
    read_adapter_record,
    read_config,
)
from labkit.records import Reply, Request
from labkit.texts import say

_NEEDED = ("torch", "transformers", "peft", "bitsandbytes", "accelerate")
_loaded_models: WeakSet[LocalModel] = WeakSet()


def unload_models() -> None:
    """Have every local model of this process drop its weights, once it has answered what it was asked."""
    for model in tuple(_loaded_models):
        model.unload()


class LocalModel:
    """Answers rendered prompts with a causal language model that is loaded when it is first asked.

    The base is held in NF4 with double quantisation, as QLoRA trains on it, so that a tuned model and its base differ
    by the adapter only. `<path>@full` holds it unquantised: bf16 on a GPU, fp32 on a CPU.

    The long beginning that the prompts of a run share is computed once, and all rows attend to that one copy, where
    the architecture lets them (see `attention.can_share`). `<path>@plain` computes every prompt whole.

    `<path>@labels` generates nothing: the answers that the prompt's contract allows are weighed in the pass that reads
    the prompt, so each label has a probability and every answer is a valid one, but none has a rationale.
    `<path>@json` generates the whole answer, rationale and all, held to that contract, with quotes out of the posts.

    Args:
        path: a bundled model's name, a folder, or a hub id (see `model_files.find_base`), with such words behind it.
        adapter: the folder of a LoRA adapter, or the name of a training job of `scene_folder`.
        scene_folder: where an adapter that is no folder is looked for, as `jobs/<adapter>/adapter`.

    Raises:
        BadInput: words behind the path that contradict each other.
    """

    concurrency = 1

    def __init__(self, path: str, adapter: str | None = None, scene_folder: Path | None = None) -> None:
        self._asked = read_spelling(path)
        self._adapter = None if adapter is None else _adapter_folder(adapter, scene_folder)
        self._name = f"local/{path}" + (f"+{adapter}" if adapter else "")
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """The name `get_model` knows it by."""
        return self._name

    @property
    def adapter_folder(self) -> Path | None:
        """Where its adapter lies; None for a base as it is."""
        return self._adapter

    @property
    def batch_size(self) -> int:
        """Rows asked together: more of a small model, whose passes over few rows cost hardly less."""
        return 256 if is_small(self._folder) else 32

    @property
    def base_folder(self) -> Path:
        """Where its base lies."""
        return self._folder

    @property
    def precision(self) -> str:
        """How the base is held, "nf4" or "full": as asked for, else as the adapter was trained, else nf4."""
        trained = read_adapter_record(self._adapter).quantization if self._adapter else ""
        return self._asked.precision or {"none": "full"}.get(trained, "nf4")

    @property
    def prefix(self) -> str:
        """Whether rows attend to one copy of what prompts share ("shared") or each is computed whole ("plain")."""
        return "shared" if not self._asked.prefix and can_share(read_config(self._folder)) else "plain"

    @property
    def parameters(self) -> Mapping[str, Any]:
        """How it is held and asked, and the fingerprints of the weights: other weights are another model."""
        adapter = {"adapter": fingerprint(self._adapter)[:16]} if self._adapter else {}
        held = {"weights": fingerprint(self._folder)[:16], **adapter, "precision": self.precision}
        return {**held, "decoding": self._asked.answers or "greedy", "prefix": self.prefix}

    def unload(self) -> None:
        """Drop the weights, once what it was asked is answered; it loads them again when it is next asked."""
        with self._lock:
            self.__dict__.pop("_loaded", None)
            _loaded_models.discard(self)

    def check(self) -> None:
        """See that the packages and files are there and safe, without loading the weights.

        Raises:
            MissingExtra: an optional package is not installed.
            ModelUnreachable, ModelRefused: see `model_files`.
        """
        needed = (*_NEEDED, "llguidance") if self._asked.answers == "json" else _NEEDED
        if any(find_spec(package) is None for package in needed):
            raise MissingExtra(say("feature.model", model=self.name), "train")
        check_base(self._folder)
        if self._adapter:
            check_adapter(self._adapter, self._folder)

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Answer rendered prompts greedily; the same prompts get the same answers.

        Args:
            requests: any number; rows of like length go through the model together.

        Returns:
            One reply per request, in order; finish_reason is "length" when no end token came, also where the prompt
            leaves no room for an answer.

        Raises:
            ModelRefused: it cannot be loaded, or sharing a prefix would change its answers.
        """
        replies = dict(self.answer_each(requests))
        return [replies[k] for k in range(len(requests))]

    def answer_each(self, requests: Sequence[Request]) -> Iterator[tuple[int, Reply]]:
        """As `answer`, each reply as soon as it is there.

        Yields:
            A request's number and its reply; in no order.
        """
        if not requests:
            return
        with self._lock, few_threads(self._loaded.model) as threads:
            yield from self._loaded.answer_each(requests, self._asked.answers, threads)

    def is_torn(self, request: Request, one: str, other: str) -> bool:
        """Whether rounding alone decides which of two answers it gives: where they part, both are as likely.

        Args:
            request: a rendered prompt.
            one: an answer's text.
            other: another's.
        """
        with self._lock:
            [row] = self._loaded.read([request])
            return self._loaded.is_torn(row, one, other)

    @cached_property
    def _folder(self) -> Path:
        return find_base(self._asked.base)

    @cached_property
    def _loaded(self) -> LoadedModel:
        self.check()
        _loaded_models.add(self)
        return LoadedModel.load(self._folder, self._adapter, self.precision, shares=self.prefix == "shared")


class BaseOf(LocalModel):
    """The base of a tuned model as a model of its own, over the weights that the tuned one holds: one load serves both.

    It goes by the base's own name, so that its runs are those of the base loaded alone; PEFT's `disable_adapter` gives
    logits that are bit-equal to that one's.

    Args:
        tuned: a model with an adapter.
    """

    def __init__(self, tuned: LocalModel) -> None:
        asked = tuned._asked
        words = ("full" if tuned.precision == "full" else asked.precision, asked.prefix, asked.answers)
        super().__init__("".join((asked.base, *(f"@{word}" for word in words if word))))
        self._tuned, self._lock = tuned, tuned._lock

    def answer_each(self, requests: Sequence[Request]) -> Iterator[tuple[int, Reply]]:
        """Answer as the base does; the adapter rests meanwhile."""
        if not requests:
            return
        with self._lock, self._loaded.model.disable_adapter():
            yield from super().answer_each(requests)

    @cached_property
    def _loaded(self) -> LoadedModel:
        _loaded_models.add(self)
        return self._tuned._loaded.beside()


def _adapter_folder(adapter: str, scene_folder: Path | None) -> Path:
    """A folder as it is; else the adapter of a training job of the scene."""
    if scene_folder is None or Path(adapter).is_dir():
        return Path(adapter)
    return scene_folder / "jobs" / adapter / "adapter"
