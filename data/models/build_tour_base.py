"""Builds `tour_base`: a causal language model of 2.2 million parameters that ships with labkit.

    python data/models/build_tour_base.py                    # about 20 minutes on one core
    python data/models/build_tour_base.py --steps 20 --out /tmp/again
    python data/models/build_tour_base.py --refresh          # copy the pool posts of the scenes anew, nothing else

It reads only `tour_base_text/`: the posts of the two scenes' pool rows and the words of their labels (never which
post carries which), a thesaurus and sentence frames written for it; `invented_tasks` turns these into what it learns.

One seed, no network, no GPU. `build.json` beside the weights records what went in and the loss of every step's batch.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from invented_tasks import TEXT, Inventor, Language, Row, read_language, read_lines
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from labkit.records import sha256_of
from labkit.workspace import task_from_yaml

HERE = Path(__file__).parent
SCENES = {"zh": "weibo_service", "en": "support_intents"}
SEED = 20261123
VOCABULARY = 3072
STEPS = 1400
LANGUAGE_SHARES = (0.88, 0.12)  # of zh and en rows
BATCH_TOKENS = 3072  # padding included
WIDTH = 32  # rows are padded to a multiple of it: few shapes, so that kernels are compiled once
EARLY_STEPS = 0.2  # share of the steps in which words are learnt before choosing
LENGTH_LIMIT = 384  # tokens; longer inventions are thrown away
CHAT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] }}<|im_end|>{% endgeneration %}\n"
    "{% else %}{{ m['content'] }}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def refresh_pool() -> None:
    """Copy the posts of the scenes' pool rows and the words of their labels, one a line, into the text folder."""
    for code, scene in SCENES.items():
        rows = [json.loads(line) for line in read_lines(HERE.parent / scene / "examples.jsonl")]
        posts = [item for row in rows if row["split"] == "pool" for item in row["items"]]
        task = task_from_yaml((HERE.parent / scene / "task.yaml").read_text(encoding="utf-8"), scene)
        for name, lines in (("pool", posts), ("labels", task.labels)):
            (TEXT / f"{name}_{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


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
        eos_token=SPECIAL_TOKENS[2],
        pad_token=SPECIAL_TOKENS[0],
        padding_side="left",
        chat_template=CHAT_TEMPLATE,
        model_max_length=1024,
    )


def _tokenizer_text(languages: list[Language]) -> Iterator[str]:
    for language in languages:
        inventor = Inventor(language, SEED)
        separator = "、" if language.code == "zh" else " "
        names = [name for topic in language.topics for name in topic.names]
        words = [word for topic in language.topics for word in topic.words]
        for count, texts in ((3, language.posts), (60, language.labels), (30, names), (4, words)):
            for _ in range(count):
                yield from (f"{separator}{text}{separator}" for text in texts)
        yield from (inventor.chat().text for _ in range(100))


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


Encoded = tuple[list[int], list[float]]  # token ids and their loss weights


def batches(
    inventors: list[Inventor], tokenizer: PreTrainedTokenizerFast, total: int
) -> Iterator[tuple[torch.Tensor, ...]]:
    """Endless batches of token ids, attention and loss weights; rows of like length together to save padding."""
    order = random.Random(SEED)  # noqa: S311
    by_width: dict[int, list[Encoded]] = {}
    given = 0
    while True:
        early = given < EARLY_STEPS * total
        rows = [order.choices(inventors, LANGUAGE_SHARES)[0].row(early) for _ in range(128)]
        groups = list(_full_groups(by_width, [_encode(row, tokenizer) for row in rows]))
        order.shuffle(groups)
        given += len(groups)
        yield from (_pad(group, tokenizer.pad_token_id) for group in groups)


def _encode(row: Row, tokenizer: PreTrainedTokenizerFast) -> Encoded:
    encoded = tokenizer(row.text, return_offsets_mapping=True, add_special_tokens=False)
    return encoded["input_ids"], [row.weight_at(start) for start, _ in encoded["offset_mapping"]]


def _full_groups(by_width: dict[int, list[Encoded]], rows: list[Encoded]) -> Iterator[list[Encoded]]:
    """Batches of rows that are padded to the same width; what does not fill one waits in `by_width`."""
    for row in rows:
        width = -(-len(row[0]) // WIDTH) * WIDTH
        if width > LENGTH_LIMIT:
            continue
        group = by_width.setdefault(width, [])
        group.append(row)
        if len(group) == BATCH_TOKENS // width:
            yield by_width.pop(width)


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
    target = ids[:, 1:].flatten()[counted]
    each = functional.cross_entropy(logits, target, reduction="none")
    return (each * weight).sum() / weight.sum()


def optimizers(model: Qwen3ForCausalLM) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the layers, AdamW for embeddings and norms.

    After 100 steps the loss was 2.34 so, and 2.69 with AdamW alone, for 8 % more time a step.
    """
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    others = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
    muon = torch.optim.Muon(matrices, lr=0.02, weight_decay=0.01)
    return [muon, torch.optim.AdamW(others, lr=3e-3, betas=(0.9, 0.95), weight_decay=0.0)]


def train(model: Qwen3ForCausalLM, stream: Iterator[tuple[torch.Tensor, ...]], steps: int, total: int) -> list[float]:
    """Warm-up, plateau and a linear end; returns the loss of every step."""
    both = optimizers(model)
    schedules = [torch.optim.lr_scheduler.LambdaLR(one, lambda k: rate(k, total)) for one in both]
    losses: list[float] = []
    began = time.monotonic()
    for step in range(steps):
        loss = loss_of(model, *next(stream))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for part in (*both, *schedules):
            part.step()
        model.zero_grad(set_to_none=True)
        losses.append(round(loss.item(), 4))
        if step % 50 == 49:
            seconds = time.monotonic() - began
            print(f"step {step + 1}/{steps} loss {sum(losses[-50:]) / 50:.3f} {seconds:.0f} s", flush=True)
    return losses


def rate(step: int, total: int) -> float:
    """The learning rate as a share of its peak: 40 steps up, then level, and down to a twentieth from 40 % on."""
    return min((step + 1) / 40, max(0.05, min(1.0, (1 - step / total) / 0.6)))


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
    stream = batches([Inventor(language, SEED + 1 + k) for k, language in enumerate(languages)], tokenizer, total)
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
