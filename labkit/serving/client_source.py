"""The client that a deployment writes: a file of its own, which the tests run as it is."""

from __future__ import annotations

CLIENT = '''"""Ask the released model: python client.py "a post" "another post of the same author".

Needs: pip install labkit openai. The key stands in the variable that client.json names; LABKIT_BASE_URL sets another
address. Prompt and labels are those of the release, so an answer is read as it was measured.
"""

import json
import os
import sys
from pathlib import Path

import openai

from labkit.parsing import parse_reply
from labkit.privacy import mask_example, mask_messages
from labkit.prompts import parse_prompt, render
from labkit.records import Example, Prediction, Reply
from labkit.workspace import task_from_yaml

HERE = Path(__file__).resolve().parent
SETTINGS = json.loads((HERE / "client.json").read_text(encoding="utf-8"))
TASK = task_from_yaml((HERE / "task.yaml").read_text(encoding="utf-8"), "task.yaml")
PROMPT = parse_prompt((HERE / "prompt.md").read_text(encoding="utf-8"), SETTINGS["release"])


def ask(*posts: str, subtask: str | None = None) -> Prediction:
    """Labels, reason and status for the posts of one row."""
    row = Example("asked", posts, subtask=subtask, split="traffic")
    row = mask_example(row, TASK.language) if SETTINGS["masked"] else row
    parts = render(PROMPT, TASK, row).messages
    parts = mask_messages(parts, TASK.language) if SETTINGS["masked"] else parts
    messages = [{"role": part.role, "content": part.content} for part in parts]
    address = os.environ.get("LABKIT_BASE_URL", SETTINGS["base_url"])
    client = openai.OpenAI(base_url=address, api_key=os.environ.get(SETTINGS["key"], "none"))
    said = client.chat.completions.create(model=SETTINGS["model"], messages=messages, **SETTINGS["asked"])
    choice = said.choices[0]
    text = choice.message.content or ""
    return parse_reply(Reply(text, text.encode(), choice.finish_reason), TASK, row)


if __name__ == "__main__":
    found = ask(*sys.argv[1:])
    sys.stdout.buffer.write((json.dumps({"status": found.status, "labels": found.labels, "rationale": found.rationale},
                                        ensure_ascii=False) + "\\n").encode())
'''
