"""How good the adapter is by now: it answers dev rows as it will be asked, and the answers are scored."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from math import isnan
from typing import Any

from labkit.errors import ModelRefused, TrainingFailed
from labkit.models.chat_format import chat_messages, render_chat
from labkit.models.local.attention import can_share, rows_sharing
from labkit.models.local.generation import TOKENS_AT_ONCE
from labkit.models.local.loaded import LoadedModel
from labkit.models.local.loading import language_model
from labkit.parsing import parse_reply
from labkit.records import Reply, Request, RunRow, Status, Task
from labkit.scoring.tally import label_f1, metric_values, tally
from labkit.texts import Phrase
from labkit.training.dev_rows import DevRow
from labkit.training.faults import is_out_of_memory
from labkit.training.job_folder import JobFolder
from labkit.training.ranks import ALONE, Ranks
from labkit.training.recipe import Recipe, Schedule
from labkit.training.shards import in_step

_ALONE = 1  # tokens at once, as a row goes alone where it has more
_ENOUGH = 1e-9  # a better score is better by more than rounding


class DevMeasure:
    """Measures the model on dev rows and remembers the scores; a resumed training remembers them too.

    Args:
        folder: where answers and events go.
        task: what an answer may be.
        rows: the dev rows; with none it measures nothing.
        recipe: says when to give up.
        schedule: measurements that somebody asked for between two scheduled ones have no say in giving up.
        tokenizer: the model's.
        ranks: who trains along; each answers its share of the rows.
    """

    def __init__(
        self,
        folder: JobFolder,
        task: Task,
        rows: Sequence[DevRow],
        recipe: Recipe,
        schedule: Schedule,
        tokenizer: Any,
        ranks: Ranks = ALONE,
    ) -> None:
        self._folder, self._task, self._rows, self._tokenizer = folder, task, rows, tokenizer
        self._ranks = ranks
        self._patience, self._schedule = recipe.patience, schedule
        self._shares, self._most = True, TOKENS_AT_ONCE
        self._scores: dict[int, float] = {}  # step -> macro-F1

    def measure(self, model: Any, step: int) -> float | None:
        """Let the model answer, and tell the score.

        Args:
            model: the model in training; it is left in the mode it was in.
            step: optimizer steps done; at step 0 the adapter is still nothing, so that the answers are the base's.

        Returns:
            Macro-F1 of the labels in the rows, 0 to 1; None when there are no rows to measure.
        """
        if not self._rows:
            return None
        began = time.monotonic()
        replies = self._answered(model)
        found = _scored(self._task, self._rows, replies)
        answers = {row.example.id: reply.text for row, reply in zip(self._rows, replies, strict=True)}
        self._folder.write(f"answers/step-{step}.json", answers)
        self._folder.tell("evaluation", step=step, seconds=round(time.monotonic() - began, 2), **found)
        self._scores[step] = found["macro_f1"]
        return self._scores[step]

    def _answered(self, model: Any) -> list[Reply]:
        """The answers to all rows, in their order, from all processes."""
        own = self._ranks.own(range(len(self._rows)))
        replies = self._replies(model, [Request("", self._rows[k].messages) for k in own])
        found = dict(self._ranks.gather((own[place], reply) for place, reply in replies.items()))
        return [found[k] for k in range(len(self._rows))]

    def _replies(self, model: Any, requests: Sequence[Request]) -> dict[int, Reply]:
        """Each request's reply, computed as when it is served; where that does not go, in ways that take more time.

        Processes that train together change the way together, whichever of them it was that could not go on.
        """
        self._shares = self._shares and can_share(language_model(model).config.to_dict())
        while True:
            replies, problem = self._tried(model, requests)
            problem = next(filter(None, self._ranks.gather([problem])), "")
            if not problem:
                return replies
            self._give_way(problem)

    def _tried(self, model: Any, requests: Sequence[Request]) -> tuple[dict[int, Reply], str]:
        """The replies, or what was in their way: rows that share a prefix are answered otherwise, or no memory.

        Below the wrapper into which accelerate put its autocast, the adapter computes in fp32.
        """
        problem = ""
        with _answering(model, self._shares), in_step(model):
            try:
                loaded = LoadedModel(language_model(model), self._tokenizer, self._shares, self._most)
                return dict(loaded.answer_each(requests)), ""
            except Exception as error:
                if not (is_out_of_memory(error) or (self._shares and isinstance(error, ModelRefused))):
                    raise
                problem = str(error) or type(error).__name__
        return {}, problem

    def _give_way(self, problem: str) -> None:
        """Compute prompts whole from now on, or if that is done already, fewer of them at once.

        Raises:
            TrainingFailed: each row is answered alone already.
        """
        if self._shares:
            self._shares = False
            self._folder.tell("plain_evaluation", reason=problem)
            return
        longest = _longest(self._rows, self._tokenizer)
        if self._most == _ALONE:
            raise TrainingFailed.told("error.fault.evaluation", reason=problem, longest=longest)
        together = len(self._rows[:: self._ranks.processes])  # of the process that has most
        half = min(self._most, longest * together) // 2
        if half >= longest:
            self._most, told = half, Phrase("alarm.evaluation", {"tokens": half})
        else:
            self._most, told = _ALONE, Phrase("alarm.evaluation_alone")
        self._folder.alarm("memory", told)

    def state(self, step: int) -> dict[str, Any]:
        """What a checkpoint keeps of it; `score` is that of its own step."""
        return {"score": self._scores.get(step), "scores": sorted(self._scores.items())}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what a checkpoint kept."""
        self._scores = {int(step): float(score) for step, score in state.get("scores", ())}

    def score_at(self, step: int) -> float | None:
        """The score after so many steps; None when nobody measured it."""
        return self._scores.get(step)

    def given_up(self) -> bool:
        """Whether the last scheduled measurements, `patience` of them, were all no better than one before.

        Never while no answer was ever right: first a model learns the form of an answer, and its loss still falls then.
        """
        patience = self._patience
        trained = [score for step, score in sorted(self._scores.items()) if step and self._schedule.is_due(step)]
        if not patience or len(trained) <= patience:
            return False
        before = max(trained[:-patience])
        return before > 0 and max(trained[-patience:]) <= before + _ENOUGH


@contextmanager
def _answering(model: Any, shares: bool) -> Iterator[None]:
    """Evaluation mode, in which rows may share a prefix, and back to training as it was."""
    before = model.training
    model.eval()
    try:
        with rows_sharing(language_model(model)) if shares else nullcontext():
            yield
    finally:
        model.train(before)


def _longest(rows: Sequence[DevRow], tokenizer: Any) -> int:
    """Tokens of the longest prompt."""
    texts = [render_chat(chat_messages(row.messages, tokenizer), tokenizer) for row in rows]
    return max(map(len, tokenizer(texts, add_special_tokens=False)["input_ids"]))


def _scored(task: Task, rows: Sequence[DevRow], replies: Sequence[Reply]) -> dict[str, Any]:
    """Macro-F1, F1 of each label in the rows, and how many rows were answered."""
    read = [parse_reply(reply, task, row.example) for row, reply in zip(rows, replies, strict=True)]
    total = tally([RunRow(row.example, found) for row, found in zip(rows, read, strict=True)], task).sum(axis=0)
    per_label = {label: float(f1) for label, f1 in zip(task.labels, label_f1(total), strict=True) if not isnan(f1)}
    macro = float(metric_values(total)["macro_f1"])
    answered = sum(found.status is Status.ANSWERED for found in read)
    return {"macro_f1": 0.0 if isnan(macro) else macro, "per_label": per_label, "answered": answered, "rows": len(rows)}
