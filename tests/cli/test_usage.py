"""What the command line says of words it cannot use: one line, like every other error."""

from __future__ import annotations

import pytest
import typer

from labkit.cli import app, commands  # noqa: F401  (importing registers the commands)
from labkit.cli.help import told_parts
from labkit.texts import WORDS
from labkit.workspace import Scene
from tests.cli.conftest import Command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("themes",), "Missing argument 'DIR'. Its words are explained by: python -m labkit themes --help"),
        (("themes", "."), "Missing argument 'RUN'"),
        (("evaluate", ".", "--promp", "v1"), "No such option: --promp (Possible options: --prompt)"),
        (("evaluate", ".", "--limit", "many"), "Invalid value for '--limit'"),
        (("evalute",), "No such command 'evalute'"),
        (("dataset",), "Missing command. Its words are explained by: python -m labkit dataset --help"),
    ],
)
def test_a_usage_error_is_one_line_that_says_where_help_is(labkit: Command, words: tuple[str, ...], said: str):
    code, out, err = labkit(*words)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("labkit: ")
    assert said in err
    assert err.endswith("--help\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("themes",), "缺少参数 'DIR'。用法见：python -m labkit themes --help"),
        (("evaluate", "."), "缺少选项 '--prompt'。"),
        (("evaluate", ".", "--promp", "v1"), "没有选项 --promp（可能是：--prompt）。"),
        (("evaluate", ".", "--zzz"), "没有选项 --zzz。"),
        (("evaluate", ".", "--limit", "many"), "'--limit' 的值无效：请写一个整数。"),
        (("evaluate", ".", "--prompt", "v1", "--model", "m", "--max-cost", "x"), "'--max-cost' 的值无效：请写一个数。"),
        (("evaluate", ".", "--limit"), "选项 '--limit' 需要一个值。"),
        (("runs", ".", "--json=1"), "选项 '--json' 不带值。"),
        (("runs", ".", "多", "余"), "多出了这些词：多 余。"),
        (("evalute",), "没有命令 'evalute'（您要找的是不是 'evaluate'"),
        (("zzz",), "没有命令 'zzz'。用法见：python -m labkit --help"),
        (("dataset",), "缺少子命令。用法见：python -m labkit dataset --help"),
    ],
)
def test_a_usage_error_is_told_in_chinese(
    labkit: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    code, out, err = labkit(*words)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"labkit: {said}")


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("en", (), "Ask a model"),
        ("zh", (), "就每一行询问模型"),
        ("zh", ("dataset", "card", "--help"), "打印一个 JSON 值"),
    ],
)
def test_help_is_told_in_both_languages(
    labkit: Command, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...], said: str
):
    monkeypatch.setenv("LABKIT_LANG", language)
    code, out, _ = labkit(*words)
    assert code == 0
    assert said in out


def test_every_command_and_what_it_takes_is_explained_in_both_languages():
    parts = [(key, part.help) for key, part in told_parts(typer.main.get_command(app))]
    assert parts == [(key, WORDS[key][0]) for key, _ in parts], "the code says it in the English of texts"
    assert {key for key, _ in parts} == {key for key in WORDS if key.startswith("help.")}


def test_an_unknown_run_is_answered_with_those_that_measure_a_prompt_the_newest_first(labkit: Command, scene: Scene):
    for prompt in ("v1", "v2"):
        labkit("evaluate", scene.path, "--prompt", prompt, "--model", "definition-reader")
    first, second = (header.run for header in reversed(scene.store.runs()))
    labkit("reliance", scene.path, "--prompt", "v2", "--model", "definition-reader")
    assert len(scene.store.runs()) > 2, "reliance asks bent prompts, whose runs measure none"
    assert labkit("errors", scene.path, "zzz")[2] == (
        f"labkit: There is no run 'zzz'. The newest: {second}, {first}.\n"
    )


def test_a_tag_that_resembles_none_is_answered_with_all_of_them(labkit: Command, scene: Scene):
    labkit("evaluate", scene.path, "--prompt", "v1", "--model", "definition-reader")
    run = scene.store.runs()[0].run
    assert "There is no tag 'nope'. Known: definition_ignored" in labkit("tag", scene.path, run, "dev-00", "nope")[2]
    assert "Did you mean 'gold_wrong'?" in labkit("tag", scene.path, run, "dev-00", "gold-wrong")[2]
