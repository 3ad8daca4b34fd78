"""What the lessons need beside labkit: a person who answers as a model, a loopback server, and the exercises' checks.

Each check prints one line: ✓ when the exercise is solved, ✗ and a hint when it is not. None raises.
"""

from __future__ import annotations

import html
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import isnan
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from typing import Any

import ipywidgets
import pandas
from pandas.io.formats.style import Styler

from labkit.adjudication.item import Kind
from labkit.adjudications import adjudicate
from labkit.calibration import confidence
from labkit.comparison import paired
from labkit.decision import Gate, gate, standing
from labkit.errors import BadInput, MissingExtra
from labkit.evaluation import classify, evaluate
from labkit.improvement.sets import find_trouble, four_sets, pinned_rows
from labkit.improvement.trial import SetOutcome, judge
from labkit.models import get_model
from labkit.models.base import Model
from labkit.prompts import parse_prompt, render_definition
from labkit.records import Bar, Definition, Example, Message, Prompt, Reply, Request, Run, Task
from labkit.releases import release_history
from labkit.scoring import Interval, confusions, score
from labkit.texts import say
from labkit.traffic import Feedback, FeedbackLog, Keeping, Traffic, TrafficEntry, TrafficLog
from labkit.traffic.weeks import bounds_of, week_of
from labkit.training.job import check_installed
from labkit.views.markup import visible
from labkit.views.sentences import metric_words
from labkit.workspace import Scene, open_scene

_SET_ROWS = 40  # rows right before, and rows unseen, that a definition is tried on


class Person:
    """You, as a model: a row of buttons under each post; what is pressed when you are asked is your answer.

    Args:
        task: its labels become buttons.
        prompt: its definitions stand above the posts.
        posts: what you are asked.
    """

    name = "you"
    batch_size = 100
    concurrency = 1

    def __init__(self, task: Task, prompt: Prompt, posts: Sequence[Example]) -> None:
        self._buttons = {post.id: [_button(label) for label in task.labels] for post in posts}
        told = "\n".join(render_definition(definition, task.language) for definition in prompt.definitions)
        asked = [_question(post.text, self._buttons[post.id]) for post in posts]
        self.sheet = ipywidgets.VBox([_paragraph(told), *asked])

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What is pressed now: other answers make another run."""
        return {"pressed": {row: self._pressed(row) for row in self._buttons}}

    def check(self) -> None:
        """Nothing can be missing; a post under which nothing is pressed stays unanswered."""

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Your labels as JSON; an empty reply where nothing is pressed."""
        return [_reply(self._pressed(request.row)) for request in requests]

    def _pressed(self, row: str) -> list[str]:
        return [button.description for button in self._buttons[row] if button.value]


def _question(text: str, buttons: Sequence[ipywidgets.ToggleButton]) -> ipywidgets.VBox:
    return ipywidgets.VBox([_paragraph(text), ipywidgets.Box(buttons, layout={"flex_flow": "row wrap"})])


def _button(label: str) -> ipywidgets.ToggleButton:
    return ipywidgets.ToggleButton(description=label, layout={"width": "auto"})


def _paragraph(text: str) -> ipywidgets.HTML:
    lines = "<br>".join(html.escape(visible(line)) for line in text.split("\n"))
    return ipywidgets.HTML(f"<p style='line-height: 1.6'>{lines}</p>")


def _reply(labels: list[str]) -> Reply:
    text = json.dumps({"labels": labels}, ensure_ascii=False) if labels else ""
    return Reply(text, text.encode())


@contextmanager
def served(model: Model, scene: Scene) -> Iterator[str]:
    """Serve a model as an OpenAI-compatible API on this machine while the block runs.

    Args:
        model: whatever answers rendered prompts.
        scene: its models.toml is told the address.

    Yields:
        The name under which `evaluate` reaches it.
    """

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            messages = tuple(Message(message["role"], message["content"]) for message in asked["messages"])
            (reply,) = model.answer([Request("", messages)])
            body = json.dumps(_completion(asked["model"], reply)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The lesson shows its own figures."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    Thread(target=server.serve_forever, daemon=True).start()
    row = f'[loopback]\nbase_url = "http://127.0.0.1:{server.server_port}/v1"\n'
    (scene.path / "models.toml").write_text(row, encoding="utf-8")
    try:
        yield f"loopback/{model.name}"
    finally:
        server.shutdown()
        server.server_close()


def _completion(model: str, reply: Reply) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": reply.text}}
    return {"id": "lesson", "object": "chat.completion", "created": 0, "model": model, "choices": [choice]}


def can_train() -> bool:
    """Whether this environment can train; says what is missing where it cannot."""
    try:
        check_installed()
    except MissingExtra as missing:
        print(missing)
        return False
    return True


def study(how: str) -> str:
    """The study model's name; `definition-reader`'s where its packages are not installed, which is said.

    Args:
        how: "json" for answers with a rationale; "labels" for labels alone, with probabilities.
    """
    name = f"local/study@full@{how}"
    try:
        get_model(name).check()
    except MissingExtra as missing:
        print(missing)
        print(say("check.study.floor"))
        return "definition-reader"
    return name


def bar_in_words(bar: Bar) -> None:
    """Print what the business asks for, in its own words."""
    print(say("bar.metric", metric=metric_words(bar.metric), value=f"{100 * bar.value:g}"))
    for label, recall in bar.minimum_recall.items():
        print(say("bar.recall", label=label, value=f"{100 * recall:g}"))
    if bar.monthly_volume and bar.monthly_budget:
        month = {"volume": f"{bar.monthly_volume:,}", "budget": f"{bar.monthly_budget:,.0f}"}
        print(say("bar.month", currency=bar.currency, **month))
    if bar.latency_p95_s:
        print(say("bar.latency", seconds=f"{bar.latency_p95_s:g}"))


def with_definition(prompt: Prompt, definition: Definition) -> Prompt:
    """A prompt in which one label's definition is another; its name says so."""
    kept = [definition if old.label == definition.label else old for old in prompt.definitions]
    return replace(prompt, name=f"{prompt.name}-{definition.label}", definitions=tuple(kept))


def random_rows(rows: Sequence[Any], budget: int, seed: int = 0) -> list[Any]:
    """A random draw without replacement, the same at every call."""
    return random.Random(seed).sample(list(rows), budget)  # noqa: S311 - a draw of rows, not a secret


def fresh_scene(name: str, macro_f1: float, recall: float) -> Scene:
    """A copy of a bundled scene in a new folder, whose gate asks less: rounds leave their marks, and each begins anew.

    Args:
        name: the scene's.
        macro_f1: the least that its gate asks.
        recall: the least recall of the labels that must not be missed.
    """
    scene = open_scene(name, root=Path(mkdtemp(prefix="labkit-rounds-")))
    missed = ", ".join(f"{json.dumps(label, ensure_ascii=False)}: {recall}" for label in scene.task.bar.minimum_recall)
    gate_file = f"minimum: {{macro_f1: {macro_f1}}}\nrecall: {{{missed}}}\nvalid_answers: 0.99\n"
    (scene.path / "gate.yaml").write_text(gate_file, encoding="utf-8")
    return scene


def past_weeks(count: int) -> list[str]:
    """The names of the last whole weeks, oldest first: what is older than a month no traffic log keeps."""
    return [week_of(datetime.now(UTC) - timedelta(days=7 * k)) for k in range(count, 0, -1)]


def came_in(scene: Scene, rows: Sequence[Example], week: str) -> None:
    """Posts come in during a week: the current release answers them, and its server's log keeps both, masked."""
    current, (first, _) = release_history(scene).current, bounds_of(week)
    if current is None:
        raise BadInput("Nothing has been released", "Run the cells above first")
    unlabelled = [replace(row, labels=None) for row in rows]
    run = classify(scene, current.prompt_name, current.model, unlabelled)
    log = TrafficLog(scene.path, Keeping(), scene.task.language, lambda: first)
    log.start()
    for k, row in enumerate(run.rows):
        at, said = (first + k * timedelta(days=7) / len(rows)).isoformat(), row.prediction
        answer = (said.status.value, said.labels, said.rationale, confidence(row, run.task), row.latency_s or 0.0)
        log.put(TrafficEntry(f"{week}-{row.example.id}", at, current.id, row.example.items, *answer))
    log.close()


def users_report(scene: Scene, traffic: Traffic, rows: Sequence[Example], every: int = 3) -> None:
    """Users correct every so many of the wrong answers, and say nothing else."""
    gold = {row.items: row.labels for row in rows}
    wrong = [entry for entry in traffic.entries if set(entry.labels) != set(gold[entry.posts] or ())]
    FeedbackLog(scene.path, scene.task).add(*(Feedback(e.id, gold[e.posts], by="user") for e in wrong[::every]))


def people_decide(scene: Scene, rows: Sequence[Example], kind: Kind) -> Scene:
    """Somebody decides the open items of a kind on the board; here they know what the rows' author wrote down."""
    work = adjudicate(open_scene(scene.path), annotator="you")
    gold = {row.text: row.labels for row in rows}
    for item in work.items(kind):
        work.decide(item.id, "relabel", gold[work.text(item)])
    return open_scene(scene.path)


def rows_by_label(rows: Sequence[Example]) -> dict[str, int]:
    """Label -> how many rows carry it."""
    return dict(Counter(label for row in rows for label in row.labels or ()))


def tour(run: Run, bar: float) -> None:
    """Solved when the bar lies inside the run's interval."""
    found = standing(replace(run.task, bar=replace(run.task.bar, value=bar)), score(run))
    interval = f"{_points(found.value.low)}–{_points(found.value.high)}"
    _report(found.verdict == "cannot tell", "tour", bar=_points(bar), interval=interval)


def prompt(scene: Scene, before: Run, mine: Definition) -> Styler:
    """Solved when the definition passes its four sets: failing rows, right ones, pinned ones, and dev rows unseen."""
    worst = next(c for c in confusions(before) if c.gold == mine.label)
    trouble = find_trouble(before, worst.gold, worst.predicted)
    failing = [row.example for row in trouble.failing]
    sets = four_sets(trouble, failing, pinned_rows(scene), scene.examples("dev"), _SET_ROWS)
    old = parse_prompt(before.header.prompt_text, before.header.prompt_name)
    after = evaluate(scene, with_definition(old, mine), before.header.model)
    found = judge(before, after, sets)
    fixed, broken = (sum(len(getattr(one, what)) for one in found.sets) for what in ("fixed", "broken"))
    _report(found.passes, "prompt", fixed=fixed, broken=broken)
    lines = [_of_set(outcome) for outcome in found.sets]
    return table(lines, *lines[0])


def _of_set(outcome: SetOutcome) -> dict[str, object]:
    """A set of rows before and after, in the reader's words."""
    said: dict[str, object] = {"set": say(f"suggestion.set.{outcome.name}")}
    said |= {name: getattr(outcome, name) for name in ("rows", "before", "after", "fixed", "broken")}
    said["passes"] = say("suggestion.yes" if outcome.passes else "suggestion.no")
    return {say(f"suggestion.head.{name}"): value for name, value in said.items()}


def compare(runs: Sequence[Run], margin: float | None, choice: Run) -> None:
    """Solved when the choice is the fastest run that is not worse than the best by more than the margin."""
    if not margin or not 0 < margin <= 0.05:
        return _report(False, "compare.margin")
    best = max(runs, key=lambda run: headline(run).value)
    loss = _loss(best, choice)
    if loss > margin:
        return _report(False, "compare.outside", best=_name(best), loss=_points(loss), margin=_points(margin))
    cheapest = min((run for run in runs if _loss(best, run) <= margin), key=_milliseconds)
    if cheapest.id != choice.id:
        return _report(False, "compare.cheaper", cheaper=_name(cheapest))
    return _report(True, "compare", margin=_points(margin), milliseconds=f"{_milliseconds(choice):.1f}")


def dataset(scene: Scene, mine: Sequence[Example], choices: Mapping[str, Sequence[Example]]) -> None:
    """Solved when `linear`, trained on as many pool rows at most, beats the random and the hardest choice on dev."""
    pool, budget = {row.id for row in scene.examples("pool")}, len(choices["random"])
    ids = [row.id for row in mine]
    if len(ids) > budget or len(set(ids)) < len(ids) or not pool.issuperset(ids):
        return _report(False, "dataset.rows", budget=budget, rows=len(ids), outside=len(set(ids) - pool))
    rows = {"mine": mine, "random": choices["random"], "hardest": choices["hardest"]}
    from labkit.models.linear import Linear

    scores = {name: headline(evaluate(scene, "v2", Linear(chosen, scene.task))).value for name, chosen in rows.items()}
    best = max(scores["random"], scores["hardest"])
    return _report(scores["mine"] > best, "dataset", **{name: _points(value) for name, value in scores.items()})


def train(tuned: Run, floor: Run, lowest: int | None, highest: int | None) -> None:
    """Solved when the number of rows on which one run is right and the other wrong lies in the range written down."""
    if lowest is None or highest is None or not 0 <= highest - lowest <= 30:
        return _report(False, "train.unwritten", width=30)
    pair = paired(tuned, floor)
    differing = len(pair.fixed) + len(pair.regressed)
    return _report(lowest <= differing <= highest, "train", differing=differing, rows=pair.rows)


def iterate(line: Gate, candidate: Run, champion: Run) -> None:
    """Solved when the gate refuses the candidate and lets the champion pass."""
    if gate(line, champion.task, candidate).passed:
        return _report(False, "iterate.passes")
    if not gate(line, champion.task, champion).passed:
        return _report(False, "iterate.too_strict")
    broken = [found.told() for found in gate(line, champion.task, candidate).lines if not found.passed]
    return _report(True, "iterate", line="; ".join(f"{b.rule}: {b.wanted}, {b.measured}" for b in broken))


def table(rows: Iterable[Any], *columns: str) -> Styler:
    """Values as a table of the columns named, escaped: lists joined, intervals as "50.3 (43.6–55.8)", texts whole."""
    frame = pandas.DataFrame(list(rows))[list(columns)].map(_cell)
    left = [{"selector": "td, th", "props": "text-align: left; vertical-align: top"}]
    return frame.style.format(escape="html").hide(axis="index").set_table_styles(left)


def _cell(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"value", "low", "high"}:  # pandas takes a dataclass apart
        value = Interval(**value)
    if isinstance(value, Interval):
        return f"{_points(value.value)} ({_points(value.low)}–{_points(value.high)})"
    if isinstance(value, tuple | list):
        return " · ".join(visible(str(_cell(part))) for part in value)
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:.3f}"  # pandas writes nan where nothing stands
    return "" if value is None else value


def headline(run: Run) -> Interval:
    """A run's score by the bar's metric."""
    return score(run).values[run.task.bar.metric]


def _loss(best: Run, run: Run) -> float:
    """How much worse than the best a run may be: the far end of the paired interval."""
    return 0.0 if run.id == best.id else -paired(best, run).delta[best.task.bar.metric].low


def _milliseconds(run: Run) -> float:
    seconds = [row.latency_s for row in run.rows if row.latency_s is not None]
    return 1000 * sum(seconds) / len(seconds)


def _name(run: Run) -> str:
    return f"{run.header.prompt_name} · {run.header.model}"


def _points(value: float) -> str:
    return f"{100 * value:.1f}"


def _report(solved: bool, key: str, **values: object) -> None:
    ending = "" if "." in key else (".yes" if solved else ".no")
    print("✓" if solved else "✗", say(f"check.{key}{ending}", **values))
