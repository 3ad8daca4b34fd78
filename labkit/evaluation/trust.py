"""Which models have answered a moment ago; a first request alone would cost their evaluation a whole answer's time."""

from __future__ import annotations

import time

from labkit.models.base import Model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.records import sha256_of

_LASTS_S = 600.0  # money and quotas run out; what is refused then is refused to as many as may be on their way at once
_answered: dict[str, float] = {}  # a model as it is asked -> the moment of the monotonic clock it last answered at


class Trust:
    """What this process knows of a model behind an API, with its parameters, its address and its key.

    Other models are trusted by nobody: they compute in this process, and most answer one batch at a time anyway.

    Args:
        model: whom it is about.
    """

    def __init__(self, model: Model) -> None:
        self._name = None
        if isinstance(model, OpenAICompatible):
            self._name = sha256_of([model.name, dict(model.parameters), model.provider.key])

    @property
    def holds(self) -> bool:
        """Whether the model has answered lately, and refused nothing since that stops an evaluation."""
        return self._name is not None and time.monotonic() - _answered.get(self._name, float("-inf")) < _LASTS_S

    def earn(self) -> None:
        """The model has answered."""
        if self._name is not None:
            _answered[self._name] = time.monotonic()

    def lose(self) -> None:
        """The model will answer nothing more, for now."""
        if self._name is not None:
            _answered.pop(self._name, None)
