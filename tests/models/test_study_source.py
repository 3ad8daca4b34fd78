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
from labkit.prompts.render import render_definition
from labkit.records import Example, Reply, Status
from labkit.workspace import bundled_scenes, open_scene
from labkit.workspace.bundled import data_folder

MODELS = data_folder() / "models"
LANGUAGES = ("zh", "en")
LEVELS = (0.0, 0.4, 1.0)
FAMILIES = ("words", "keywords", "scenes", "new words", "new scenes")
STRETCH = {"zh": 6, "en": 4}  # characters, words
LONG_STRETCH = {"zh": 8, "en": 6}  # of whole sentences, which share shorter everyday phrases with any others
ALIKE_NAMES = {"cannot_sign_in", "价格", "服务态度"}  # labels of written scenes that bundled ones have too
ALIKE_WORDS = {  # of prompts
    "zh": ("写的一条或几条", "被否认的事不标", "一条里有两件"),
    "en": ("wrote in one or more messages", "Rules for hard cases", "A matter that is denied does not count"),
}
_MARKED = re.compile(r"\[(.+?)\|\d\]")
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


def makers(count: int = 60) -> list[Any]:
    """Tasks of all families, both languages and all levels, with what makes rows under them."""
    from study_source.stream import invent_rows

    each = max(1, count // 30)
    picked = [(code, level, of, k) for k in range(each) for code in LANGUAGES for level in LEVELS for of in FAMILIES]
    return [invent_rows(code, random.Random(f"{level}{of}{k}"), level, of)[1] for code, level, of, k in picked]


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
        definitions = maker.scheme.prompt.definitions
        shown = {one.label: render_definition(one, maker.scheme.task.language) for one in definitions}
        for mention in (mention for _ in range(4) for mention in maker.posts.author().mentions):
            away = [word for label in maker.scheme.labels for word, to in label.given_away if to == mention.label]
            assert mention.said in shown[mention.label] or mention.said in away


def test_prompts_are_those_that_labkit_sends(tokenizer: Any):
    for maker in makers(30):
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


def test_no_label_is_called_like_one_of_a_bundled_scene_but_those_that_the_card_names():
    from study_source.lexicon import read_lexicon
    from study_source.written import written_scenes

    labels = {label for name in bundled_scenes() for label in open_scene(name).task.labels}
    alike = set()
    for code in LANGUAGES:
        lexicon = read_lexicon(code)
        assert not labels & {name for group in (*lexicon.groups, *lexicon.held_out) for name in group.names}
        scenes = (*written_scenes(code, held_out=False), *written_scenes(code, held_out=True))
        alike |= labels & {name for scene in scenes for label in scene.labels for name in label.names}
    assert alike == ALIKE_NAMES
    for card in ("study", "study_source"):
        assert all(name in (MODELS / card / "README.md").read_text("utf-8") for name in alike)


def test_scenes_that_are_held_out_are_never_shown_in_training():
    from study_source.stream import invent_rows
    from study_source.written import natural_posts, written_scenes

    for code in LANGUAGES:
        new = [post for scene in written_scenes(code, held_out=True) for label in scene.labels for post in label.posts]
        assert len(new) > 200
        assert not {post.text for post in new} & set(natural_posts(code))
        for k in range(20):
            for family in ("keywords", "scenes"):
                _, maker = invent_rows(code, random.Random(k), 1.0, family)
                told = maker.system + "".join(maker.row().asked for _ in range(4))
                assert not [post for post in new if post.text in told]


@pytest.mark.parametrize(("code", "scene"), [("zh", "weibo_service"), ("en", "support_intents")])
def test_no_text_of_a_bundled_scene_is_taught(code: str, scene: str):
    opened = open_scene(scene)
    told = [item for example in opened.examples("all", limit=None) for item in example.items]
    told += [item for example in opened.examples("traffic") for item in example.items]
    for prompt in (opened.prompt("v1"), opened.prompt("v2")):
        told += [prompt.system, prompt.instruction]
        told += [item for one in prompt.definitions for item in (one.text, *one.includes, *one.excludes)]
    text = MODELS / "study_source" / "text"
    for paths, size in ((text.glob(f"*_{code}.*"), STRETCH), (text.glob(f"scenes/{code}_*.txt"), LONG_STRETCH)):
        theirs = {run for line in told for run in runs(line, code, size[code])}
        theirs -= {run for words in ALIKE_WORDS[code] for run in runs(words, code, size[code])}
        assert len(theirs) > 4000
        for path in sorted(paths):
            taught = _MARKED.sub(r"\1", path.read_text("utf-8")).splitlines()
            assert not {run for line in taught for run in runs(line, code, size[code])} & theirs, path.name


def runs(text: str, code: str, size: int) -> set[str]:
    """Stretches of so many Chinese characters, or of so many English words."""
    if code == "zh":
        found = re.findall(r"[\u4e00-\u9fff]+", text)
        return {part[k : k + size] for part in found for k in range(len(part) - size + 1)}
    words = re.findall(r"[\w'’]+", text.lower())
    return {" ".join(words[k : k + size]) for k in range(len(words) - size + 1)}


def test_a_keyword_stands_where_it_is_said_to_stand_and_nowhere_as_part_of_another_word():
    from study_source.keyword_tasks import holding, place_of
    from study_source.written import natural_posts

    assert place_of("bus", "The busy bus", "en") == 9
    assert place_of("bus", "busy BUS-stop bus's", "en") == -1
    assert place_of("不亮", "灯不亮了", "zh") == 1
    for code, word in (("en", "bus"), ("zh", "手机")):
        posts = natural_posts(code)
        assert holding(code, word) == tuple(k for k, post in enumerate(posts) if place_of(word, post, code) >= 0)
        assert holding(code, word)


def test_labels_of_keyword_tasks_are_those_whose_words_stand_in_the_posts():
    from study_source.keyword_tasks import place_of
    from study_source.stream import invent_rows

    for k in range(20):
        _, maker = invent_rows(LANGUAGES[k % 2], random.Random(k), 0.8, "keywords")
        task = maker.posts
        for author in (task.author() for _ in range(5)):
            text = "\n".join(author.posts)
            held = {name for name, words in task.words.items() if any(place_of(w, text, task.code) >= 0 for w in words)}
            assert {mention.label for mention in author.mentions} == held


def test_a_line_that_no_written_scene_has_is_refused(tmp_path: Path):
    from study_source.written import read_scene

    path = tmp_path / "en_x.txt"
    path.write_text("scene: x\nitem: post\nlabel: a | b | c\npost: no words are marked here\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"en_x.txt: post: no words are marked"):
        read_scene(path)


def test_the_same_chance_invents_the_same_pack(tokenizer: Any):
    from study_source.stream import invent_pack

    for level in (-1.0, 0.6):
        one, two = (invent_pack(tokenizer, random.Random("a"), level, apart=True) for _ in range(2))
        assert one == two


def test_only_answers_are_learnt_and_unforeseeable_beginnings_are_not_graded(tokenizer: Any):
    from study_source.stream import GRADED, Row, encode

    row = Row("asked ", '{"labels": ["a"]}<|im_end|>', len('{"labels": ['))
    ((ids, learnt),) = encode([row], tokenizer)
    learnt_text = tokenizer.decode([token for token, one in zip(ids, learnt, strict=True) if one])
    graded_text = tokenizer.decode([token for token, one in zip(ids, learnt, strict=True) if one == GRADED])
    assert learnt_text == '{"labels": ["a"]}<|im_end|>'
    assert graded_text == 'a"]}<|im_end|>'


def test_shared_system_messages_compute_what_whole_prompts_do(tokenizer: Any):
    import torch
    from study_source.batches import lay_out
    from study_source.network import hidden_states, new_model
    from study_source.stream import invent_pack

    model = new_model(tokenizer, 1).eval()
    packs = [invent_pack(tokenizer, random.Random(k), 0.5, apart=True) for k in range(3)]
    batch = lay_out(packs, 2, 3072)
    with torch.no_grad():
        shared = hidden_states(model, batch)
        number = 0
        for pack in packs:
            for row in pack.rows:
                number += 1
                last = [batch.places.new_tensor(range(pack.places[-1] + 1, pack.places[-1] + 1 + len(row)))]
                places = torch.cat([batch.places.new_tensor(pack.places), *last])
                whole = model.model(torch.tensor([pack.prefix + row]), position_ids=places[None].long())
                plain = whole.last_hidden_state[0, len(pack.prefix) :]
                assert torch.allclose(shared[batch.rows == number], plain, atol=1e-4)


def test_a_batch_holds_packs_whole_and_in_order_and_judges_rows_one_by_one(tokenizer: Any):
    import torch
    from study_source.batches import NO_PACK, lay_out, rows_right
    from study_source.stream import GRADED, LEARNT, Pack

    packs = [
        Pack([1, 2, 3], [0, 5, 6], [[4, 5], [6, 7, 8]], [[0, GRADED], [0, LEARNT, GRADED]], [False, True], "zh"),
        Pack([9] * 5, list(range(5)), [[1, 2]], [[0, GRADED]], [True], "en"),
        Pack([9] * 12, list(range(12)), [[1] * 9], [[0] * 9], [True], "en"),
    ]
    batch = lay_out(packs, 2, 12)
    assert batch.ids.tolist() == [[1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0], [9, 9, 9, 9, 9, 1, 2, 0, 0, 0, 0, 0]]
    assert batch.places[0, :8].tolist() == [0, 5, 6, 7, 8, 7, 8, 9]
    assert batch.rows[:, :8].tolist() == [[0, 0, 0, 1, 1, 2, 2, 2], [0, 0, 0, 0, 0, 3, 3, 0]]
    assert batch.packs[0, 8] == NO_PACK
    right = torch.tensor([True, False, True, False])  # row 1; row 2: an unforeseeable token, then a graded one; row 3
    assert rows_right(batch, right)[1:].tolist() == [True, True, False]


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


def test_other_processes_make_the_batches_that_their_numbers_say(tokenizer: Any, tmp_path: Path):
    from study_source.batches import lay_out
    from study_source.feeding import feed, packs_of

    tokenizer.save_pretrained(tmp_path)
    fed = list(feed(str(tmp_path), range(3), lambda step: step / 2, (1, 4096), processes=2))
    for step, batch in enumerate(fed):
        own = lay_out(packs_of(tokenizer, step, step / 2), 1, 4096)
        assert batch.ids.equal(own.ids)
        assert batch.direct.equal(own.direct)
    with pytest.raises(RuntimeError, match="ended with"):
        list(feed(str(tmp_path / "nowhere"), range(1), lambda step: 0.0, (1, 4096), processes=1))


@pytest.mark.training
def test_the_first_steps_give_the_recorded_losses(tokenizer: Any):
    from study_source.batches import lay_out
    from study_source.feeding import SEED, packs_of
    from study_source.network import new_model
    from study_source.training import Plan, Trainer

    recorded = json.loads((MODELS / "study_source" / "first_losses.json").read_text("utf-8"))
    trainer = Trainer(new_model(tokenizer, SEED), Plan())
    batches = (lay_out(packs_of(tokenizer, step, -1.0), 1, 2048) for step in range(len(recorded)))
    losses = [trainer.take_step(batch)[0].item() for batch in batches]
    assert losses == pytest.approx(recorded, abs=TOLERANCE)
    assert losses[-1] < losses[0]


def test_a_run_begins_with_drills_and_ends_at_rest():
    from study_source.training import Plan

    plan = Plan()
    assert plan.level(0) == plan.level(round(0.02 * plan.steps)) == -1.0
    assert plan.level(round(plan.hardest * plan.steps)) == plan.level(plan.steps) == 1.0
    assert plan.rate(0) == pytest.approx(1 / plan.warm_up)
    assert plan.rate(plan.warm_up) == plan.rate(round(plan.cools * plan.steps)) == 1.0
    assert plan.rate(plan.steps) == 0.0
