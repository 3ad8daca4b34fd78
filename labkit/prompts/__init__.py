"""The prompt: its file, its rendering, and reading a rendered one back."""

from labkit.prompts.file import format_prompt, parse_prompt, prompt_sha256
from labkit.prompts.reading import RenderedPrompt, read_rendered
from labkit.prompts.render import render, render_definition, render_posts

__all__ = [
    "RenderedPrompt",
    "format_prompt",
    "parse_prompt",
    "prompt_sha256",
    "read_rendered",
    "render",
    "render_definition",
    "render_posts",
]
