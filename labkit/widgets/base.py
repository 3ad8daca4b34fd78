"""What every widget of labkit shares: its bundle, its keywords, one lock, and errors that people see."""

from __future__ import annotations

import inspect
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar, Self

import anywidget
import traitlets
from anywidget.experimental import command

from labkit.errors import LabkitError, UnknownName
from labkit.texts import catalogue, language

Message = Mapping[str, Any]
Reply = tuple[dict[str, Any], list[bytes]]
STATIC = Path(__file__).resolve().parent.parent / "static"


class LabWidget(anywidget.AnyWidget):
    """A widget whose front end is `labkit/static/<its module's name>.js` and `.css`.

    Its words come from `labkit.texts` under the same name, and reach the front end as a trait.
    Callbacks may run on the main thread or in a subshell's: they take `_lock`, and never wait for anything else.

    Raises:
        UnknownName: a keyword that the class does not take.
        LabkitError: the bundle is missing, when the class is defined.
    """

    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Dict().tag(sync=True)  # {} or {"error": one line, "details": a traceback or ""}
    _front_end: ClassVar[str]  # names bundle and words; a user's own subclass inherits it

    def __init_subclass__(cls, **keywords: Any) -> None:
        bundle = STATIC / f"{cls.__module__.rpartition('.')[2]}.js"
        inherited = getattr(cls, "_front_end", None)
        if bundle.is_file() and bundle.stem != inherited:  # traitlets subclasses once more, per instance
            cls._front_end, cls._esm, cls._css = bundle.stem, bundle, bundle.with_suffix(".css")
        elif inherited is None:
            raise LabkitError.told("error.widget.no_front_end", name=cls.__name__, bundle=bundle.name)
        super().__init_subclass__(**keywords)

    def __new__(cls, *arguments: Any, **keywords: Any) -> Self:
        """Refuse unknown keywords: traitlets would only warn and drop them."""
        known = [name for name in inspect.signature(cls.__init__).parameters if name != "self"]
        for keyword in keywords:
            if keyword not in known:
                raise UnknownName("argument of", keyword, known, where=cls.__name__)
        widget: Self = super().__new__(cls, *arguments, **keywords)
        return widget

    def __init__(self, **traits: Any) -> None:
        self._lock = threading.RLock()
        super().__init__(words=catalogue(f"{self._front_end}."), language=language(), **traits)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a page sends under the lock: traits set by another thread meanwhile would tell nobody."""
        with self._lock:
            super().set_state(sync_data)

    @contextmanager
    def _guarded(self, *, clears: bool = True) -> Iterator[None]:
        """Hold the lock; an exception becomes `problem` in the cell (raised in a callback, nobody would see it).

        Args:
            clears: that all went well takes away a problem before; not so where something only follows what went wrong.
        """
        with self._lock:
            try:
                yield
            except Exception as error:
                self.problem = described(error)
            else:
                if clears:
                    self.problem = {}


def replying(method: Callable[[Any, Message], Mapping[str, Any]]) -> Callable[[Any, Message, list[bytes]], Reply]:
    """Turn a method into a command that the front end can `invoke`.

    Args:
        method: takes the message; returns what the front end wants to know. It runs under the widget's lock.

    Returns:
        A command that replies `{"ok": True, **result}`, or `{"ok": False, "error", "details"}` when the method raised.
    """

    @wraps(method)
    def reply(self: Any, message: Message, _buffers: list[bytes]) -> Reply:
        with self._lock:
            try:
                return {"ok": True, **method(self, message)}, []
            except Exception as error:
                return {"ok": False, **described(error)}, []

    command(reply)  # marks it for anywidget
    return reply


def described(error: Exception) -> dict[str, str]:
    """One line for people; a traceback only for what labkit did not raise on purpose."""
    if isinstance(error, LabkitError):
        return {"error": str(error), "details": ""}
    return {"error": f"{type(error).__name__}: {error}", "details": traceback.format_exc()}
