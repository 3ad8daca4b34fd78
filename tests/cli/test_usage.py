"""What the command line says of words it cannot use: one line, like every other error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from labkit.cli import app, commands  # noqa: F401  (importing registers the commands)
from labkit.cli.help import STEPS, explain, told_parts
from labkit.cli.help_page import help_page, wrapped
from labkit.cli.output import width_of
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


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_of_help_says_all_of_it_in_one_language(monkeypatch: pytest.MonkeyPatch, language: str):
    monkeypatch.setenv("LABKIT_LANG", language)
    monkeypatch.setenv("COLUMNS", "80")
    command = typer.main.get_command(app)
    explain(command)
    for words, part in commands_below(command):
        page = re.sub(r"\x1b\[\d+m", "", help_page(part, " ".join(("labkit", *words)), {}))
        told = "".join(page.split())
        assert all("".join((one.help or "").split()) in told for one in (part, *part.params)), "nothing is cut off"
        assert max(map(width_of, page.splitlines())) <= 80
        english = re.findall(r"Usage|Options|Arguments|Commands|default|required|Show this", page)
        assert bool(english) == (language == "en")


def test_the_first_page_lists_every_command_once_by_the_step_that_it_belongs_to(labkit: Command):
    command = typer.main.get_command(app)
    assert sorted(name for names in STEPS.values() for name in names) == sorted(command.commands)
    shown = re.findall(r"^  ([a-z-]+)  ", labkit()[1], re.MULTILINE)
    assert shown == [name for names in STEPS.values() for name in names]


def test_wide_characters_break_anywhere_and_no_line_begins_with_a_closing_mark():
    assert wrapped("写成 JSON，再读回。", 11) == ["写成 JSON，", "再读回。"]
    assert wrapped("一二三四，五", 8) == ["一二三", "四，五"]
    assert wrapped("问多少行。 [默认：40]", 16) == ["问多少行。", "[默认：40]"]


def commands_below(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield words, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands_below(below, *words, name)


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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("model", "export"), "--to adapter|merged|gguf"),
        (("new",), "--empty-labels none|unlabelled"),
        (("new",), "-y, --yes"),
        (("adjudicate",), "--overlap 0..1"),
        (("adjudicate",), "--top 1.."),
        (("dataset", "export"), "[default: --mask]"),
        (("dataset",), "What a command takes: labkit dataset COMMAND --help"),
    ],
)
def test_help_says_what_an_option_takes_and_which_of_a_pair_is_in_force(words: tuple[str, ...], said: str):
    command: Any = typer.main.get_command(app)
    for word in words:
        command = command.commands[word]
    page = re.sub(r"\x1b\[\d+m", "", help_page(command, " ".join(("labkit", *words)), {}))
    assert said in page, page


def test_help_shows_no_hidden_argument_and_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    page = help_page(typer.main.get_command(app).commands["new"], "labkit new", {})
    assert "[FILE...]" not in page
    assert "\x1b" not in page
