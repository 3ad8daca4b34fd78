"""What every model is: something that answers rendered prompts, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from labkit.records import Reply, Request


class Model(Protocol):
    """A baseline, a local transformer, an API or a tuned adapter: all pass through the same `evaluate`."""

    @property
    def name(self) -> str:
        """The name `get_model` knows it by; it stands in runs and tables."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """All that changes its answers (temperature, training rows' hash, quantisation); recorded in the run."""

    @property
    def batch_size(self) -> int:
        """How many requests one call of `answer` takes at most."""

    @property
    def concurrency(self) -> int:
        """How many calls of `answer` may run at once, each in a thread."""

    def check(self) -> None:
        """Find what would make every request fail, without paying.

        Raises:
            ModelUnreachable, ModelRefused, MissingKey, MissingExtra: before anything is recorded or spent.
        """

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Answer a batch.

        Args:
            requests: at most `batch_size` rendered prompts.

        Returns:
            One reply per request, in order.

        Raises:
            ModelBusy: the batch may be sent again.
            ModelRefused: asking again is useless, for these and all further rows.
            ModelError: this batch cannot be answered.
        """


@runtime_checkable
class AnswersEach(Protocol):
    """A model that computes a batch in this process, and has some of its replies before others."""

    def answer_each(self, requests: Sequence[Request]) -> Iterator[tuple[int, Reply]]:
        """As `Model.answer`, each reply as soon as it is there.

        Args:
            requests: at most `batch_size` rendered prompts.

        Yields:
            A request's number and its reply; in no order.
        """
