"""From where a scene stands to the one command that brings it on, with its reason."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labkit.decision.standing import ScoredRun, Standing, best_run, standing
from labkit.records import Example, Run, Task
from labkit.scoring import confusions
from labkit.texts import say

_READER = "definition-reader"
_FLOOR = "linear"
_AS_MADE = "v1"  # the prompt that a new scene begins with
_PROMPTS_BEFORE_TRAINING = 3  # after so many versions definitions bring less than training rows do


@dataclass(frozen=True, slots=True)
class NextStep:
    """One command, and why it is the next."""

    command: str
    reason: str


@dataclass(frozen=True, slots=True)
class Live:
    """What is in production: the release's id, its prompt's hash and its model."""

    release: str
    prompt_sha256: str
    model: str

    def asks_as(self, run: Run) -> bool:
        """Whether a run puts the same prompt to the same model."""
        return (run.header.prompt_sha256, run.header.model) == (self.prompt_sha256, self.model)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a scene.

    Args:
        directory: the scene's folder, as the user writes it.
        task: the scene's task.
        examples: its rows.
        prompts: the names of its prompts, the newest last.
        runs: its runs with their scores, the newest first.
        test_readings: how often the test rows have been read.
        datasets: the names of its datasets, the newest last.
        base: the model that training would start from.
        live: the release in production, if any.
        has_traffic: whether the log of what it was asked holds anything.
        own_notebooks: whether the scene's folder has notebooks of its own; else the course is opened.
    """

    directory: str
    task: Task
    examples: Sequence[Example]
    prompts: Sequence[str]
    runs: Sequence[ScoredRun] = ()
    test_readings: int = 0
    datasets: Sequence[str] = ()
    base: str = "BASE"
    live: Live | None = None
    has_traffic: bool = False
    own_notebooks: bool = False

    def measured(self, split: str) -> list[ScoredRun]:
        """The complete runs over all rows of a split that have scores."""
        rows = sum(example.split == split for example in self.examples)
        whole = [s for s in self.runs if s.run.header.split == split and len(s.run.rows) >= rows]
        return [s for s in whole if s.run.complete and s.scores.values]

    def labelled(self, split: str) -> int:
        """How many rows of a split have gold labels."""
        return sum(example.split == split and example.labels is not None for example in self.examples)

    def command(self, verb: str, *words: str) -> str:
        """A command about this scene, quoted for a shell."""
        return shlex.join(("python", "-m", "labkit", verb, self.directory, *words))

    @property
    def lab(self) -> str:
        """The command that opens the notebooks in which prompts are written and errors read."""
        return self.command("lab") if self.own_notebooks else "python -m labkit lab"


def next_step(situation: Situation) -> NextStep:
    """The next step: the first rule that has something to say.

    The order is that of the workflow: rows to measure on, a first run, the floor, definitions, the bar on dev rows,
    the test rows, what is live, the gate, training.
    """
    for rule in _RULES:
        step = rule(situation)
        if step:
            return step
    return _look_at_errors(situation)


def _write_a_prompt(now: Situation) -> NextStep | None:
    return None if now.prompts else NextStep(now.lab, say("next.prompt"))


def _label_dev_rows(now: Situation) -> NextStep | None:
    """Nothing can be scored, or a label that must not be missed stands nowhere."""
    gold = [set(example.labels) for example in now.examples if example.split == "dev" and example.labels is not None]
    unseen = [label for label in now.task.bar.minimum_recall if label not in set().union(*gold)]
    if unseen and gold:
        return NextStep(now.lab, say("next.label_recall", label=unseen[0]))
    if gold:
        return None
    waiting = sum(example.labels is None for example in now.examples)
    if waiting:
        return NextStep(now.command("queue", "--output", "queue.xlsx"), say("next.queue", rows=waiting))
    if not now.examples:
        return NextStep(now.command("add", "--examples", "FILE"), say("next.add"))
    return NextStep(now.lab, say("next.label"))


def _go_on(now: Situation) -> NextStep | None:
    """The newest run was interrupted."""
    newest = now.runs[0].run if now.runs else None
    if newest is None or newest.complete or newest.header.split not in ("dev", "test"):
        return None
    words = say("next.resume", pending=newest.counts["pending"], run=newest.id)
    return NextStep(_evaluate(now, newest.header.prompt_name, newest.header.model, newest), words)


def _first_run(now: Situation) -> NextStep | None:
    if now.measured("dev"):
        return None
    return NextStep(_evaluate(now, now.prompts[-1], _READER), say("next.first"))


def _floor(now: Situation) -> NextStep | None:
    if now.labelled("pool") == 0 or any(s.run.header.model == _FLOOR for s in now.measured("dev")):
        return None
    return NextStep(_evaluate(now, now.prompts[-1], _FLOOR), say("next.floor"))


def _newest_prompt(now: Situation) -> NextStep | None:
    newest, tried = now.prompts[-1], {s.run.header.prompt_name for s in _readers(now)}
    if newest in tried or (newest == _AS_MADE and tried):  # prompts from elsewhere were measured, this one came before
        return None
    best = best_run(_readers(now), now.task.bar.metric)
    model = best.run.header.model if best else _READER
    return NextStep(_evaluate(now, newest, model), say("next.newest", prompt=newest))


def _get_test_rows(now: Situation, where: Standing) -> NextStep:
    """No test row has labels: to label those that wait for them, else to add some."""
    waiting = sum(example.split == "test" for example in now.examples)
    if waiting:
        asked = say("next.label_test", standing=_words(where), rows=waiting)
        return NextStep(now.command("queue", "--output", "queue.xlsx"), asked)
    return NextStep(now.command("add", "--examples", "FILE"), say("next.no_test", standing=_words(where)))


def _read_test(now: Situation) -> NextStep | None:
    """The bar is reached on dev rows and the test rows have not been read for it, or there are none."""
    best, where = _best(now)
    if not where.reached or _test_run(now, best):
        return None
    if not now.labelled("test"):
        return _get_test_rows(now, where)
    header = best.run.header
    reason = say("next.test_reason", prompt=header.prompt_name, model=header.model)
    words = ("--prompt", header.prompt_name, "--model", header.model, "--split", "test", "--reason", reason)
    key = "next.confirm" if where.verdict == "above the bar" else "next.test"
    said = say(key, standing=_words(where), readings=now.test_readings)
    return NextStep(now.command("evaluate", *words), said)


def _to_the_gate(now: Situation) -> NextStep | None:
    """The test rows say yes as well."""
    test = _test_run(now, _best(now)[0])
    if test is None or not standing(now.task, test.scores).reached:
        return None
    words = say("next.gate", standing=_words(standing(now.task, test.scores)))
    return NextStep(now.command("gate", test.run.id), words)


def _watch(now: Situation) -> NextStep | None:
    """What the test rows say yes to is live: it answers, and people say how good that is."""
    best, where = _best(now)
    if now.live is None or not where.reached or not now.live.asks_as(best.run):
        return None
    if not now.has_traffic:
        return NextStep(now.command("serve"), say("next.serve", release=now.live.release))
    command = shlex.join(("python", "-m", "labkit", "online", "sample", now.directory))
    return NextStep(command, say("next.sample", release=now.live.release))


def _define(now: Situation) -> NextStep | None:
    """Only the first prompt exists: definitions lift most."""
    if len(now.prompts) > 1:
        return None
    return NextStep(now.lab, say("next.define", standing=_words(_shortfall(now)), prompt=now.prompts[-1]))


def _sharpen(now: Situation) -> NextStep | None:
    tried = {s.run.header.prompt_name for s in _readers(now)}
    return _look_at_errors(now) if len(tried) < _PROMPTS_BEFORE_TRAINING else None


def _select(now: Situation) -> NextStep | None:
    if now.datasets or not now.labelled("pool"):
        return None
    words = say("next.select", standing=_words(_shortfall(now)))
    return NextStep(now.command("select", "--budget", "1000", "--name", "round1"), words)


def _train(now: Situation) -> NextStep | None:
    if not now.datasets or any(_is_tuned(s.run) for s in now.measured("dev")):
        return None
    words = say("next.train", dataset=now.datasets[-1])
    return NextStep(now.command("train", "--base", now.base, "--dataset", now.datasets[-1]), words)


_RULES: tuple[Callable[[Situation], NextStep | None], ...] = (
    _write_a_prompt,
    _label_dev_rows,
    _go_on,
    _first_run,
    _floor,
    _newest_prompt,
    _read_test,
    _watch,
    _to_the_gate,
    _define,
    _sharpen,
    _select,
    _train,
)


def _look_at_errors(now: Situation) -> NextStep:
    """The definitions of the two labels that are confused most."""
    best = best_run(_readers(now), now.task.bar.metric) or _best(now)[0]
    said = _words(_shortfall(now))
    wrong = sum(row.correct is False for row in best.run.rows)
    worst = next(iter(confusions(best.run)), None)
    if worst is None:
        failed = len(best.run.rows) - best.run.counts["answered"]
        return NextStep(now.lab, say("next.unanswered", standing=said, failed=failed, run=best.run.id))
    none = say("next.none")
    words = say(
        "next.sharpen",
        standing=said,
        rows=len(worst.rows),
        wrong=wrong,
        gold=worst.gold or none,
        predicted=worst.predicted or none,
        run=best.run.id,
    )
    return NextStep(now.lab, words)


def _evaluate(now: Situation, prompt: str, model: str, interrupted: Run | None = None) -> str:
    """The command that evaluates, or that goes on with an interrupted run of the same rows."""
    words = ["--prompt", prompt, "--model", model]
    if interrupted:
        split = interrupted.header.split
        words += ["--split", split]
        if len(interrupted.rows) < sum(example.split == split for example in now.examples):
            words += ["--limit", str(len(interrupted.rows))]
        words += ["--reason", say("next.resume_reason")] if split == "test" else []
    return now.command("evaluate", *words)


def _readers(now: Situation) -> list[ScoredRun]:
    """Runs over dev rows by models that read their prompt."""
    return [s for s in now.measured("dev") if s.run.header.model != _FLOOR]


def _best(now: Situation) -> tuple[ScoredRun, Standing]:
    """The best run over dev rows, and how it stands; there is one once the first rules have passed."""
    measured = now.measured("dev")
    best = best_run(measured, now.task.bar.metric) or measured[0]
    return best, standing(now.task, best.scores)


def _test_run(now: Situation, best: ScoredRun) -> ScoredRun | None:
    """The run over test rows of the same prompt and model."""
    wanted = (best.run.header.prompt_sha256, best.run.header.model)
    found = (s for s in now.measured("test") if (s.run.header.prompt_sha256, s.run.header.model) == wanted)
    return next(found, None)


def _shortfall(now: Situation) -> Standing:
    """What falls short of the bar: the test rows when dev rows had reached it, else the dev rows."""
    best, where = _best(now)
    test = _test_run(now, best)
    return standing(now.task, test.scores) if where.reached and test else where


def _is_tuned(run: Run) -> bool:
    return run.header.model.startswith("local/") and "+" in run.header.model


def _words(where: Standing) -> str:
    """A standing in a few words, such as "macro_f1 0.71 (0.65–0.76), bar 0.80"."""
    value = where.value
    measured = "–" if value is None else f"{value.value:.2f} ({value.low:.2f}–{value.high:.2f})"
    said = say("next.standing", metric=where.metric, value=measured, bar=f"{where.bar:.2f}")
    return said + "".join(say("next.missed_recall", label=label) for label in where.missed_recalls)
