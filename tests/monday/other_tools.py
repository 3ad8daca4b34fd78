"""The same with promptfoo and LLaMA-Factory, step by step as their documentation asks for it.

Counted from the pages, not run here; installing either tool is left out, as is installing labkit. Where a tool has no
documented way, the least that somebody must write is counted, and the source says what is missing.
"""

from __future__ import annotations

from tests.monday.steps import Step

_CASES = "promptfoo.dev/docs/configuration/test-cases"
_GUIDE = "promptfoo.dev/docs/configuration/guide"
_SCRIPTS = "promptfoo.dev/docs/configuration/expected-outputs/javascript"
_USAGE = "promptfoo.dev/docs/usage/command-line"
_DATA = "github.com/hiyouga/LLaMA-Factory, data/README.md"
_README = "github.com/hiyouga/LLaMA-Factory, README.md"

STEPS = (
    Step("error", "conversion", "the column of labels into __expected columns of assertions", _CASES),
    Step("error", "file", "the prompt as a template with the column's name in it", _GUIDE),
    Step("error", "file", "an assertion that compares the answer's set of labels with the expected one", _SCRIPTS),
    Step("error", "file", "promptfooconfig.yaml: prompts, providers, tests", _GUIDE),
    Step("error", "command", "promptfoo eval", _USAGE),
    Step("error", "command", "promptfoo view; the definition is looked up in the prompt's file", _USAGE),
    Step("models", "command", "export the provider's key", _GUIDE),
    Step("models", "file", "the second provider in promptfooconfig.yaml", _GUIDE),
    Step("models", "command", "promptfoo eval -o results.json; its costs are in it", _USAGE),
    Step("models", "file", "a script that pairs the rows and tests the difference", "promptfoo PR #10325, open"),
    Step("models", "command", "run that script", "promptfoo PR #10325, open"),
    Step("training", "conversion", "the rows into alpaca or sharegpt records", _DATA),
    Step("training", "conversion", "the prompt's template into the fields system and instruction", _DATA),
    Step("training", "file", "an entry in dataset_info.json", _DATA),
    Step("training", "file", "a YAML file of the training", _README),
    Step("training", "file", "a script that holds the trained messages against those evaluated", "no documented way"),
    Step("training", "command", "run that script", "no documented way"),
    Step("training", "command", "llamafactory-cli train", _README),
)
