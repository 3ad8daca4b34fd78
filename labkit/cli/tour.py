"""`tour`: the four steps without a browser, on the bundled scene and the models that ship with labkit."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, note, print_json, print_table
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.comparison import Pair
    from labkit.decision import GateResult
    from labkit.records import Run
    from labkit.training import Recipe, TrainingJob
    from labkit.workspace import Scene

SCENE = "weibo_service"
BASE = "local/study"
READER = f"{BASE}@full@labels"  # weighs the labels and writes no reasons: the tour is short
DATASET = "tour"
BUDGET = 360  # rows to train on, out of the pool
TUNED_PROMPT = "labels"  # v2 without a rationale: what the tuned model is asked with
EPOCHS = 1
REASON = "the tour"


@dataclass(frozen=True, slots=True)
class Stop:
    """A model on the tour.

    Args:
        run: its answers on the test rows.
        before: the run it must beat, if any.
    """

    run: Run
    before: Run | None = None


@app.command()
def tour(
    output: Annotated[Path, typer.Option("--output", help="Where the HTML report goes.")] = Path("reports/tour.html"),
    as_json: JsonFlag = False,
) -> None:
    """Walk the four steps: prompt, models, dataset, training; print a table and write a report."""
    from labkit.report import write_report
    from labkit.workspace import open_scene

    started = time.monotonic()
    scene = open_scene(SCENE)
    stops = _prompts_and_models(scene)
    job = _train(scene)
    stops += _before_and_after(scene, job)
    verdict = _hold_against_gate(scene, stops[-1].run)
    output.parent.mkdir(parents=True, exist_ok=True)
    write_report(scene, output, [stop.run for stop in stops])
    seconds = time.monotonic() - started
    if as_json:
        print_json(_as_json(stops, verdict, output, seconds))
    else:
        _print(scene, stops, verdict, output, seconds)


def _prompts_and_models(scene: Scene) -> list[Stop]:
    """Steps 1 and 2: the same rows asked with two prompts, then by the two floors that any model has to beat."""
    note(say("tour.prompt"))
    v1 = _ask(scene, "v1", READER)
    v2 = _ask(scene, "v2", READER)
    note(say("tour.models"))
    floors = [_ask(scene, "v2", "definition-reader"), _ask(scene, "short", "linear")]
    return [Stop(v1), Stop(v2, before=v1), *(Stop(floor, before=v2) for floor in floors)]


def _train(scene: Scene) -> TrainingJob:
    """Steps 3 and 4: choose rows and tune the study model on them, in a process of its own."""
    from labkit.datasets import select
    from labkit.training import JobStatus, start

    note(say("tour.dataset", budget=BUDGET))
    if TUNED_PROMPT not in scene.prompt_names():
        scene.save_prompt(replace(scene.prompt("v2"), name=TUNED_PROMPT, rationale="none"))
    if DATASET not in scene.dataset_names():
        select(scene, BUDGET, DATASET, prompt=TUNED_PROMPT)
    note(say("tour.train"))

    def tell(status: JobStatus) -> None:
        if status.step % 5 == 0 and status.loss is not None:
            note(say("tour.step", step=status.step, steps=status.steps, loss=f"{status.loss:.3f}"))

    job = start(scene, DATASET, BASE, _recipe())
    job.wait(tell)
    return job


def _recipe() -> Recipe:
    """The base's own recipe, cut short."""
    from labkit.training.planning import recipe_for

    return replace(recipe_for(BASE), epochs=EPOCHS)


def _before_and_after(scene: Scene, job: TrainingJob) -> list[Stop]:
    """Base and adapter through the same `evaluate` on the same rows."""
    note(say("tour.after"))
    base = _ask(scene, TUNED_PROMPT, job.base_name)
    return [Stop(base), Stop(_ask(scene, TUNED_PROMPT, job.model_name), before=base)]


def _ask(scene: Scene, prompt: str, model: str) -> Run:
    from labkit.evaluation import evaluate

    return evaluate(scene, prompt, model, "test", reason=REASON)


def _hold_against_gate(scene: Scene, run: Run) -> GateResult:
    from labkit.decision import gate

    return gate(scene.gate(), scene.task, run)


def _print(scene: Scene, stops: list[Stop], verdict: GateResult, output: Path, seconds: float) -> None:
    rows = len(stops[0].run.rows)
    readings = len(scene.test_readings())
    typer.echo(say("tour.heading", scene=scene.task.name, rows=rows, readings=readings))
    head = [say(f"tour.column.{name}") for name in ("prompt", "model", "answered", "accuracy", "macro_f1", "verdict")]
    print_table(head, [_line(stop) for stop in stops])
    key = "tour.gate.passed" if verdict.passed else "tour.gate.refused"
    failed = listed(line.told().rule for line in verdict.lines if not line.passed)
    typer.echo(say(key, rules=failed))
    typer.echo(say("tour.end", report=output, seconds=round(seconds)))


def _line(stop: Stop) -> list[str]:
    from labkit.scoring import score

    scores = score(stop.run)
    accuracy, macro_f1 = scores.values["accuracy"], scores.values["macro_f1"]
    return [
        stop.run.header.prompt_name,
        _model_words(stop.run.header.model),
        f"{scores.counts['answered']}/{scores.rows}",
        f"{100 * accuracy.value:.1f}",
        f"{100 * macro_f1.value:.1f} ({100 * macro_f1.low:.1f}–{100 * macro_f1.high:.1f})",
        _verdict_words(_pair(stop)),
    ]


def _model_words(model: str) -> str:
    """A model's name without the job's hash."""
    base, _, adapter = model.partition("+")
    return f"{base}+adapter" if adapter else base


def _pair(stop: Stop) -> Pair | None:
    from labkit.comparison import paired

    return paired(stop.before, stop.run) if stop.before else None


def _verdict_words(pair: Pair | None) -> str:
    if pair is None:
        return ""
    delta = pair.delta[pair.metric]
    verdict = say(f"tour.verdict.{pair.verdict.replace(' ', '_')}")
    return f"{verdict} {100 * delta.value:+.1f} ({100 * delta.low:+.1f} – {100 * delta.high:+.1f})"


def _as_json(stops: list[Stop], verdict: GateResult, output: Path, seconds: float) -> dict[str, Any]:
    return {
        "runs": [_stop_as_json(stop) for stop in stops],
        "gate": {"passed": verdict.passed, "failed": [line.rule for line in verdict.lines if not line.passed]},
        "report": str(output),
        "seconds": round(seconds, 1),
    }


def _stop_as_json(stop: Stop) -> dict[str, Any]:
    from dataclasses import asdict

    from labkit.scoring import score

    scores, pair = score(stop.run), _pair(stop)
    return {
        "run": stop.run.id,
        "prompt": stop.run.header.prompt_name,
        "model": stop.run.header.model,
        "counts": scores.counts,
        "scores": {name: asdict(interval) for name, interval in scores.values.items()},
        "against": pair and {"run": pair.a, "verdict": pair.verdict, "delta": asdict(pair.delta[pair.metric])},
    }
