"""What is wrong with a command's words, in the language of the interface; typer says it in English alone."""

from __future__ import annotations

import re

from labkit.texts import say

# What typer says, as far as a command of ours can be told so, and the key of texts that says the same.
_SAID = (
    (r"Missing argument (?P<name>'.+?')", "usage.missing_argument"),
    (r"Missing option (?P<name>'.+?')", "usage.missing_option"),
    (r"Missing command", "usage.missing_command"),
    (r"No such option: (?P<name>\S+)", "usage.no_option"),
    (r"No such option: (?P<name>\S+) \(Possible options: (?P<near>.+)\)", "usage.near_option"),
    (r"No such command (?P<name>'.*?')", "usage.no_command"),
    (r"No such command (?P<name>'.*?')\. Did you mean (?P<near>.+?)\?", "usage.near_command"),
    (r"Option (?P<name>'.+?') requires an argument", "usage.no_value"),
    (r"Option (?P<name>'.+?') does not take a value", "usage.needs_no_value"),
    (r"Got unexpected extra argument\(?s?\)? \((?P<words>.*)\)", "usage.extra"),
    (r"Invalid value for (?P<name>.+?): .*valid integer.*", "usage.no_integer"),
    (r"Invalid value for (?P<name>.+?): .*valid number.*", "usage.no_number"),
    (r"Invalid value for (?P<name>.+?): .*valid boolean.*", "usage.no_flag"),
    (r"Invalid value for (?P<name>.+?): (?P<problem>.*)", "usage.bad_value"),
)


def usage_in_words(error: Exception, program: str) -> str:
    """What is wrong with the command's words, and where they are explained.

    Args:
        error: one of typer's errors of usage.
        program: what is named where the error names no command.
    """
    context = getattr(error, "ctx", None)
    command = context.command_path if context else program
    english = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    return say("usage.explained", problem=_in_words(english), command=command)


def _in_words(english: str) -> str:
    """The sentence by its key; one that typer has added since is left as it is."""
    found = ((re.fullmatch(pattern, english, re.DOTALL), key) for pattern, key in _SAID)
    return next((say(key, **match.groupdict()) for match, key in found if match), english)
