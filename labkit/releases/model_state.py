"""Whether a model still is what was measured: weights, adapters and settings may change under the same name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from labkit.errors import BadInput
from labkit.models import get_model

if TYPE_CHECKING:
    from labkit.models import Model
    from labkit.records import RunHeader
    from labkit.releases.history import Release
    from labkit.workspace import Scene


def changed_settings(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The names of parameters that are not as a run or a release recorded them."""
    as_recorded = json.loads(json.dumps(dict(now)))
    return sorted(name for name in {*recorded, *as_recorded} if recorded.get(name) != as_recorded.get(name))


def asks_again(header: RunHeader, release: Release | None) -> bool:
    """Whether a run asked the very prompt and model of a release, as one does when the test rows were renewed."""
    if release is None or (header.prompt_sha256, header.model) != (release.prompt_sha256, release.model):
        return False
    return not changed_settings(release.parameters, header.parameters)


def model_as_measured(scene: Scene, header: RunHeader, told: str) -> Model:
    """The model of a run, if it is what the run measured.

    Args:
        scene: the run's scene.
        header: the run's header.
        told: the key of the words for a model that has changed.

    Raises:
        BadInput: it has changed; the message names the parameters.
    """
    model = get_model(header.model, scene)
    changed = changed_settings(header.model_parameters, model.parameters)
    if changed:
        raise BadInput.told(told, model=header.model, run=header.run, changed=changed)
    return model
