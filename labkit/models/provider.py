"""One server that speaks Chat Completions, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from labkit.errors import BadInput

DEFAULT = "default"  # a parameter that is left to the server
JSON_MODES = ("none", "json_object", "json_schema")
THINKING = ("off", "on", DEFAULT)
TUNING_FORMS = ("openai", "dashscope")
TRAINING = ("allowed", "restricted", "forbidden", "unknown")
_LENGTHS = ("max_tokens", "max_completion_tokens")  # of an answer; a server may take either
_THOUGHT, _ANSWERS = "thinking_budget", "n"  # tokens of thinking, where they are counted apart; answers to a request
CACHED_TOKENS = ("prompt_tokens_details.cached_tokens", "prompt_cache_hit_tokens", "cached_tokens")


@dataclass(frozen=True, slots=True)
class Provider:
    """One server that speaks Chat Completions; what it is not known to have is left empty.

    Args:
        name: the words before the slash in a model's name: "moonshot", or "moonshot@intl" with a region.
        base_url: its address, up to and including the version ("…/v1"); https, unless it is this machine.
        key: where its key is: "env:NAME", "keyring:service/name", or None when it needs none.
        key_host: a host to which the key may go although it was set for another.
        region: which of its regions this is; keys of one do not work in another.
        regions: region -> what differs there (base_url, key, currency).
        currency: what it bills in, ISO 4217.
        json_mode: the response_format it takes: "none", "json_object" or "json_schema".
        needs_json_word: whether it refuses JSON mode unless the prompt says "json"; such a prompt is then sent
            without it, as it is never altered.
        system_role: whether it knows the system role; if not, the system message opens the user message.
        temperature: sampling temperature, or "default" where it does not let it be set.
        max_tokens: the longest answer, in tokens; what a thinking model writes before it counts too.
        max_tokens_name: what it calls that parameter.
        thinking: "off", "on", or "default" to leave it to the server.
        thinking_off, thinking_on: the parameters that switch it.
        thinking_needs_stream: whether it thinks only in streamed answers.
        thinking_takes_json: whether it takes json_mode while it thinks; if not, it is asked without.
        stream: whether to ask for a streamed answer in any case.
        stream_usage: whether it takes stream_options, which ask for the tokens of a streamed answer.
        extra_body: further parameters, sent as they are.
        cached_tokens: where in `usage` the tokens from its cache stand, dotted; the first that is there counts.
        caches: its prompt caches: {kind, minimum_tokens}.
        errors: kind of error -> regular expressions of what it says then; see `api_errors.ErrorKind`.
        batch_url: the base URL of its batch files in OpenAI's form, or "".
        tuning_url: the base URL of its tuning service, or "".
        tuning_form: how that is spoken to: "openai", or "dashscope".
        batch_discount: the part of the price that a batch file saves, 0 to 1.
        models: pattern of model names ("gpt-5*") -> what differs for them.
        concurrency: requests at once.
        timeout_s: seconds for one answer, first to last byte.
        ca_file: a file of certificates to trust instead of the system's; "" is the system's.
        private_network: whether its host may have a private address.
        proxy: the HTTP proxy through which its server is reached, "http://host:port"; "" is none, whatever the
            environment says. The proxy sees the server's name, and nothing of what is sent.
        training_on_outputs: whether its terms let others train on its answers: "allowed", "restricted", "forbidden",
            or "unknown" where nobody has looked.
        terms: where that is written, and its words in short.
        source: where this was read, or "".
        date: when, ISO 8601, or "".
        unknown: settings, and "minimum_tokens" of caches, whose values here no source confirms: what stands for them is
            a guess, which one request puts to the test (see `labkit.preflight`).
    """

    name: str
    base_url: str
    key: str | None = None
    key_host: str = ""
    region: str = ""
    regions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    currency: str = ""
    json_mode: str = "json_object"
    needs_json_word: bool = True
    system_role: bool = True
    temperature: float | str = 0.0
    max_tokens: int = 1024
    max_tokens_name: str = "max_tokens"
    thinking: str = DEFAULT
    thinking_off: Mapping[str, Any] = field(default_factory=dict)
    thinking_on: Mapping[str, Any] = field(default_factory=dict)
    thinking_needs_stream: bool = False
    thinking_takes_json: bool = True
    stream: bool = False
    stream_usage: bool = True
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    cached_tokens: tuple[str, ...] = CACHED_TOKENS
    caches: tuple[Mapping[str, Any], ...] = ()
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    batch_url: str = ""
    tuning_url: str = ""
    tuning_form: str = "openai"
    batch_discount: float = 0.0
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    concurrency: int = 8
    timeout_s: float = 120.0
    ca_file: str = ""
    private_network: bool = False
    proxy: str = ""
    training_on_outputs: str = "unknown"
    terms: str = ""
    source: str = ""
    date: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def thinking_body(self) -> Mapping[str, Any]:
        """The parameters that switch thinking as wished; none when it is left to the server."""
        return {"off": self.thinking_off, "on": self.thinking_on}.get(self.thinking, {})

    @property
    def longest_answer(self) -> int:
        """Completion tokens of one request at most: what is thought included, and all its answers where it asks for n.

        Raises:
            BadInput: a parameter of extra_body that says so is no whole number.
        """
        sent = {self.max_tokens_name: self.max_tokens, **self.thinking_body, **self.extra_body}
        for name in (*_LENGTHS, _THOUGHT, _ANSWERS):
            if name in sent and (isinstance(sent[name], bool) or not isinstance(sent[name], int) or sent[name] < 0):
                raise BadInput.told("error.budget.extra_body", name=name, sent=sent[name], name2=self.name)
        longest = max(sent.get(name, 0) for name in (*_LENGTHS, self.max_tokens_name))
        return int((longest + sent.get(_THOUGHT, 0)) * max(1, sent.get(_ANSWERS, 1)))

    @property
    def streams(self) -> bool:
        """Whether answers are asked for as a stream."""
        return self.stream or (self.thinking == "on" and self.thinking_needs_stream)

    @property
    def other_regions(self) -> tuple[str, ...]:
        """The names under which its other regions are known."""
        base = self.name.partition("@")[0]
        names = (base, *(f"{base}@{region}" for region in self.regions))
        return tuple(name for name in names if name != self.name)

    def for_model(self, model: str) -> Provider:
        """This provider as it is for one model: what its patterns say of it stands above the rest."""
        found = self
        for pattern, differs in self.models.items():
            found = replace(found, **differs) if fnmatchcase(model, pattern) else found
        return found if found.thinking != "on" or found.thinking_takes_json else replace(found, json_mode="none")

    def in_region(self, region: str) -> Provider:
        """This provider in another of its regions."""
        return replace(self, name=f"{self.name}@{region}", region=region, **self.regions[region])
