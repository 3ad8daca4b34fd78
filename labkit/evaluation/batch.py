"""`evaluate_batch`: rows go out in a provider's batch files, at their price, and come back by their `custom_id`.

A request is recorded with the key of its file before the file is sent, and the provider's batch carries that key: after
a crash at any point the batch is found again instead of being paid for twice.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from labkit.errors import BadInput, BudgetSpent, ModelBusy, ModelError, ModelRefused, ModelUnreachable
from labkit.evaluation.batch_answers import NoAnswer, read_line
from labkit.evaluation.bills import keeping_the_bill
from labkit.evaluation.consent import as_sent
from labkit.evaluation.evaluate import Sitting, Wishes, carry_out, on_batches
from labkit.evaluation.known import known_answers
from labkit.evaluation.plan import Plan, plan_split
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.evaluation.twins import WORTH_TAKING, Asking, Twins, asking_of, content_of, hand_on, shares_answers
from labkit.models import get_model
from labkit.models.base import Model
from labkit.models.batch_files import MAX_BYTES, MAX_REQUESTS, Batch
from labkit.models.openai_compatible import OpenAICompatible
from labkit.records import Prompt, Reply, Request, Run, Status
from labkit.store import Batched, OpenRow, SentBatch
from labkit.texts import say
from labkit.workspace import Scene

POLL_S = 30.0  # how often a provider is asked how far it is
_PATIENCE = 10  # times in a row that it may fail to say so


def evaluate_batch(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    split: str = "dev",
    *,
    limit: int | None = None,
    repeats: int = 1,
    reason: str | None = None,
    fresh: bool = False,
    max_cost: float | None = None,
    personal_data: str | None = None,
    wait: bool = True,
    poll_s: float = POLL_S,
    progress: Observer | None = None,
) -> Run:
    """Like `evaluate`, in the provider's batch files: cheaper, and done within a day.

    What is out already is fetched; else what is open goes out. Whatever happens in between, the same words go on.

    Args:
        scene: as in `evaluate`.
        prompt: as in `evaluate`.
        model: as in `evaluate`; its provider must take batch files in OpenAI's form.
        split: as in `evaluate`.
        limit: as in `evaluate`.
        repeats: as in `evaluate`.
        reason: as in `evaluate`.
        fresh: as in `evaluate`.
        max_cost: as in `evaluate`; only so many rows go out as it allows at their worst.
        personal_data: as in `evaluate`.
        wait: whether to stay until the batches are over; otherwise look once.
        poll_s: seconds between two looks.
        progress: as in `evaluate`.

    Returns:
        The run; rows that are still out, or that a batch has left without an answer, are pending.

    Raises:
        BadInput: as `evaluate`, or the provider takes no batch files.
        ModelError: the provider refuses; nothing is lost.
    """
    chosen = get_model(model, scene)
    plan = plan_split(scene, prompt, chosen, split, limit, repeats)
    wishes = Wishes(reason, fresh, max_cost, personal_data, progress, Retry())
    return carry_out_in_batch(scene, plan, chosen, wishes, poll_s if wait else None)


def takes_batches(model: Model) -> bool:
    """Whether a model may be asked in batch files; its provider has the last word."""
    return isinstance(model, OpenAICompatible)


def carry_out_in_batch(scene: Scene, plan: Plan, model: Model, wishes: Wishes, poll_s: float | None = POLL_S) -> Run:
    """Like `carry_out`, in the provider's batch files.

    Args:
        scene: as in `carry_out`.
        plan: as in `carry_out`.
        model: as in `carry_out`.
        wishes: as in `carry_out`.
        poll_s: seconds between two looks, until the batches are over; None looks once.

    Raises:
        BadInput: the model's provider takes no batch files.
    """
    if not isinstance(model, OpenAICompatible):
        raise BadInput.told("error.batch.unable", model=model.name)
    model.batch_files()  # refused before anything is written
    plan = as_sent(scene, plan, model, wishes.personal_data)

    def session(sitting: Sitting) -> None:
        with keeping_the_bill(scene, plan, model, sitting.run.id, in_batch=True):
            _Session(scene, plan, model, sitting).go_on(poll_s)

    return carry_out(scene, plan, model, replace(wishes, in_batch=True), session)


class _Session:
    """One session with the batches of a run.

    Args:
        scene: its store keeps the run, and what the provider calls each batch.
        plan: the question.
        model: whom it is put to.
        sitting: what goes out, if nothing is out already.
    """

    def __init__(self, scene: Scene, plan: Plan, model: OpenAICompatible, sitting: Sitting) -> None:
        self._scene, self._plan, self._model, self._sitting = scene, plan, model, sitting
        self._run, self._tally = sitting.run.id, sitting.tally
        self._files = model.batch_files()
        self._examples = {example.id: example for example in plan.examples}
        asked = [(OpenRow(row.example, row.repeat), row.prediction.status) for row in sitting.run.rows if row.attempts]
        self._asked = {asking_of(row) for row, _ in asked}
        self._in_vain = {content_of(row) for row, status in asked if status not in (Status.PENDING, *WORTH_TAKING)}
        self._sent: set[Asking] = set()  # by this session
        self._told = ""

    def go_on(self, poll_s: float | None) -> None:
        """Send what is open unless something is out; then look, once or until nothing is out any more."""
        self._take_in_older_ids()
        if not self._scene.store.batched(self._run):
            self._send_open(self._once_each(self._sitting.rows))
        self._sitting.alone.end()
        all_went = True
        while self._is_all_in(poll_s) and all_went and (left := self._left_in_vain()):
            self._sitting.alone.begin()  # others may be at these rows by now, or have had them answered
            if not (still_open := self._still_open(left)):
                break
            all_went = self._send_open(still_open)
            self._sitting.alone.end()

    def _is_all_in(self, poll_s: float | None) -> bool:
        """Look after what is out, once or until all of it is in; say whether it is."""
        failed = 0
        while out := self._scene.store.batched(self._run):
            try:
                self._look(out)
                failed = 0
            except ModelBusy:
                failed += 1
                if poll_s is None or failed >= _PATIENCE:
                    raise
            if poll_s is None or not self._scene.store.batched(self._run):
                break
            time.sleep(poll_s)
        return not self._scene.store.batched(self._run)

    def _send_open(self, rows: Sequence[OpenRow]) -> bool:
        """Send rows as far as the money goes; say whether all of them went."""
        going = self._affordable(rows)
        if len(going) < len(rows):
            self._tally.tell(say("batch.limit", going=len(going), pending=len(rows)))
        for portion in _portions(going, self._model):
            key = f"{self._run}-{secrets.token_hex(4)}"
            with self._scene.store.recording(self._run) as record:
                numbers = [record.request(request, 1, batch=key) for request in portion]
            self._sent.update((request.row, request.repeat) for request in portion)
            self._send(key, zip(numbers, portion, strict=True))
        return len(going) == len(rows)

    def _once_each(self, rows: Sequence[OpenRow]) -> list[OpenRow]:
        """Of open rows that ask the same the first; all of them where one got no whole answer for good."""
        hopeful = Twins([row for row in rows if content_of(row) not in self._in_vain], alike=shares_answers(self._plan))
        return [*hopeful.firsts, *(row for row in rows if content_of(row) in self._in_vain)]

    def _left_in_vain(self) -> list[OpenRow]:
        """Rows that waited for another's answer and were not asked, of which nothing whole has come."""
        asked, open_ = self._asked | self._sent, set(map(asking_of, self._scene.store.pending(self._run)))
        in_vain = [row for row in self._sitting.rows if content_of(row) in self._in_vain]
        return [row for row in in_vain if asking_of(row) in open_ and asking_of(row) not in asked]

    def _still_open(self, rows: Sequence[OpenRow]) -> list[OpenRow]:
        """Of rows those that no other run has been answered since this session began, or has out in a batch file."""
        open_ = {asking_of(row): row for row in rows}
        known = () if self._sitting.anew else known_answers(self._scene.store, self._plan, self._run)
        taken = [one for one in known if open_.pop((one.request.row, one.request.repeat), None)]
        self._scene.store.take_over(self._run, taken)
        for one in taken:
            self._tally.answered(one.request.row, one.reply)
        out = self._sitting.alone.out_elsewhere()
        self._tally.tell("\n".join(on_batches(out)))
        return [row for asking, row in open_.items() if asking not in out]

    def _affordable(self, rows: Sequence[OpenRow]) -> list[Request]:
        going: list[Request] = []
        for row in rows:
            request = self._plan.request(row)
            try:
                if not self._sitting.purse.reserve([request]):
                    break
            except BudgetSpent:
                if not going:
                    raise
                break
            going.append(request)
        return going

    def _send(self, key: str, numbered: Iterable[tuple[int, Request]]) -> None:
        numbered = list(numbered)
        lines = [self._model.batch_line(str(number), request) for number, request in numbered]
        try:
            file = self._files.upload(b"".join(lines), f"{key}.jsonl")
            self._keep(SentBatch(key, file))
            batch = self._files.create(file, key)
        except ModelBusy as busy:
            raise ModelUnreachable(busy.problem, say("error.batch.found_again"), busy.raw) from busy
        except ModelError as refusal:
            self._take_back([number for number, _ in numbered], refusal)
            raise
        self._keep(SentBatch(key, file, batch.id))
        self._tally.tell(say("batch.sent", batch=batch.id))

    def _take_back(self, numbers: Sequence[int], refusal: ModelError) -> None:
        """The provider would not have them, so they are open again and cost nothing."""
        with self._scene.store.recording(self._run) as record:
            for number in numbers:
                record.failure(number, refusal.problem, final=False, raw=b"", maybe_billed=False)

    def _keep(self, sent: SentBatch) -> None:
        self._scene.store.keep_batch(self._run, sent)

    def _take_in_older_ids(self) -> None:
        """Ids that an older labkit wrote into the scene's batches.jsonl, where other machines do not see them."""
        known = self._scene.store.sent_batches(self._run)
        for line in self._scene.batches():
            if line.get("run") == self._run and line.get("key") not in known:
                key, file, batch = (str(line.get(name, "")) for name in ("key", "file", "batch"))
                self._keep(SentBatch(key, file, batch))

    def _look(self, out: Sequence[Batched]) -> None:
        """Look after each batch that is out, and take in those that are over."""
        known = self._scene.store.sent_batches(self._run)
        for key in dict.fromkeys(request.batch for request in out):
            requests = [request for request in out if request.batch == key]
            sent = known.get(key, SentBatch(key, ""))
            if sent.batch:
                self._follow(self._files.get(sent.batch), requests)
            elif found := self._files.find(key, sent.file):  # the answer to `create` was lost
                self._keep(replace(sent, batch=found.id))
                self._follow(found, requests)
            else:
                self._send(key, [(request.number, self._request(request)) for request in requests])

    def _request(self, sent: Batched) -> Request:
        return self._plan.request(OpenRow(self._examples[sent.row], sent.repeat))

    def _follow(self, batch: Batch, requests: Sequence[Batched]) -> None:
        if batch.is_over:
            self._take_in(batch, requests)
            return
        words: dict[str, Any] = {"batch": batch.id, "status": batch.status, "done": batch.done + batch.failed}
        said = say("batch.under_way", **words, total=batch.total or len(requests))
        self._tally.tell(said if said != self._told else "")
        self._told = said

    def _take_in(self, batch: Batch, requests: Sequence[Batched]) -> None:
        """Join the lines of its files to the requests by `custom_id`, all of it or nothing; then count and say it."""
        files = {file: self._files.content(file) for file in (batch.output, batch.errors) if file}
        lines = [line for content in files.values() for line in (content or b"").splitlines() if line.strip()]
        answers_gone = bool(batch.output) and files[batch.output] is None
        joined, stray = _joined(lines, requests)
        outcomes = {request: read_line(line, self._model) for request, line in joined.items()}
        # providers bill what they answered; of what a completed batch has dropped nobody knows
        unknown = answers_gone or batch.status == "completed"
        problem = batch.problem or f"the batch {batch.id} ended as {batch.status} without it"
        left_out = NoAnswer(problem, final=False, maybe_billed=unknown)
        copies = list(self._copies(outcomes))
        with self._scene.store.recording(self._run) as record:
            hand_on(record, self._run, [(self._plan.request(row), reply) for row, reply in copies], requests[0].batch)
            for request in requests:
                outcome, line = outcomes.get(request, left_out), joined.get(request, b"")
                if isinstance(outcome, Reply):
                    record.reply(request.number, replace(outcome, raw=line))
                    continue
                record.failure(
                    request.number, outcome.problem, final=outcome.final, raw=line, maybe_billed=outcome.maybe_billed
                )
        for request in requests:
            self._learn(request, outcomes.get(request, left_out))
        self._count(outcomes)
        for row, reply in copies:
            self._tally.answered(row.example.id, reply)
        if answers_gone:
            left = len(requests) - len(joined)
            self._tally.tell(say("batch.gone", batch=batch.id, file=batch.output, left=left))
        self._tell_the_end(batch, requests, outcomes, stray)

    def _copies(self, outcomes: Mapping[Batched, Reply | NoAnswer]) -> Iterator[tuple[OpenRow, Reply]]:
        """Whole answers for rows that ask the same and were not asked, in this process or an earlier one."""
        if not shares_answers(self._plan):
            return
        answers = {
            content_of(OpenRow(self._examples[sent.row], sent.repeat)): outcome
            for sent, outcome in outcomes.items()
            if isinstance(outcome, Reply) and self._tally.is_whole(sent.row, outcome)
        }
        out = {(sent.row, sent.repeat) for sent in self._scene.store.batched(self._run)}
        for row in self._scene.store.pending(self._run) if answers else ():
            if content_of(row) in answers and content_of(row) not in self._in_vain and asking_of(row) not in out:
                yield row, answers[content_of(row)]

    def _learn(self, request: Batched, outcome: Reply | NoAnswer) -> None:
        """Book what a request cost, and note what has brought no whole answer for good."""
        self._sitting.purse.settle((request.row, request.repeat), outcome)
        whole = isinstance(outcome, Reply) and self._tally.is_whole(request.row, outcome)
        if not whole and (isinstance(outcome, Reply) or outcome.final):
            self._in_vain.add(content_of(OpenRow(self._examples[request.row], request.repeat)))

    def _count(self, outcomes: Mapping[Batched, Reply | NoAnswer]) -> None:
        for request, outcome in outcomes.items():
            if isinstance(outcome, Reply):
                self._tally.answered(request.row, outcome)
            elif outcome.final:
                self._tally.failed(request.row)

    def _tell_the_end(
        self, batch: Batch, requests: Sequence[Batched], outcomes: Mapping[Batched, Reply | NoAnswer], stray: int
    ) -> None:
        answered = sum(isinstance(outcome, Reply) for outcome in outcomes.values())
        failed = sum(isinstance(outcome, NoAnswer) and outcome.final for outcome in outcomes.values())
        counts: dict[str, Any] = {"answered": answered, "failed": failed, "left": len(requests) - answered - failed}
        self._tally.tell(say("batch.over", batch=batch.id, status=batch.status, **counts, stray=stray))
        if batch.status == "failed":
            said = batch.problem or say("batch.no_word")
            raise ModelRefused.told("error.batch.refused", model=self._model.name, batch=batch.id, said=said)


def _joined(lines: Sequence[bytes], requests: Sequence[Batched]) -> tuple[dict[Batched, bytes], int]:
    """Each request with its first line, and how many lines belong to none."""
    waiting = {str(request.number): request for request in requests}
    joined: dict[Batched, bytes] = {}
    for line in lines:
        if request := waiting.get(_custom_id(line)):
            joined.setdefault(request, line)
    known = sum(_custom_id(line) in waiting for line in lines)
    return joined, len(lines) - known


def _portions(requests: Sequence[Request], model: OpenAICompatible) -> Iterator[list[Request]]:
    """Requests, as many at a time as fit into one file."""
    portion: list[Request] = []
    size = 0
    for request in requests:
        length = len(model.batch_line("9" * 18, request))
        if portion and (len(portion) >= MAX_REQUESTS or size + length > MAX_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(request)
        size += length
    if portion:
        yield portion


def _custom_id(line: bytes) -> str:
    """Whose line it is; "" when it does not say."""
    try:
        value: Mapping[str, Any] = json.loads(line)
        return str(value["custom_id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
