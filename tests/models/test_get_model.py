from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadInput, LabkitError, UnknownName
from labkit.models import get_model, known_models, model_names
from labkit.models.addresses import check_address
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.providers import PROVIDERS, providers_of
from labkit.workspace import Scene


def write(scene: Scene, text: str) -> None:
    (scene.path / "models.toml").write_text(text, encoding="utf-8")


def test_the_models_that_need_nothing_else(scene: Scene):
    assert get_model("definition-reader").name == "definition-reader"
    assert get_model("linear", scene).name == "linear"


def test_linear_needs_a_scene():
    with pytest.raises(BadInput, match="scene"):
        get_model("linear")


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_every_bundled_provider_makes_a_model(provider: str):
    model = get_model(f"{provider}/some/model-x")
    assert isinstance(model, OpenAICompatible)
    assert model.name == f"{provider}/some/model-x"
    assert model.parameters["base_url"] == PROVIDERS[provider].base_url


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("definition-raeder", "'definition-reader'"),
        ("linaer", "'linear'"),
        ("opnai/gpt-x", "'openai/gpt-x'"),
        ("openai", "'openai/<model>'"),
        ("openai/", "'openai/<model>'"),
        ("local/", "<provider>/<model>"),
        ("", "<provider>/<model>"),
    ],
)
def test_an_unknown_name_gets_a_hint(name: str, hint: str):
    with pytest.raises(UnknownName) as caught:
        get_model(name)
    assert hint in str(caught.value)


def test_a_row_of_models_toml_is_a_provider(scene: Scene):
    write(scene, '[ours]\nbase_url = "http://127.0.0.1:8123/v1"\nkey = "env:OUR_KEY"\ntemperature = "default"\n')
    assert get_model("ours/m", scene).parameters["base_url"] == "http://127.0.0.1:8123/v1"
    assert "ours/<model>" in model_names(scene)
    with pytest.raises(UnknownName):
        get_model("ours/m")


def test_a_row_of_models_toml_changes_a_known_provider_in_part(scene: Scene):
    write(scene, '[moonshot]\nbase_url = "https://api.moonshot.ai/v1"\n')
    found = providers_of(scene)["moonshot"]
    assert (found.base_url, found.key) == ("https://api.moonshot.ai/v1", "env:MOONSHOT_API_KEY")
    assert found.temperature == PROVIDERS["moonshot"].temperature


def test_a_pattern_may_wish_what_a_wider_one_says_how_to_do(scene: Scene):
    wide = 'models."q*".thinking_on = { think = true }'
    write(scene, f"[ours]\nbase_url = 'https://a/v1'\n{wide}\nmodels.\"q-max\".thinking = 'on'")
    assert providers_of(scene)["ours"].for_model("q-max").thinking_body == {"think": True}


BAD_SETTINGS = [
    ("[ours", "cannot be read"),
    ("ours = 1", "outside a table"),
    ("[local]\nbase_url = 'https://a/v1'", "'local' stands for models of this machine"),
    ("[ours]\nkey = 'env:X'", "has no base_url"),
    ("[ours]\nbase_ur = 'https://a/v1'", "Did you mean 'base_url'"),
    ("[ours]\nbase_url = 1", "base_url is 1"),
    ("[ours]\nbase_url = 'https://a/v1'\nkey = 'sk-0123456789'", "name of an environment variable"),
    ("[ours]\nbase_url = 'https://a/v1'\nkey = 'env:'", "name of an environment variable"),
    ("[ours]\nbase_url = 'https://a/v1'\nkey = 'keyring:service'", "name of an environment variable"),
    ("[ours]\nbase_url = 'https://a/v1'\njson_mode = 'json_objet'", "Did you mean 'json_object'"),
    ("[ours]\nbase_url = 'https://a/v1'\nthinking = 'no'", "off, on, default"),
    ("[ours]\nbase_url = 'https://a/v1'\nerrors.mony = ['x']", "Did you mean 'money'"),
    ("[ours]\nbase_url = 'https://a/v1'\nerrors.money = ['(']", "no regular expression"),
    ("[ours]\nbase_url = 'https://a/v1'\nregions.eu.base_ur = 'https://b'", "Did you mean 'base_url'"),
    ("[ours]\nbase_url = 'https://a/v1'\nmodels.x.temperatur = 1", "Did you mean 'temperature'"),
    ("[ours]\nbase_url = 'https://a/v1'\nmodels.m.base_url = 'https://b/v1'", "base_url belongs to the server"),
    ("[ours]\nbase_url = 'https://a/v1'\nmodels.m.key = 'env:OTHER'", "key belongs to the server"),
    ("[ours]\nbase_url = 'https://a/v1'\nmodels.m.proxy = 'http://b:80'", "proxy belongs to the server"),
    ("[ours]\nbase_url = 'https://a/v1'\ncaches = [{ minimum = 1 }]", "minimum_tokens"),
    ("[ours]\nbase_url = 'https://a/v1'\ncaches = [{ kind = 'own', minimum_tokens = 'many' }]", "minimum_tokens"),
    ("[ours]\nbase_url = 'https://a/v1'\ncurrency = 'Dollar'", "three capital letters"),
    ("[ours]\nbase_url = 'https://a/v1'\nextra_body = { day = 2026-11-20 }", "JSON"),
    ("[ours]\nbase_url = 'https://a/v1'\nthinking_off = { depth = nan }", "JSON"),
    ("[ours]\nbase_url = 'https://a/v1'\nthinking = 'off'", "Write thinking_off = { … }"),
    ("[ours]\nbase_url = 'https://a/v1'\nmodels.m.thinking = 'on'", "Write thinking_on = { … }"),
    ("[ours]\nbase_url = 'https://a/v1'\nregions.eu.thinking = 'on'", "Write thinking_on = { … }"),
    ("[ours]\nbase_url = 'https://a/v1'\nextra_body = { messages = [] }", "Leave messages out"),
    ("[ours]\nbase_url = 'https://a/v1'\nmodels.m.extra_body = { model = 'other' }", "Leave model out"),
    ("[ours]\nbase_url = 'https://a/v1'\nextra_body = { stream = true }", "Leave stream out"),
    ("[ours]\nbase_url = 'https://a/v1'\nregions.eu.thinking_on = { stream_options = {} }", "Leave stream_options out"),
    ("[ours]\nbase_url = 'https://a/v1?version=1'", "not usable"),
    ("[ours]\nbase_url = 'https://bäcker.example/v1'", "xn--bcker-gra.example"),
    ("[ours]\nbase_url = 'https://a/v1'\nbatch_discount = 1.5", "from 0 to below 1"),
    ("[ours]\nbase_url = 'https://a/v1'\nextra_body = 1", "Write a table"),
    ("[ours]\nbase_url = 'https://a/v1'\njson_mode = 1", "json_mode is 1"),
    ("[ours]\nbase_url = 'https://a/v1'\nmax_tokens = true", "max_tokens is True"),
    ("[ours]\nbase_url = 'https://a/v1'\nconcurrency = 0", "concurrency is 0"),
    ("[ours]\nbase_url = 'https://a/v1'\ntemperature = 'hot'", "temperature is 'hot'"),
    ("[ours]\nbase_url = 'http://example.com/v1'", "unencrypted"),
]


@pytest.mark.parametrize(("text", "words"), BAD_SETTINGS)
def test_a_bad_models_toml_is_named_in_one_line(scene: Scene, text: str, words: str):
    write(scene, text)
    with pytest.raises(BadInput) as caught:
        get_model("ours/m", scene)
    assert words in str(caught.value)
    assert "models.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [text for text, _ in BAD_SETTINGS])
def test_a_bad_models_toml_is_told_in_chinese(scene: Scene, text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    write(scene, text)
    with pytest.raises(BadInput) as caught:
        get_model("ours/m", scene)
    told = re.sub(r"(['\"]).*?\1|（.*）", "", str(caught.value))  # without what is quoted, and a library's words
    assert re.findall("[A-Za-z]+ [a-z]+", told) == []


def test_no_extra_field_of_the_body_hides_where_requests_go(scene: Scene):
    write(scene, "[ours]\nbase_url = 'https://a/v1'\nextra_body = { base_url = 'http://127.0.0.1/v1', seed = 1 }")
    found = get_model("ours/m", scene).parameters
    assert (found["base_url"], found["seed"]) == ("https://a/v1", 1)


def test_a_key_in_models_toml_is_not_repeated(scene: Scene):
    write(scene, "[ours]\nbase_url = 'https://a/v1'\nkey = 'sk-CANARY'")
    with pytest.raises(BadInput) as caught:
        get_model("ours/m", scene)
    assert "CANARY" not in str(caught.value)


@given(st.text())
def test_any_models_toml_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str):
    class Folder:
        path = tmp_path_factory.mktemp("scene")

    (Folder.path / "models.toml").write_bytes(text.encode("utf-8", "replace"))
    refused = ""
    try:
        found = set(providers_of(Folder))
    except LabkitError as error:
        refused = str(error)
    assert "models.toml" in refused if refused else found >= set(PROVIDERS)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000/v1", "http://localhost/v1", "http://[::1]:8000/v1", "https://example.com/v1"]
)
def test_addresses_that_are_fine(address: str):
    check_address(address, "here")


REFUSED = ("", "example.com/v1", "ftp://a/v1", "file:///etc/passwd", "https:///v1", "https://user:word@a/v1")
REFUSED += ("http://169.254.169.254/v1", "http://localhost.example.com/v1", "http://127.0.0.1.example.com/v1")
REFUSED += ("https://a:port/v1", "http://[::1/v1", "https://a/v1?key=1", "https://a/v1#top")
REFUSED += ("https://аpi.openai.com/v1", f"https://а.{'a' * 64}.com/v1", "https://а..com/v1")


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_that_are_refused(address: str):
    with pytest.raises(BadInput, match="here"):
        check_address(address, "here")


@pytest.mark.parametrize(
    "address",
    [
        "https://user:CANARY@a.example/v1",
        "user:CANARY@a.example/v1",
        "https://user:CAN@ARY@a.example/v1",
        "https://a.example/v1?key=CANARY",
        "https://a.example/v1#CANARY",
    ],
)
def test_no_password_and_no_key_in_an_address_is_repeated(address: str):
    with pytest.raises(BadInput) as caught:
        check_address(address, "here")
    assert "CAN" not in str(caught.value)
    assert "a.example" in str(caught.value)


def test_an_address_with_an_empty_query_is_refused():
    with pytest.raises(BadInput):
        check_address("https://a.example/v1?", "here")


def test_the_list_says_what_is_ready(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DASHSCOPE_API_KEY", "k")
    ready = {model.name: model.ready for model in known_models(scene)}
    assert ready["definition-reader"] is True
    assert ready["linear"] is True
    assert ready["dashscope/<model>"] is True
    assert ready["openai/<model>"] is False
    assert ready["vllm/<model>"] is None
    assert ready["moonshot@intl/<model>"] is False
