from __future__ import annotations

import re
import string
from importlib import import_module
from pathlib import Path

import pytest

from labkit import texts


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def test_both_languages_have_the_same_placeholders():
    for key, (english, chinese) in texts.WORDS.items():
        assert placeholders(english) == placeholders(chinese), key
        assert all((english, chinese)), key


def test_commands_are_printed_with_the_folder_that_they_are_about():
    for key, pair in texts.WORDS.items():
        assert not any(re.search(r"\b(DIR|ITEM)\b", words) for words in pair), key


def test_no_key_is_defined_twice():
    rooms = [path.stem for path in Path(texts.__file__).parent.glob("[!_]*.py")]
    assert len(texts.WORDS) == sum(len(import_module(f"labkit.texts.{room}").WORDS) for room in rooms)


@pytest.mark.parametrize(("wanted", "language"), [("zh", "zh"), ("zh_CN.UTF-8", "zh"), ("en", "en"), ("EN", "en")])
def test_language_follows_the_environment(monkeypatch: pytest.MonkeyPatch, wanted: str, language: str):
    monkeypatch.setenv("LABKIT_LANG", wanted)
    assert texts.language() == language


@pytest.mark.parametrize(("notes", "said"), [(0, "0 notes"), (1, "1 note."), (2, "2 notes")])
def test_a_word_follows_its_count(notes: int, said: str):
    assert said in texts.say("lint.counts", "en", prompt="v1", errors=0, warnings=3, notes=notes)
    assert f"提示 {notes}" in texts.say("lint.counts", "zh", prompt="v1", errors=0, warnings=3, notes=notes)


def test_lists_are_parted_as_the_language_parts_them():
    assert texts.listed(["安", "波"], "zh") == "安、波"
    assert texts.listed(["a", "b"], "en") == "a, b"
