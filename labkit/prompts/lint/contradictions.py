"""Rules that cannot both be followed: in a definition, between two, and between a section and the answer contract."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labkit.prompts.lint.finding import Hit, Section
from labkit.prompts.lint.prose import squeezed
from labkit.prompts.lint.subject import Subject
from labkit.prompts.sentences import split_sentences
from labkit.records import Definition, Task

_ARROW = re.compile(r"\s{0,3}(?:->|→|=>|⇒)\s{0,3}")
_NOT = re.compile(
    r"不要|不应该?|不可以?|不能|不得|不用|不必|不再|不|别|勿|禁止|无需|一律|始终|必须|应该?|需要?|可以?|要|都"
    r"|\b(?:do not|does not|must not|should not|cannot|can not|don['’]t|doesn['’]t|never|not|always|must|should|do)\b",
    re.IGNORECASE,
)
DENIES = re.compile(
    r"[不别勿]|禁止|无需|\b(?:not|never|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_LEAST = 4  # characters of a rule, its "not" taken out: two shorter ones may agree by chance

_ONE_LABEL = r"(?:label|category|class|intent)"
_ASKS = {  # what a sentence asks of the answer -> how it is said
    "one": rf"只(?:能|可)?(?:选|输出|给出|打)一个|有且只有一个|单选|(?:exactly|only) one {_ONE_LABEL}",
    "several": r"可以?多选|选出所有|所有(?:符合|适用)的标签"
    rf"|(?:every {_ONE_LABEL}|all (?:labels|categories)) that appl(?:y|ies)",
    "forced": r"必须(?:选|给出|输出)(?:至少)?一个|至少(?:选|给出)一个"
    rf"|always (?:choose|pick|select|assign) (?:a|one|at least one) {_ONE_LABEL}",
    "none": r"输出空列表|返回空列表|空数组|不打任何标签|empty (?:list|array)|no label at all",
    "silent": r"不要(?:解释|说明|输出(?:理由|原因))|无需(?:解释|说明)"
    r"|只(?:输出|回答|给出)标签(?:名称?)?(?=[，。；,.;]|$)"
    r"|(?:do not|don['’]t|without) (?:explain(?:ing)?|giv(?:e|ing) (?:a |any )?(?:reason|explanation)s?)"
    r"|no explanations?"
    r"|(?:answer|reply|respond) with (?:only )?the label (?:only|alone)|only (?:output|return) the label",
}
_PATTERNS = {name: re.compile(text, re.IGNORECASE) for name, text in _ASKS.items()}


def contradiction_hits(subject: Subject) -> Iterator[Hit]:
    """Rules of which a model must break one."""
    for definition in subject.definitions:
        yield from _within(definition)
    yield from _passed_on(subject)
    yield from _opposites(subject)
    yield from _against_contract(subject)


def _hit(section: Section, label: str | None, quote: str, against: str) -> Hit:
    return Hit("contradiction", section, label, quote, values={"against": against[:160]})


def _within(definition: Definition) -> Iterator[Hit]:
    """A case that a definition both includes and excludes."""
    included = {squeezed(text): text for text in (*definition.includes, *definition.examples)}
    for text in definition.excludes:
        case = squeezed(_ARROW.split(text)[0])
        if case and case in included:
            yield _hit("definitions", definition.label, text, included[case])


def _passed_on(subject: Subject) -> Iterator[Hit]:
    """A case that two definitions each send to the other, so that it belongs nowhere."""
    sent: dict[tuple[str, str, str], str] = {}
    for definition in subject.definitions:
        for text in definition.excludes:
            case, *target = _ARROW.split(text)
            if not target or not squeezed(case):
                continue
            to = target[0].strip()
            back = sent.get((squeezed(case), to, definition.label))
            if back is not None:
                yield _hit("definitions", definition.label, text, f"{to}: {back}")
            sent[squeezed(case), definition.label, to] = text


def _opposites(subject: Subject) -> Iterator[Hit]:
    """Two sentences that are the same but for a "not"."""
    for scope in _scopes(subject):
        seen: dict[str, tuple[bool, str]] = {}
        for section, label, sentence in scope:
            bare, denies = squeezed(_NOT.sub("", sentence)), bool(DENIES.search(sentence))
            if len(bare) < _LEAST:
                continue
            before = seen.setdefault(bare, (denies, sentence))
            if before[0] is not denies:
                yield _hit(section, label, sentence, before[1])


def _scopes(subject: Subject) -> Iterator[list[tuple[Section, str | None, str]]]:
    """Sentences that hold at once: those of all sections together, and those of each definition."""
    yield [
        (section, None, sentence)
        for section, text in subject.sections
        if section != "examples"
        for sentence in split_sentences(text)
    ]
    for definition in subject.definitions:
        yield [("definitions", definition.label, sentence) for sentence in split_sentences(definition.text)]


def _against_contract(subject: Subject) -> Iterator[Hit]:
    """A sentence of a section that asks for another answer than the contract, which is written from task and prompt."""
    for section, text in subject.sections:
        for sentence in split_sentences(text) if section != "examples" else ():
            for against in _broken(sentence, subject.task, subject.prompt.rationale != "none"):
                yield Hit(f"contract-{against}", section, None, sentence)


def _broken(sentence: str, task: Task, explains: bool) -> Iterator[str]:
    asks = {name for name, pattern in _PATTERNS.items() if pattern.search(sentence)}
    if "one" in asks and task.multi_label and "several" not in asks:
        yield "several"
    if "several" in asks and not task.multi_label:
        yield "one"
    if "forced" in asks and task.allow_none:
        yield "none"
    if "none" in asks and not task.allow_none:
        yield "forced"
    if "silent" in asks and explains:
        yield "rationale"
