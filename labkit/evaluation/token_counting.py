"""How many tokens a text has for a model: by its own tokenizer where that is on this machine, else estimated."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from labkit.costs import TokenCounter, estimated_tokens, rule_of_thumb
from labkit.costs.tokens import correction
from labkit.errors import LabkitError
from labkit.models.local.spelling import read_spelling, split_adapter
from labkit.models.model_files import find_base
from labkit.workspace import Scene

_LOCAL = "local/"
_REPLIES_READ = 300  # the newest ones say enough


def token_counter(scene: Scene, model: str) -> TokenCounter:
    """The counter of a model; nothing is downloaded and no weights are loaded.

    Args:
        scene: its recorded replies correct the estimate.
        model: a name that `get_model` knows.

    Returns:
        One that counts with the model's own tokenizer, or else one that estimates (see `costs.rule_of_thumb`).
    """
    file = _tokenizer_file(model)
    if file is not None:
        return _tokenizer(file, model)
    replies = scene.store.measured_replies(model, _REPLIES_READ)
    pairs = ((estimated_tokens(reply.texts), reply.usage.prompt_tokens or 0) for reply in replies)
    return rule_of_thumb(*correction(pairs))


def _tokenizer_file(model: str) -> Path | None:
    """tokenizer.json of a local model; None where there is none."""
    if not model.startswith(_LOCAL):
        return None
    path, _ = split_adapter(model.removeprefix(_LOCAL))
    try:
        file = find_base(read_spelling(path).base, download=False) / "tokenizer.json"
    except LabkitError:
        return None
    return file if file.is_file() else None


@lru_cache(maxsize=4)  # reading one of 150,000 words takes half a second
def _tokenizer(file: Path, model: str) -> TokenCounter:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    return TokenCounter(lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids), model)
