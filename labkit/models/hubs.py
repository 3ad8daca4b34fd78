"""Models that were downloaded: where the caches of Hugging Face and ModelScope keep them, and the way to the hub."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from labkit.errors import MissingExtra, ModelUnreachable
from labkit.texts import listed, say

ALLOW_HUB = "LABKIT_ALLOW_HUB"  # environment variable; "1" lets a hub id be downloaded
_HUB_FILES = ["*.safetensors", "*.json", "*.jinja", "*.txt", "tokenizer.model"]  # nothing pickled, no code
_HUB_ID = re.compile(r"(?!\.)[\w.-]+/(?!\.)[\w.-]+", re.ASCII)


def hub_folder(name: str, bundled: Sequence[str] = (), *, download: bool = True) -> Path:
    """The folder of a model that was downloaded from a hub; when the user lets it, it is downloaded now.

    What ModelScope's client has downloaded is taken as it lies. Everything else is left to the client of Hugging Face,
    which goes to $HF_ENDPOINT (a mirror) where that is set, and nowhere without $LABKIT_ALLOW_HUB=1.

    Args:
        name: a hub id such as "Qwen/Qwen3-0.6B".
        bundled: the models that need no hub, to be named when there is none.
        download: False to look in the caches only.

    Raises:
        MissingExtra: the hub's client is not installed.
        ModelUnreachable: it is in no cache, and may not or cannot be downloaded.
    """
    if found := next(_in_modelscope(name), None):
        return found
    try:
        from huggingface_hub import constants, snapshot_download
    except ImportError as error:
        raise MissingExtra(say("feature.model", model=f"local/{name[:200]}"), "train") from error
    allowed = download and os.environ.get(ALLOW_HUB) == "1"
    try:
        return Path(snapshot_download(name, allow_patterns=_HUB_FILES, local_files_only=not allowed))
    except Exception as error:  # the hub client raises a dozen types; all mean the same here
        key = f"error.hub.{'not_there' if allowed else 'not_cached'}"
        names, hub = listed(bundled), constants.ENDPOINT
        raise ModelUnreachable.told(key, name=name[:200], bundled=names, hub=hub, switch=ALLOW_HUB) from error


def _in_modelscope(name: str) -> Iterator[Path]:
    """Where a model lies in ModelScope's cache, in all the layouts its client has had (1.40, hub/utils/utils.py).

    It writes "___" for a dot in a name.
    """
    if not _HUB_ID.fullmatch(name):
        return
    owner, _, model = name.partition("/")
    base = Path(os.environ.get("MODELSCOPE_CACHE") or Path.home() / ".cache" / "modelscope").expanduser()
    roots = [base / part for part in ("models", "hub/models", "", "hub")]
    folders = [root / owner / spelt for root in roots for spelt in (model.replace(".", "___"), model)]
    snapshots = (base / "models" / f"{owner}--{model}" / "snapshots").glob("*")
    newest_first = sorted(snapshots, key=lambda folder: folder.stat().st_mtime, reverse=True)
    yield from (folder for folder in (*newest_first, *folders) if (folder / "config.json").is_file())
