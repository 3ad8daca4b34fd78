"""The study model's tokenizer: byte-level BPE over invented text, with the frames of answers as tokens of their own."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from tokenizers.pre_tokenizers import ByteLevel, Split
from transformers import PreTrainedTokenizerFast

from labkit.prompts.wording import WORDING
from study_source.answers import FRAMES
from study_source.lexicon import common_characters, everyday_words, invented_word, read_lexicon
from study_source.stream import FAMILIES, LANGUAGES, invent_rows
from study_source.written import natural_posts

VOCABULARY = 8192
SEED = 20261126
CHAT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] }}<|im_end|>{% endgeneration %}\n"
    "{% else %}{{ m['content'] }}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PUNCTUATION = "，。、；：？！……“”‘’（）《》～—【】·"
# The dash of a list, words with the space before them, numbers, quotes and brackets one by one, other signs, spaces.
PIECES = (r"\n- ", r" ?\p{L}+", r" ?\p{N}{1,3}", r'["“”{}\[\]]', r' ?[^\s\p{L}\p{N}"“”{}\[\]]+', r"\s+")
SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def train_tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE; no unknown characters, ever."""
    tokenizer = Tokenizer(models.BPE())
    pieces = Split(Regex("|".join((*(re.escape(frame) for frame in _frames()), *PIECES))), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pieces, ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_text(), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=SPECIAL_TOKENS[2],
        pad_token=SPECIAL_TOKENS[0],
        padding_side="left",
        chat_template=CHAT_TEMPLATE,
        model_max_length=4096,
    )


def _frames() -> list[str]:
    """The frames, the longer first: plain pieces, no added tokens, since labkit breaks such up in posts."""
    return sorted(FRAMES, key=len, reverse=True)


def _text() -> Iterator[str]:
    """Every common character often enough to be a token, words one by one, the prompts' fixed wording, and tasks."""
    chance = random.Random(SEED)  # noqa: S311  (no secret is made here)
    for _ in range(60):
        yield from common_characters() + PUNCTUATION
    yield from FRAMES * 500
    for code in LANGUAGES:
        groups = read_lexicon(code).groups
        words = [word for group in groups for word in (*group.words, *group.names)]
        for _ in range(20):
            yield from words
            yield from (f"{gap}{part}" for gap in ("", " ") for word in words for part in word.split() if code == "en")
            yield from (f"{gap}{word}" for word in everyday_words(code) for gap in ("", " ") if code == "en" or not gap)
        yield from (f"{gap}{invented_word('en', chance)}" for gap in ("", " ") for _ in range(300))
        wording = WORDING[code]
        fixed = (
            wording.contract,
            wording.evidence,
            wording.rationale,
            wording.definition,
            wording.one,
            wording.several,
        )
        yield from (*fixed, wording.none, wording.definitions_head, wording.includes, wording.excludes) * 300
        yield from natural_posts(code) * 3
        for k in range(300):
            system, maker = invent_rows(code, chance, chance.random(), list(FAMILIES)[k % len(FAMILIES)])
            yield system if code == "en" else ""
            yield from (maker.row().asked for _ in range(4))
