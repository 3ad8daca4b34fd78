"""Widgets for notebooks and dashboards: values and callables in, a value out; sources in `widgets/src`."""

from labkit.widgets.prompt_editor import PromptEditor

__all__ = ["PromptEditor"]
