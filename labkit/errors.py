"""Every error a user of labkit can meet; each message names the thing, the place and the fix.

LabkitError                      exit code 2 on the command line, shown as one line
├── BadInput                     something the user handed over cannot be used
│   ├── BadData                  a table, a row, a label
│   ├── BadTask                  task.yaml
│   ├── BadPrompt                a prompt file
│   ├── BadRecipe                a training recipe
│   ├── NothingEdited            two prompts that tell a model the same, where an edit is asked about
│   └── UnknownName              a model, prompt, run or column that does not exist ("did you mean")
├── NeedsReason                  reading the test split without saying why
├── NeedsConsent                 personal data or secrets would leave this machine, and nobody has said they may
├── BudgetSpent                  the next request could cost more than is left
├── GateRefused                  a release that its gate does not let pass
├── MissingExtra                 an optional part of labkit is not installed
├── MissingKey                   an environment variable that should hold a key is empty
├── ModelError                   a model could not answer
│   ├── ModelUnreachable         nothing listens there, or it is not the API it should be
│   ├── ModelRefused             the provider will not serve this account, key or model: stop asking
│   └── ModelBusy                try the same request again later
├── StoreError                   the run database
│   └── RunBusy                  another process is working on this run or job
└── TrainingFailed               a training job ended without an adapter
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Self

from labkit.texts import WORDS, Phrase, language, listed, say


class LabkitError(Exception):
    """Base of all errors that labkit raises on purpose.

    Args:
        problem: one sentence that names the thing and the place.
        fix: one sentence that says what to do; it ends the message.
    """

    phrase: Phrase | None = None  # what it was told with, so that a file can keep it for readers of both languages

    def __init__(self, problem: str, fix: str = "") -> None:
        self.problem = problem.rstrip(".。")
        self.fix = fix.rstrip(".。")
        super().__init__("".join(map(_ended, filter(None, (self.problem, self.fix)))).rstrip())

    @classmethod
    def told(cls, key: str, /, **values: object) -> Self:
        """The error in the interface language: its problem is `key` of `texts`, its fix `key.fix`, where there is one.

        Args:
            key: of `texts.WORDS`; an unknown one is a programming error and raises KeyError.
            values: what the placeholders of both stand for.
        """
        phrase, fix = Phrase(key, values), f"{key}.fix"
        error = cls(phrase.told(), Phrase(fix, values).told() if fix in WORDS else "")
        error.phrase = phrase
        return error


class BadInput(LabkitError):
    """Something the user handed over cannot be used as it is."""


class BadData(BadInput):
    """A table, a row or a label that cannot be read."""


class BadTask(BadInput):
    """A task.yaml that cannot be read or contradicts itself."""


class BadPrompt(BadInput):
    """A prompt file that cannot be read or does not fit its task."""


class BadRecipe(BadInput):
    """A training recipe with an unknown key or an impossible value."""


class PortLost(BadInput):
    """Another program took a port that was free a moment ago."""


class NothingEdited(BadInput):
    """Two prompts tell a model the same, where an edit is asked about."""


class UnknownName(BadInput):
    """A name that stands for nothing; the nearest known ones are offered.

    Args:
        kind: what was looked for: a key of `texts` without its "kind.", such as "model" or "prompt".
        name: what the user wrote.
        known: the names that exist.
        fix: what to do when nothing is near; the known names are listed by default.
        place: what the words of the kind name besides, such as the file that lacks the column.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], fix: str = "", **place: object) -> None:
        names = sorted(set(known))
        near = [repr(likely) for likely in _near(name, names)]
        hint = say("error.unknown.meant", names=say("error.unknown.or").join(near)) if near else fix
        kind = Phrase(f"kind.{kind}", place).told()
        super().__init__(say("error.unknown", kind=kind, name=name), hint or _listing(kind, names))


class NeedsReason(LabkitError):
    """The test split is about to be read without a reason."""


class NeedsConsent(LabkitError):
    """Personal data or secrets would leave this machine, and nobody has said whether they may."""


class BudgetSpent(LabkitError):
    """The next request could cost more than the budget has left; what is open stays open."""


class GateRefused(LabkitError):
    """A rule of the gate does not hold, so there is no release."""


class MissingExtra(LabkitError):
    """An optional part of labkit is not installed.

    Args:
        feature: what needs it, in words.
        extra: the name of the extra in labkit's own package metadata.
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            say("error.missing_extra", feature=feature, extra=extra), say("error.missing_extra.fix", extra=extra)
        )


class MissingKey(LabkitError):
    """An environment variable that should hold a key is not set."""


class ModelError(LabkitError):
    """A model could not answer a request.

    Args:
        problem: what happened.
        fix: what to do.
        raw: the body that came instead of an answer, kept with the failed attempt.
        kind: what is complained about, in one word ("money", "temperature", "prompt", ...); "" when it is not known.
    """

    maybe_billed = True  # False where it is sure that the provider did no work for it

    def __init__(self, problem: str, fix: str = "", raw: bytes = b"", kind: str = "") -> None:
        super().__init__(problem, fix)
        self.raw, self.kind = raw, kind


class ModelUnreachable(ModelError):
    """Nothing answers at a model's address, or what answers is not a model."""


class WebPage(ModelUnreachable):
    """A web page came where a model should answer: a network that wants a login, or a wrong address."""


class ModelRefused(ModelError):
    """The provider will not serve this key, account or model; asking again is useless."""


class ModelBusy(ModelError):
    """The same request may succeed later.

    Args:
        problem: what happened.
        retry_after: seconds the server asked to wait, or None when it did not say.
        raw: the body that came instead of an answer, kept with the failed attempt.
        overloaded: whether the server has too much to do, so that fewer requests at once help.
    """

    limit_of = ""  # a rate limit: of the "model", where the server's words name it, else of the "key"

    def __init__(
        self, problem: str, retry_after: float | None = None, raw: bytes = b"", *, overloaded: bool = False
    ) -> None:
        super().__init__(problem, say("error.busy.fix"), raw)
        self.retry_after, self.overloaded = retry_after, overloaded


class StoreError(LabkitError):
    """The run database cannot be used."""


class RunBusy(StoreError):
    """Another process is working on this run or job."""


class TrainingFailed(LabkitError):
    """A training job ended without an adapter."""


def _near(name: str, names: list[str]) -> list[str]:
    """Names that were probably meant: very like it, or begun alike and half like it, as v3 is like v2."""
    likely = get_close_matches(name, names, n=2, cutoff=0.6)
    return likely or [n for n in get_close_matches(name, names, n=2, cutoff=0.5) if n[:1] == name[:1]]


def _listing(kind: str, names: list[str]) -> str:
    return say("error.unknown.known", names=listed(names[:12])) if names else say("error.unknown.none", kind=kind)


def _ended(sentence: str) -> str:
    """A sentence with the stop of its language, and the space that follows it."""
    if sentence[-1] in "?？":
        return f"{sentence} "
    chinese = sentence[-1:] if language() == "en" else sentence  # a Chinese one may end with a path or a name
    return f"{sentence}。" if max(chinese) >= "\u2e80" else f"{sentence}. "
