from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from labkit import errors
from labkit.texts import WORDS
from labkit.workspace.added_lines import read_lines
from labkit.workspace.opening import open_scene

PACKAGE = Path(errors.__file__).parent
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
TOLD_APART = {"UnknownName", "MissingExtra", "MissingKey"}  # they put their message together themselves
ERRORS = [e for e in vars(errors).values() if isinstance(e, type) and e.__module__ == "labkit.errors"]


def test_message_names_problem_and_fix_once():
    assert str(errors.BadData("rows.csv has no column 'text'.", "Name it with --text.")) == (
        "rows.csv has no column 'text'. Name it with --text."
    )


def test_unknown_name_offers_the_nearest():
    message = str(errors.UnknownName("model", "definition-raeder", ["linear", "definition-reader"]))
    assert "Did you mean 'definition-reader'?" in message


def test_a_name_known_from_two_places_is_offered_once():
    message = str(errors.UnknownName("model", "loop/", ["loop/<model>", "loop/<model>"]))
    assert "Did you mean 'loop/<model>'?" in message


def test_unknown_name_lists_what_there_is_when_nothing_is_near():
    message = str(errors.UnknownName("prompt", "zzz", ["v1", "v2"]))
    assert "Known: v1, v2" in message


def test_unknown_name_says_when_nothing_exists():
    assert "No run exists yet" in str(errors.UnknownName("run", "abc", []))


def test_missing_extra_names_the_install_command():
    assert "pip install 'labkit[train]'" in str(errors.MissingExtra("Training", "train"))


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_a_labkit_error(error: type[Exception]):
    assert issubclass(error, errors.LabkitError)


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))


def told(call: ast.Call) -> bool:
    """Whether a call is that of an error's `told`."""
    function = call.func
    return isinstance(function, ast.Attribute) and function.attr == "told" and ast.unparse(function.value) in KINDS


def written(key: ast.expr) -> list[str]:
    """The keys that an expression may stand for, as far as they are written out."""
    if isinstance(key, ast.IfExp):
        return [*written(key.body), *written(key.orelse)]
    return [str(key.value)] if isinstance(key, ast.Constant) else []


def placeholders(key: str) -> set[str]:
    """What the words of a key name; a fix may have no words."""
    words = WORDS.get(key, ("", "")) if key.endswith(".fix") else WORDS[key]
    return {name for _, name, _, _ in string.Formatter().parse(words[0]) if name}


SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "errors.py")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_errors_are_told_in_both_languages(path: Path):
    for call in calls(path):
        if isinstance(call.func, ast.Name) and call.func.id in KINDS - TOLD_APART:
            literal = [part for part in call.args if isinstance(part, ast.Constant | ast.JoinedStr)]
            assert not literal, f"{path}:{call.lineno}: say it by a key of texts: {call.func.id}.told(...)"


def test_a_name_looked_for_in_vain_is_told_in_both_languages_in_every_room():
    for path in SOURCES:
        for call in calls(path):
            if isinstance(call.func, ast.Name) and call.func.id == "MissingExtra":
                assert isinstance(call.args[0], ast.Call), f"{path}:{call.lineno}: say the feature by a key of texts"
            if isinstance(call.func, ast.Name) and call.func.id == "UnknownName":
                kind, _, _, *fix = call.args
                place = f"{path}:{call.lineno}: say it by a key of texts"
                assert not any(isinstance(part, ast.JoinedStr) for part in (kind, *fix)), place
                assert not any(isinstance(part, ast.Constant) for part in fix), place
                assert not isinstance(kind, ast.Constant) or f"kind.{kind.value}" in WORDS, place


def test_what_errors_are_told_with_fills_their_words():
    for path in SOURCES:
        for call in filter(told, calls(path)):
            keys = [key for part in call.args for key in written(part)]
            wanted = {key: placeholders(key) | placeholders(f"{key}.fix") for key in keys}
            given = {keyword.arg for keyword in call.keywords}
            assert not keys or set().union(*wanted.values()) == given, f"{path}:{call.lineno}: {keys}"


def test_an_error_speaks_the_language_of_the_interface(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    error = errors.BadInput.told("error.run.open_rows", run="r1")
    assert str(error) == "运行 r1 还有未完成的行。请先用同样的 evaluate 命令把它完成。"
    assert str(errors.UnknownName("prompt", "v9", ["v2"])) == "没有名为 'v9' 的提示词。您要找的是不是 'v2'？"
    assert str(errors.UnknownName("run", "x", [])) == "没有名为 'x' 的运行。目前还没有运行。"


def test_a_scene_that_cannot_be_used_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    (tmp_path / "task.yaml").write_text("name: 一\nlabels: [甲, 乙]\nbar: {metric: f2}\n", encoding="utf-8")
    with pytest.raises(errors.BadTask) as refused:
        open_scene(tmp_path)
    metrics = "'macro_f1', 'micro_f1' 或 'accuracy'"
    assert str(refused.value) == f"{tmp_path / 'task.yaml'}：bar.metric：请写 {metrics}。请改正。"
    (tmp_path / "decisions.jsonl").write_text('{"kind": 7}\n', encoding="utf-8")
    with pytest.raises(errors.BadData) as refused_line:
        read_lines(tmp_path, "decisions")
    place = f"{tmp_path / 'decisions.jsonl'} 第 1 行"
    assert str(refused_line.value) == f"{place}：kind 是 7。请写一段文字，或从 git 恢复这一行。"
