"""The prompt: its file, its rendering, what changed from one to another, and reading a rendered one back."""

from labkit.prompts.diff import PromptDiff, SentenceChange, TextDiff, diff_prompts
from labkit.prompts.file import format_prompt, parse_prompt, prompt_sha256
from labkit.prompts.parts import Part, rendered_parts
from labkit.prompts.reading import RenderedPrompt, read_rendered
from labkit.prompts.render import render, render_definition, render_posts
from labkit.prompts.sentences import split_sentences

__all__ = [
    "Part",
    "PromptDiff",
    "RenderedPrompt",
    "SentenceChange",
    "TextDiff",
    "diff_prompts",
    "format_prompt",
    "parse_prompt",
    "prompt_sha256",
    "read_rendered",
    "render",
    "render_definition",
    "render_posts",
    "rendered_parts",
    "split_sentences",
]
