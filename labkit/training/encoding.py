"""A training row as TRL reads it, and as the tokens that become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labkit.models.chat_format import TEMPLATE_OPTIONS, chat_messages, render_chat

if TYPE_CHECKING:
    from labkit.training.rows import TrainingRow


def as_conversation(row: TrainingRow, tokenizer: Any) -> dict[str, Any]:
    """A row in TRL's prompt/completion form, its messages exactly as `LocalModel` sends them."""
    return {
        "prompt": chat_messages(row.messages, tokenizer),
        "completion": [{"role": "assistant", "content": row.answer}],
        "chat_template_kwargs": TEMPLATE_OPTIONS,
    }


def encode(row: TrainingRow, tokenizer: Any) -> dict[str, Any]:
    """A row's tokens, and which of them carry loss, as TRL's `SFTTrainer` makes them; no trainer is needed.

    What is learnt begins where the prompt with its finished answer parts from the prompt alone.

    Args:
        row: rendered.
        tokenizer: of the base that is to be trained.

    Returns:
        input_ids and completion_mask.

    Raises:
        ModelRefused: the chat template cannot render the messages.
    """
    conversation = as_conversation(row, tokenizer)
    text = render_chat(conversation["prompt"], tokenizer)
    whole = tokenizer.apply_chat_template(
        conversation["prompt"] + conversation["completion"], tokenize=False, **TEMPLATE_OPTIONS
    )
    read, ids = (tokenizer(said, add_special_tokens=False)["input_ids"] for said in (text, whole))
    shared = next((k for k, (a, b) in enumerate(zip(read, ids, strict=False)) if a != b), min(len(read), len(ids)))
    return {"input_ids": ids, "completion_mask": [0] * shared + [1] * (len(ids) - shared)}
