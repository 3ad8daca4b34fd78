"""What a prompt allows an answer to be, as a grammar that ends: no answer can run out of tokens."""

from __future__ import annotations

import json
from typing import Any

from labkit.models.response_format import answer_schema
from labkit.prompts import RenderedPrompt

_RATIONALE = 300  # characters at most; one or two sentences are asked for
_QUOTE = 100
_QUOTES = 5
_QUOTED = 4000  # characters of a post, its first, that may be quoted
_FRAME = 200  # characters of keys, brackets and the like
_TOKENS_OF_A_CHARACTER = 12  # at worst: JSON may write a character as \ud83d\ude00, and a token may be one byte
_CLOSING = '"}'
# Where only one text can follow, llguidance would cut it into tokens itself, and miss those that reach beyond it
# (`", "labels": ["`): the model would go on from tokens that it never writes.
_OPTIONS = '%llguidance {"no_forcing": true}'
_AS_LABKIT_WRITES = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


def contract_grammar(prompt: RenderedPrompt) -> str:
    """The answers that a prompt allows, in llguidance's form of a Lark grammar.

    Its keys come in the order that the prompt asks for, labels from its list, and every quote out of the post that it
    names.

    Args:
        prompt: what can be read in a request.
    """
    keys = answer_schema(prompt)["properties"]
    asked = _as_json(", ").join(f" {_as_json(_as_json(key) + ': ')} {key} " for key in keys)
    rules = {"start": f"{_as_json('{')}{asked}{_as_json('}')}", "labels": _json(_labels(prompt))}
    if prompt.rationale != "none":
        rules["rationale"] = _json({"type": "string", "maxLength": _RATIONALE})
        rules["definition"] = _json({"enum": [*prompt.definitions, ""]})
        rules |= _evidence(prompt)
    return "\n".join([_OPTIONS, *(f"{name}: {rule}" for name, rule in rules.items()), ""])


def most_tokens(prompt: RenderedPrompt) -> int:
    """More tokens than any answer under the contract can take."""
    labels = sum(len(json.dumps(label)) + 2 for label in prompt.definitions)
    texts = 0 if prompt.rationale == "none" else _RATIONALE + min(_QUOTES, len(prompt.posts)) * (_QUOTE + _FRAME)
    return _TOKENS_OF_A_CHARACTER * (_FRAME + 2 * labels + texts)


def _labels(prompt: RenderedPrompt) -> dict[str, Any]:
    labels = list(prompt.definitions)
    count = {"minItems": 0 if prompt.none else 1, "maxItems": len(labels) if prompt.several else 1}
    return {"type": "array", "items": {"enum": labels}, **count}


def _evidence(prompt: RenderedPrompt) -> dict[str, str]:
    """The list of quotes, a quote, and for each post the stretches of it that may be quoted."""
    posts = {number: post for number, post in enumerate(prompt.posts, 1) if post}
    if not posts:
        return {"evidence": _as_json("[]")}
    others = min(_QUOTES, len(posts)) - 1
    more = f" ({_as_json(', ')} quote){{0,{others}}}" if others else ""
    named = (f"{_as_json(_opening(number))} POST_{number} {_as_json(_CLOSING)}" for number in posts)
    stretches = {f"POST_{number}": f"TEXT_{number} & /(?s:.{{1,{_QUOTE}}})/" for number in posts}
    texts = {f"TEXT_{number}": _stretch(post) for number, post in posts.items()}
    return {"evidence": f'"[" (quote{more})? "]"', "quote": " | ".join(named), **stretches, **texts}


def _opening(post: int) -> str:
    return f'{{"post": {post}, "quote": "'


def _stretch(post: str) -> str:
    """Characters of a post that follow each other, as JSON writes them."""
    letters = [_as_json(letter)[1:-1] for letter in post[:_QUOTED]]
    return f"%regex {_as_json({'substring_chunks': letters})}"


def _json(schema: dict[str, Any]) -> str:
    return f"%json {_as_json({**schema, 'x-guidance': _AS_LABKIT_WRITES})}"


def _as_json(value: Any) -> str:
    """As JSON, whose strings are also Lark's."""
    return json.dumps(value, ensure_ascii=False)
