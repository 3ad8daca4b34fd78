"""What the study model is taught: true answers to labkit's own prompts, and not a word of the bundled scenes."""

from __future__ import annotations

import json
import random
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from labkit.models.chat_format import chat_messages, render_chat
from labkit.parsing import parse_reply
from labkit.prompts import render
from labkit.records import Example, Reply, Status
from labkit.workspace import bundled_scenes, open_scene
from labkit.workspace.bundled import data_folder

MODELS = data_folder() / "models"
LANGUAGES = ("zh", "en")
LEVELS = (0.0, 0.4, 1.0)
TOLERANCE = 0.02  # of the loss: another CPU sums products in another order


@pytest.fixture(autouse=True, scope="module")
def source() -> Any:
    """The scripts lie beside the data, not in the package."""
    sys.path.insert(0, str(MODELS))
    yield
    sys.path.remove(str(MODELS))


@pytest.fixture(scope="module")
def tokenizer(source: Any) -> Any:
    from study_source.tokens import train_tokenizer

    return train_tokenizer()


def makers(count: int = 36) -> list[Any]:
    """Schemes of both languages and all levels, with what makes rows under them."""
    from study_source.stream import invent_rows

    picked = [(code, level, k) for k in range(count // 6) for code in LANGUAGES for level in LEVELS]
    return [invent_rows(code, random.Random(f"{level}{k}"), level, k % 4 == 3)[1] for code, level, k in picked]


def test_every_answer_is_a_valid_one_with_verbatim_quotes():
    from study_source.answers import answer

    for maker in makers():
        for _ in range(4):
            author = maker.posts.author()
            text = answer(maker.scheme, author, maker.posts.phrasing)
            example = Example("x", author.posts)
            read = parse_reply(Reply(text, text.encode()), maker.scheme.task, example)
            assert read.status is Status.ANSWERED, (text, read.reason)
            assert set(read.labels) == {mention.label for mention in author.mentions}
            assert all(quote.verbatim for quote in read.evidence)
            assert len(read.evidence) <= len(author.posts)
            if maker.scheme.prompt.rationale != "none" and read.labels:
                assert read.evidence
                assert read.definition in read.labels


def test_each_match_is_said_by_the_definition_of_its_label():
    for maker in makers():
        shown = dict(maker.posts.rendered)
        for mention in (mention for _ in range(4) for mention in maker.posts.author().mentions):
            away = [word for label in maker.scheme.labels for word, to in label.given_away if to == mention.label]
            assert mention.said in shown[mention.label] or mention.said in away


def test_prompts_are_those_that_labkit_sends(tokenizer: Any):
    for maker in makers(12):
        posts = maker.posts.author().posts
        request = render(maker.scheme.prompt, maker.scheme.task, Example("x", posts))
        served = render_chat(chat_messages(request.messages, tokenizer), tokenizer)
        assert served == f"<|im_start|>system\n{maker.system}<|im_end|>\n{maker.asked(posts)}"


def test_words_that_are_held_out_are_never_shown_in_training():
    from study_source.lexicon import read_lexicon
    from study_source.stream import invent_rows

    for code in LANGUAGES:
        lexicon = read_lexicon(code)
        known = " ".join(word for group in lexicon.groups for word in (*group.words, *group.names))
        known += str(lexicon.phrasing)
        new = {word for group in lexicon.held_out for word in group.words if word not in known}
        assert len(new) > 80
        for k in range(40):
            _, maker = invent_rows(code, random.Random(k), 1.0)
            told = maker.system + "".join(maker.row().asked for _ in range(4))
            assert not {word for word in new if len(word) > 4 and word in told}, "a held-out word was shown"


def test_no_label_is_called_like_one_of_a_bundled_scene():
    from study_source.lexicon import read_lexicon

    labels = {label for name in bundled_scenes() for label in open_scene(name).task.labels}
    for code in LANGUAGES:
        lexicon = read_lexicon(code)
        assert not labels & {name for group in (*lexicon.groups, *lexicon.held_out) for name in group.names}


@pytest.mark.parametrize(("code", "scene"), [("zh", "weibo_service"), ("en", "support_intents")])
def test_no_text_of_a_bundled_scene_is_taught(code: str, scene: str):
    opened = open_scene(scene)
    told = [item for example in opened.examples("all", limit=None) for item in example.items]
    told += [item for example in opened.examples("traffic") for item in example.items]
    told += [definition.text for definition in opened.prompt("v2").definitions]
    told += [item for definition in opened.prompt("v2").definitions for item in definition.includes]
    theirs = {run for text in told for run in runs(text, code)}
    assert len(theirs) > 5000
    for path in sorted((MODELS / "study_source" / "text").glob(f"*_{code}.*")):
        taught = re.split(r"[\n;,\"\[\]]", path.read_text("utf-8"))
        assert not {run for text in taught for run in runs(text, code)} & theirs, path.name


def runs(text: str, code: str) -> set[str]:
    """Stretches of six Chinese characters, or of four English words."""
    if code == "zh":
        found = re.findall(r"[\u4e00-\u9fff]+", text)
        return {part[k : k + 6] for part in found for k in range(len(part) - 5)}
    words = re.findall(r"[\w'’]+", text.lower())
    return {" ".join(words[k : k + 4]) for k in range(len(words) - 3)}


def test_the_same_chance_invents_the_same_pack(tokenizer: Any):
    from study_source.stream import invent_pack

    for level in (-1.0, 0.6):
        one, two = (invent_pack(tokenizer, random.Random("a"), level, apart=True) for _ in range(2))
        assert one.rows.tolist() == two.rows.tolist()
        assert one.places.tolist() == two.places.tolist()
        assert one.prefix.tolist() == two.prefix.tolist()


def test_only_answers_are_learnt_and_unforeseeable_beginnings_are_not_graded(tokenizer: Any):
    from study_source.stream import GRADED, Row, encode

    ids, learnt = encode(Row("asked ", '{"labels": ["a"]}<|im_end|>', len('{"labels": [')), tokenizer)
    learnt_text = tokenizer.decode([token for token, one in zip(ids, learnt, strict=True) if one])
    graded_text = tokenizer.decode([token for token, one in zip(ids, learnt, strict=True) if one == GRADED])
    assert learnt_text == '{"labels": ["a"]}<|im_end|>'
    assert graded_text == 'a"]}<|im_end|>'


def test_shared_system_messages_compute_what_whole_prompts_do(tokenizer: Any):
    import torch
    from study_source.network import hidden_states, new_model
    from study_source.stream import invent_pack

    model = new_model(tokenizer, 1).eval()
    pack = invent_pack(tokenizer, random.Random(3), 0.5)
    with torch.no_grad():
        shared = hidden_states(model, pack)[len(pack.prefix) :]
        whole = torch.cat([pack.prefix.expand(len(pack.rows), -1), pack.rows], 1)
        plain = model.model(whole).last_hidden_state[:, len(pack.prefix) :].flatten(0, 1)[pack.real]
    assert torch.allclose(shared, plain, atol=1e-4)


def test_drills_are_real_prompts_that_ask_for_labels_alone(tokenizer: Any):
    from study_source.stream import invent_rows

    for k in range(12):
        _, maker = invent_rows(LANGUAGES[k % 2], random.Random(k), -1.0)
        assert len(maker.scheme.labels) <= 3
        assert json.loads(maker.row().answer.removesuffix("<|im_end|>")).keys() == {"labels"}


def test_heads_begin_with_what_reading_a_prompt_needs(tokenizer: Any):
    import torch
    from study_source.network import new_model
    from study_source.stream import invent_rows

    model = new_model(tokenizer, 1).eval()
    model.set_attn_implementation("eager")
    dash = tokenizer("\n- ", add_special_tokens=False)["input_ids"]
    shares: dict[str, list[float]] = {"before": [], "line": [], "same": [], "following": []}
    for k, level in enumerate((0.0, 0.4, 0.7, 1.0) * 2):
        system, maker = invent_rows(LANGUAGES[k % 2], random.Random(k), level)
        ids = tokenizer(system + maker.row().asked, add_special_tokens=False)["input_ids"]
        with torch.no_grad():
            looked = [layer[0] for layer in model(torch.tensor([ids]), output_attentions=True).attentions]
        shares["before"].append(looked[0][0].diagonal(-1).mean().item())
        labels = [place + 1 for place, token in enumerate(ids) if [token] == dash]
        lines = [(place, label) for label, end in pairwise(labels) for place in range(label, end - 1)]
        shares["line"] += [looked[1][0][place, label].item() for place, label in lines]
        for place in range(labels[-1], len(ids)):
            earlier = [other for other in range(place) if ids[other] == ids[place]]
            if earlier:
                shares["same"].append(looked[2][0][place, [*earlier, place]].sum().item())
                shares["following"].append(looked[2][1][place, [other + 1 for other in earlier]].sum().item())
    means = {name: sum(found) / len(found) for name, found in shares.items()}
    assert min(means.values()) > 0.8, means


def test_before_any_training_the_right_label_of_a_drill_is_named_far_more_often_than_by_chance(tokenizer: Any):
    import torch
    from study_source.network import new_model
    from study_source.stream import invent_rows

    def first(text: str) -> int:
        return tokenizer(text, add_special_tokens=False)["input_ids"][0]

    model = new_model(tokenizer, 1).eval()
    right, by_chance = [], []
    for k in range(120):
        system, maker = invent_rows(LANGUAGES[k % 2], random.Random(k), -1.0)
        row = maker.row()
        labels = json.loads(row.answer.removesuffix("<|im_end|>"))["labels"]
        if not labels:
            continue
        ids = tokenizer(f'{system}{row.asked}{{"labels": ["', add_special_tokens=False)["input_ids"]
        with torch.no_grad():
            scores = model(torch.tensor([ids])).logits[0, -1]
        offered = [first(label.name) for label in maker.scheme.labels]
        right.append(max(offered, key=lambda token: scores[token]) == first(labels[0]))
        by_chance.append(1 / len(offered))
    assert len(right) > 80
    assert sum(right) / len(right) > 0.65 > 0.2 + sum(by_chance) / len(by_chance)


def test_tokens_begin_alike_where_their_letters_are_alike():
    import torch
    from study_source.beginnings import embeddings

    table = embeddings([" cancel", "cancelled", " lamp", "退款", "退", "灯"], 64, torch.Generator().manual_seed(1))
    alike = torch.nn.functional.cosine_similarity(table[:, None], table[None], dim=-1)
    assert alike[0, 1] > alike[0, 2] + 0.15
    assert alike[3, 4] > alike[3, 5] + 0.15


def test_muon_makes_updates_nearly_orthogonal():
    import torch
    from study_source.muon import orthogonal

    torch.manual_seed(1)
    found = torch.linalg.svdvals(orthogonal(torch.randn(2, 40, 24)))
    assert found.min() > 0.5
    assert found.max() < 1.4


@pytest.mark.training
def test_the_first_steps_give_the_recorded_losses_and_a_stopped_run_goes_on_exactly(tokenizer: Any, tmp_path: Path):
    from build_study import open_work, train
    from study_source.training import Plan

    for name in ("straight", "stopped"):
        tokenizer.save_pretrained(tmp_path / name / "tokenizer")
    recorded = json.loads((MODELS / "study_source" / "first_losses.json").read_text("utf-8"))
    straight = open_work(tmp_path / "straight", Plan())
    assert [straight.take_step() for _ in recorded] == pytest.approx(recorded, abs=TOLERANCE)
    train(tmp_path / "stopped", Plan(), lambda trainer: trainer.step < len(recorded) // 2)
    resumed = train(tmp_path / "stopped", Plan(), lambda trainer: trainer.step < len(recorded))
    assert (resumed.step, resumed.tokens, resumed.exact) == (straight.step, straight.tokens, straight.exact)
    for one, two in zip(straight.model.parameters(), resumed.model.parameters(), strict=True):
        assert one.equal(two)
    for one, two in zip(straight.averaged, resumed.averaged, strict=True):
        assert one.equal(two)
