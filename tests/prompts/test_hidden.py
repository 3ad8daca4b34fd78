"""What hides text is shown by its code; emoji, flags and variants of characters stay as they are."""

from __future__ import annotations

import time

import pytest

from labkit.prompts.hidden import HIDDEN, visible

SCOTLAND = "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in "gbsct") + "\U000e007f"


def in_tags(words: str) -> str:
    return "".join(chr(0xE0000 + ord(c)) for c in words)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        (in_tags("go"), "⟨U+E0067⟩⟨U+E006F⟩"),
        (SCOTLAND + in_tags("g"), SCOTLAND + "⟨U+E0067⟩"),
        ("\U0001f3f4" + in_tags("gbsay"), "\U0001f3f4" + "".join(f"⟨U+E00{ord(c):02X}⟩" for c in "gbsay")),
        ("😀\U000e0101\U000e0102", "😀\U000e0101⟨U+E0102⟩"),
        ("😀\u200d\U000e0101\u200d\U000e0102", "😀\u200d⟨U+E0101⟩\u200d⟨U+E0102⟩"),
        ("用户\u3164名", "用户⟨U+3164⟩名"),
        ("用户\u180e名\u1160", "用户⟨U+180E⟩名⟨U+1160⟩"),
    ],
)
def test_what_nobody_sees_is_shown_by_its_code(text: str, shown: str):
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text", ["❤️ 👩‍👩‍👧 1️⃣", SCOTLAND, "葛\U000e0100飾", "第一行\n\t第二行", "می‌خواهم", "ᠬᠠᠷ\u180eᠠ", "\u1106\u1160"]
)
def test_what_is_drawn_stays(text: str):
    assert visible(text) == text


def test_a_long_text_is_searched_at_once():
    text = "这条微博没有任何看不见的字符。" * 100_000
    begun = time.perf_counter()
    assert HIDDEN.search(text) is None
    assert time.perf_counter() - begun < 1
