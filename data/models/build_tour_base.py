"""Builds `tour_base`: a causal language model of 2.2 million parameters that ships with labkit.

    python data/models/build_tour_base.py                    # about 20 minutes on 2 cores
    python data/models/build_tour_base.py --steps 20 --out /tmp/again
    python data/models/build_tour_base.py --refresh          # copy the pool posts of the scenes anew, nothing else

It reads only `tour_base_text/`: the posts of the two scenes' pool rows (no labels), a thesaurus and sentence frames
written for it. From these it invents chat tasks in the form of labkit's answer contract whose answer follows from a
visible rule: the label words that stand in the post, or the thesaurus topics whose words do. So the base writes valid
answers and knows which everyday words go together, but nobody has told it what any label of a scene means.

One seed, no network, no GPU. `build.json` beside the weights records what went in and the loss of every step's batch.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from labkit.prompts import render
from labkit.records import Definition, Example, Prompt, Task, sha256_of
from labkit.workspace import task_from_yaml

HERE = Path(__file__).parent
TEXT = HERE / "tour_base_text"
SCENES = {"zh": "weibo_service", "en": "support_intents"}
SEED = 20261123
VOCABULARY = 3072
STEPS = 1500
BATCH_TOKENS = 4096  # padding included
WIDTH = 64  # rows are padded to a multiple of it: few shapes, so that kernels are compiled once
POST_WEIGHT = 0.2  # loss on the words of the post, next to 1 on the answer: the model learns to read as well
PLAIN_TEXT_SHARE = 0.1  # of the rows: language modelling without a task
LENGTH_LIMIT = 320  # tokens; longer inventions are thrown away
CHAT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] }}<|im_end|>{% endgeneration %}\n"
    "{% else %}{{ m['content'] }}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


@dataclass(frozen=True)
class Wording:
    """What the invented tasks are phrased in, per language; the scenes' short prompts are among the phrasings."""

    systems: tuple[str, ...]
    instructions: tuple[str, ...]
    items: tuple[str, ...]
    clause: re.Pattern[str]
    joint: tuple[str, ...]


WORDINGS = {
    "zh": Wording(
        systems=(
            "给微博打客服标签。",
            "给文字归类。",
            "读一读,选出话题。",
            "你负责给微博打标签。",
            "判断这段话说到了什么。",
        ),
        instructions=("请给出标签。", "请回答。", "请选出标签。", "现在作答。"),
        items=("微博", "微博", "文字", "留言"),
        clause=re.compile(r"[^,，。!！?？;；~～…\s]+[,，。!！?？;；~～…]*"),
        joint=("", "", ",", " "),
    ),
    "en": Wording(
        systems=("Sort the message by intent.", "Label the text.", "Which topics come up?", "You sort messages."),
        instructions=("Give the label.", "Answer now.", "Give the labels."),
        items=("Post", "Post", "Message", "Text"),
        clause=re.compile(r"[^,.!?;]+[,.!?;]*"),
        joint=(" ",),
    ),
}


@dataclass(frozen=True)
class Topic:
    """One line of the thesaurus: the names a topic may be called by, and the words that make it present."""

    names: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """All the text of one language."""

    code: str
    labels: tuple[str, ...]
    posts: tuple[str, ...]
    topics: tuple[Topic, ...]
    frames: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One training row: its text, and from which character on the loss counts and how much."""

    text: str
    post_start: int
    answer_start: int


def refresh_pool() -> None:
    """Copy the posts of the scenes' pool rows and the words of their labels, one a line, into the text folder."""
    for code, scene in SCENES.items():
        rows = [json.loads(line) for line in _lines(HERE.parent / scene / "examples.jsonl")]
        posts = [item for row in rows if row["split"] == "pool" for item in row["items"]]
        task = task_from_yaml((HERE.parent / scene / "task.yaml").read_text(encoding="utf-8"), scene)
        for name, lines in (("pool", posts), ("labels", task.labels)):
            (TEXT / f"{name}_{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_language(code: str) -> Language:
    """The posts, thesaurus and frames of one language."""
    topics = [line.partition(":") for line in _lines(TEXT / f"themes_{code}.txt")]
    return Language(
        code=code,
        labels=tuple(_lines(TEXT / f"labels_{code}.txt")),
        posts=tuple(_lines(TEXT / f"pool_{code}.txt")),
        topics=tuple(Topic(tuple(names.split("/")), tuple(words.split())) for names, _, words in topics),
        frames=tuple(_lines(TEXT / f"frames_{code}.txt")),
    )


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("# ")]


class Inventor:
    """Invents rows of one language without end.

    Args:
        language: the text to invent from.
        seed: fixes every choice.
    """

    def __init__(self, language: Language, seed: int) -> None:
        self.language = language
        self.wording = WORDINGS[language.code]
        self.random = random.Random(seed)  # noqa: S311  (no secret is made here)
        split = (self.wording.clause.findall(post) for post in language.posts)
        self.clauses = [clauses for clauses in split if clauses]
        words = {word for topic in language.topics for word in topic.words if len(word) > 1}
        self.words = sorted(words | set(language.labels))

    def row(self) -> Row:
        """A chat task, or now and then plain text."""
        return self.plain_text() if self.random.random() < PLAIN_TEXT_SHARE else self.task()

    def plain_text(self) -> Row:
        """Three posts or two lines of the thesaurus, in the order chance gives."""
        if self.random.random() < 0.7:
            text = "\n".join(self.random.sample(self.language.posts, 3))
        else:
            topics = self.random.sample(self.language.topics, 2)
            text = "\n".join(" ".join(self.random.sample(t.words, min(8, len(t.words)))) for t in topics)
        return Row(f"{text}<|endoftext|>", 0, len(text))

    def task(self) -> Row:
        """A post, labels to choose from, and the answer that the visible rule gives."""
        items = [self.post() for _ in range(self.random.choice((1, 1, 1, 1, 2, 3)))]
        by_topic = self.random.random() < 0.7
        labels, answer = self.topics_of(items) if by_topic else self.words_of(items)
        several = self.random.random() < 0.6
        if not several:
            labels, answer = self.keep_one(labels, answer)
        return self.chat(tuple(items), labels, answer, several)

    def post(self) -> str:
        """Clauses of one to three posts in a new order, with framed words of the thesaurus among them."""
        pieces = [clause for _ in range(self.random.randint(1, 3)) for clause in self.excerpt()]
        for _ in range(self.random.choice((0, 0, 1, 2))):
            topic = self.random.choice(self.language.topics)
            pieces.insert(self.random.randint(0, len(pieces)), self.framed(topic.words))
        return self.random.choice(self.wording.joint).join(piece.strip() for piece in pieces)

    def framed(self, words: tuple[str, ...]) -> str:
        """A sentence frame, or nothing but the place in it, filled with some of the words."""
        frame = self.random.choice((*self.language.frames, "…"))
        while "…" in frame:
            frame = frame.replace("…", self.random.choice(words), 1)
        return frame

    def excerpt(self) -> list[str]:
        """One to four clauses that follow each other in one post."""
        clauses = self.random.choice(self.clauses)
        start = self.random.randrange(len(clauses))
        return clauses[start : start + self.random.randint(1, 4)]

    def topics_of(self, items: list[str]) -> tuple[list[str], list[str]]:
        """Names of thesaurus topics to choose from, and those with a word in the posts."""
        text = " ".join(items)
        present = [topic for topic in self.language.topics if self.occurs(topic.words, text)]
        absent = [topic for topic in self.language.topics if topic not in present]
        offered = self.random.sample(present, min(len(present), self.random.randint(0, 4)))
        offered += self.random.sample(absent, min(len(absent), self.random.randint(3, 9)))
        self.random.shuffle(offered)
        names = {topic: self.random.choice(topic.names) for topic in offered}
        return list(names.values()), [names[topic] for topic in offered if topic in present]

    def words_of(self, items: list[str]) -> tuple[list[str], list[str]]:
        """Words to choose from, and those that stand in the posts; now and then one of them is put there first."""
        offered = self.random.sample(self.words, self.random.randint(3, 7))
        if self.random.random() < 0.5:
            items[-1] += self.random.choice(self.wording.joint) + self.framed((offered[0],))
        offered += [bit for item in items for bit in self.bits(item)][: self.random.randint(0, 2)]
        labels = list(dict.fromkeys(offered))
        self.random.shuffle(labels)
        return labels, [label for label in labels if self.occurs((label,), " ".join(items))]

    def bits(self, text: str) -> list[str]:
        """Up to two bits of a text that can serve as label words: two to four characters, or one word."""
        if self.language.code == "en":
            found = re.findall(r"[a-z]{3,}", text.lower())
        else:
            size = self.random.randint(2, 4)
            found = [clause[:size] for clause in re.findall(r"\w{4,}", text)]
        return self.random.sample(found, min(2, len(found)))

    def keep_one(self, labels: list[str], answer: list[str]) -> tuple[list[str], list[str]]:
        """Drop all but one of the right labels from the choice; a choice without any stays as it is."""
        chosen = self.random.choice(answer) if answer else None
        return [label for label in labels if label == chosen or label not in answer], [chosen] if chosen else []

    def occurs(self, words: tuple[str, ...], text: str) -> bool:
        """Whether one of the words stands in the text; whole words in English."""
        if self.language.code == "zh":
            return any(word in text for word in words)
        spaced = f" {re.sub(r'[^a-z0-9]+', ' ', text.lower())} "
        return any(f" {word.lower()} " in spaced for word in words)

    def chat(self, items: tuple[str, ...], labels: list[str], answer: list[str], several: bool) -> Row:
        """Render the task exactly as labkit sends it to any model."""
        task = Task(
            name="invented",
            labels=tuple(labels),
            language=self.language.code,
            item=self.random.choice(self.wording.items),
            multi_label=several,
            allow_none=several or not answer,
        )
        prompt = Prompt(
            name="invented",
            system=self.random.choice(self.wording.systems),
            input="{{posts}}",
            instruction=self.random.choice(self.wording.instructions),
            definitions=tuple(Definition(label) for label in labels),
            rationale="none",
        )
        system, user = render(prompt, task, Example("x", items)).messages
        head = f"<|im_start|>system\n{system.content}<|im_end|>\n<|im_start|>user\n"
        asked = f"{head}{user.content}<|im_end|>\n<|im_start|>assistant\n"
        target = json.dumps({"labels": answer}, ensure_ascii=False)
        return Row(f"{asked}{target}<|im_end|>", len(head), len(asked))


def train_tokenizer(languages: list[Language]) -> PreTrainedTokenizerFast:
    """A byte-level BPE over posts, thesaurus and invented tasks; no unknown characters, ever."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_tokenizer_text(languages), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        padding_side="left",
        chat_template=CHAT_TEMPLATE,
        model_max_length=1024,
    )


def _tokenizer_text(languages: list[Language]) -> Iterator[str]:
    for language in languages:
        inventor = Inventor(language, SEED)
        for _ in range(3):
            yield from language.posts
            yield from (word for topic in language.topics for word in (*topic.names, *topic.words))
        yield from (f"- {label}" for label in language.labels for _ in range(60))
        yield from (
            f"、{label}" if language.code == "zh" else f" {label}" for label in language.labels for _ in range(60)
        )
        yield from (inventor.task().text for _ in range(150))


def new_model(tokenizer: PreTrainedTokenizerFast) -> Qwen3ForCausalLM:
    """A Qwen3 of 2.2 million random parameters; every width suits 4-bit blocks of 64."""
    torch.manual_seed(SEED)
    config = Qwen3Config(
        vocab_size=VOCABULARY,
        hidden_size=192,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=6,
        num_key_value_heads=2,
        head_dim=32,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Qwen3ForCausalLM(config)


def batches(inventors: list[Inventor], tokenizer: PreTrainedTokenizerFast) -> Iterator[tuple[torch.Tensor, ...]]:
    """Endless batches of token ids, attention and loss weights; rows of like length together to save padding."""
    order = random.Random(SEED)  # noqa: S311
    while True:
        rows = [order.choices(inventors, (0.65, 0.35))[0].row() for _ in range(256)]
        encoded = tokenizer([row.text for row in rows], return_offsets_mapping=True, add_special_tokens=False)
        weighted = [
            (ids, [_weight(row, start) for start, _ in offsets])
            for row, ids, offsets in zip(rows, encoded["input_ids"], encoded["offset_mapping"], strict=True)
            if len(ids) <= LENGTH_LIMIT
        ]
        groups = list(_groups(weighted))
        order.shuffle(groups)
        yield from (_pad(group, tokenizer.pad_token_id) for group in groups)


def _groups(weighted: list[tuple[list[int], list[float]]]) -> Iterator[list[tuple[list[int], list[float]]]]:
    """Full batches of rows that are padded to the same width; what is left over is thrown away."""
    by_width: dict[int, list[tuple[list[int], list[float]]]] = {}
    for row in weighted:
        width = -(-len(row[0]) // WIDTH) * WIDTH
        group = by_width.setdefault(width, [])
        group.append(row)
        if len(group) == BATCH_TOKENS // width:
            yield by_width.pop(width)


def _weight(row: Row, start: int) -> float:
    return 1.0 if start >= row.answer_start else POST_WEIGHT if start >= row.post_start else 0.0


def _pad(group: list[tuple[list[int], list[float]]], pad: int) -> tuple[torch.Tensor, ...]:
    width = -(-max(len(ids) for ids, _ in group) // WIDTH) * WIDTH
    ids = torch.tensor([ids + [pad] * (width - len(ids)) for ids, _ in group])
    mask = torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in group])
    weights = torch.tensor([weights + [0.0] * (width - len(weights)) for _, weights in group])
    return ids, mask, weights


def loss_of(model: Qwen3ForCausalLM, ids: torch.Tensor, mask: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Weighted cross-entropy of the next token; logits are computed only where a weight is not zero."""
    weight = weights[:, 1:].flatten()
    counted = weight.nonzero().squeeze(1)
    spare = -len(counted) % 512  # few shapes here as well: filled up with position 0, which gets no weight
    weight = functional.pad(weight[counted], (0, spare))
    counted = functional.pad(counted, (0, spare))
    with torch.autocast("cpu", torch.bfloat16):
        hidden = model.model(input_ids=ids, attention_mask=mask).last_hidden_state[:, :-1]
        logits = model.lm_head(hidden.flatten(0, 1)[counted]).float()
    each = functional.cross_entropy(logits, ids[:, 1:].flatten()[counted], reduction="none")
    return (each * weight).sum() / weight.sum()


def train(model: Qwen3ForCausalLM, stream: Iterator[tuple[torch.Tensor, ...]], steps: int, total: int) -> list[float]:
    """AdamW with warm-up and a linear end; returns the loss of every step."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.95), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min((k + 1) / 60, 1 - max(0, k / total - 0.3) / 0.71)
    )
    losses: list[float] = []
    began = time.monotonic()
    for step in range(steps):
        loss = loss_of(model, *next(stream))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(round(loss.item(), 4))
        if step % 50 == 49:
            print(
                f"step {step + 1}/{steps} loss {sum(losses[-50:]) / 50:.3f} {time.monotonic() - began:.0f} s",
                flush=True,
            )
    return losses


def build(out: Path, steps: int = STEPS, total: int = STEPS) -> dict[str, Any]:
    """Build tokenizer and weights and write them, with build.json, into a folder.

    Args:
        out: the folder to write.
        steps: how many steps to take now.
        total: how many steps the learning-rate schedule is made for.

    Returns:
        What build.json records.
    """
    torch.set_num_threads(1)  # the same sums in the same order everywhere, and no waiting for a busy core
    torch.use_deterministic_algorithms(True, warn_only=True)
    languages = [read_language(code) for code in SCENES]
    tokenizer = train_tokenizer(languages)
    model = new_model(tokenizer)
    stream = batches([Inventor(language, SEED + 1 + k) for k, language in enumerate(languages)], tokenizer)
    losses = train(model, stream, steps, total)
    model.to(torch.bfloat16).save_pretrained(out)
    tokenizer.save_pretrained(out)
    record = {
        "seed": SEED,
        "steps": steps,
        "parameters": model.num_parameters(),
        "text_sha256": sha256_of({path.name: path.read_text("utf-8") for path in sorted(TEXT.glob("*.txt"))}),
        "losses": losses,
    }
    (out / "build.json").write_text(json.dumps(record) + "\n", encoding="utf-8")
    return record


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE / "tour_base")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--refresh", action="store_true")
    arguments = parser.parse_args()
    if arguments.refresh:
        refresh_pool()
    else:
        build(arguments.out, arguments.steps)


if __name__ == "__main__":
    main()
