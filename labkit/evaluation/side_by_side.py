"""`evaluate_models`: one question put to several models; who must stop does so at once, and the others go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from labkit.errors import BadInput, MissingExtra, MissingKey, ModelError
from labkit.evaluation.budget import tariff_for
from labkit.evaluation.consent import as_sent, require_consent
from labkit.evaluation.evaluate import evaluate
from labkit.evaluation.known import open_requests
from labkit.evaluation.plan import plan_split
from labkit.evaluation.progress import Observer, Progress, observing
from labkit.models import get_model
from labkit.models.base import Model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.records import Prompt, Run
from labkit.texts import say
from labkit.workspace import Scene

Ended = Run | ModelError | MissingKey | MissingExtra


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What became of several models asked the same.

    Args:
        runs: of those that were asked to the end, in the order in which they were named.
        stopped: model -> why it was asked no further; its answers so far are kept, and the same call goes on.
    """

    runs: tuple[Run, ...]
    stopped: Mapping[str, ModelError | MissingKey | MissingExtra]


def evaluate_models(
    scene: Scene,
    prompt: str | Prompt,
    models: Sequence[str | Model],
    split: str = "dev",
    *,
    limit: int | None = None,
    repeats: int = 1,
    reason: str | None = None,
    fresh: bool = False,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
) -> SideBySide:
    """Like `evaluate`, with several models: servers at the same time, models on this machine one after the other.

    A model that cannot be asked (no key, no money, a wrong name, nobody there) is told of at once and holds up nobody.
    Models asked at one host with one key share the room there (see `Room`).

    Args:
        scene: as in `evaluate`.
        prompt: as in `evaluate`.
        models: each as in `evaluate`; at least one, none twice.
        split: as in `evaluate`.
        limit: as in `evaluate`.
        repeats: as in `evaluate`.
        reason: as in `evaluate`.
        fresh: as in `evaluate`.
        max_cost: as in `evaluate`, for each model.
        personal_data: as in `evaluate`.
        progress: is called with a `Progress` of one of the runs after each change; by default one bar for all.

    Raises:
        BadInput, NeedsReason, NeedsConsent: as in `evaluate`, of whichever model, and before any is asked.
    """
    chosen = [get_model(model, scene) for model in models]
    twice = [name for name, times in Counter(model.name for model in chosen).items() if times > 1]
    if twice:
        raise BadInput.told("error.side_by_side.twice", model=twice[0])
    if not chosen:
        raise BadInput.told("error.side_by_side.none")
    for model in chosen:
        plan = as_sent(scene, plan_split(scene, prompt, model, split, limit, repeats), model, personal_data)
        if fresh or open_requests(scene.store, plan):
            plan.require_reason(reason)
            require_consent(scene, plan, model, personal_data)
            tariff_for(scene, plan, model, max_cost)  # without a price no limit holds, and the others would have paid
    asked: dict[str, Any] = {"split": split, "limit": limit, "repeats": repeats, "reason": reason, "fresh": fresh}
    asked |= {"max_cost": max_cost, "personal_data": personal_data}
    with observing(None) as bar:
        together = _Together(progress, bar)
        ended = _ask(
            chosen, lambda model: evaluate(scene, prompt, model, **asked, progress=together.hears(model)), together
        )
    return SideBySide(
        runs=tuple(end for end in ended if isinstance(end, Run)),
        stopped={model.name: end for model, end in zip(chosen, ended, strict=True) if not isinstance(end, Run)},
    )


def _ask(models: Sequence[Model], ask: Callable[[Model], Run], together: _Together) -> list[Ended]:
    """What became of each model, in order; after an interrupt each keeps what is on its way, as `evaluate` does."""

    def end(model: Model) -> Ended:
        try:
            return ask(model)
        except (ModelError, MissingKey, MissingExtra) as error:
            together.tell_end(model, error)
            return error

    ends: dict[str, Future[Ended]] = {}
    with ThreadPoolExecutor(len(models)) as servers, ThreadPoolExecutor(1) as here:
        for model in models:
            ends[model.name] = (servers if isinstance(model, OpenAICompatible) else here).submit(end, model)
        try:
            wait(ends.values())
        except KeyboardInterrupt:
            together.stop()
            here.shutdown(wait=False, cancel_futures=True)  # whose turn has not come is not loaded any more
            raise
    return [ends[model.name].result() for model in models]


class _Together:
    """Brings what several evaluations tell to one observer, one word at a time.

    Args:
        observer: is told of each run; None for the bar.
        bar: is told of all runs as if they were one.
    """

    def __init__(self, observer: Observer | None, bar: Observer) -> None:
        self._observer, self._bar = observer, bar
        self._last: dict[str, Progress] = {}
        self._lock = Lock()
        self._stopping = False
        self._stopped: set[str] = set()

    def hears(self, model: Model) -> Observer:
        """Who is told of one model's run."""

        def hear(progress: Progress) -> None:
            if self._stopping and model.name not in self._stopped:
                self._stopped.add(model.name)  # once: then it waits for what is on its way
                raise KeyboardInterrupt  # reaches the engine in its own thread as if it were pressed there
            note = f"{model.name}: {progress.note}" if progress.note else ""
            self._tell(model, replace(progress, note=note))

        return hear

    def tell_end(self, model: Model, error: Exception) -> None:
        """Say at once that a model is asked no further."""
        said = say("side_by_side.stopped", model=model.name, problem=str(error))
        self._tell(model, replace(self._last.get(model.name, Progress("", 0, 0, {})), note=said))

    def stop(self) -> None:
        """Let every evaluation stop at its next word, which comes within a second."""
        self._stopping = True

    def _tell(self, model: Model, progress: Progress) -> None:
        with self._lock:
            self._last[model.name] = progress
            if self._observer:
                self._observer(progress)
            else:
                self._bar(self._of_all(progress.note))

    def _of_all(self, note: str) -> Progress:
        counts: Counter[str] = Counter()
        for progress in self._last.values():
            counts.update(progress.counts)
        done, total = (sum(getattr(progress, name) for progress in self._last.values()) for name in ("done", "total"))
        waiting = [progress.waiting_s for progress in self._last.values() if progress.done < progress.total]
        return Progress("", done, total, counts, note=note, waiting_s=min(waiting, default=0.0))  # when all wait
