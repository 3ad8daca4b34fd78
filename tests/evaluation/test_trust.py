"""A model that has answered a moment ago is not tried with one request again; one that has refused since is."""

from __future__ import annotations

from threading import Barrier

import pytest

from labkit.errors import ModelRefused
from labkit.evaluation import trust
from labkit.evaluation.trust import Trust
from labkit.models import get_model
from labkit.workspace import Scene
from tests.evaluation.scripted import Scripted, always, ask, served
from tests.models.loopback import Loopback


def test_the_requests_of_a_run_leave_together_when_the_model_has_just_answered_another(scene: Scene):
    with Loopback() as server:
        model = served(scene, server)
        ask(scene, model, limit=1)
        together = Barrier(4)
        server.mode = lambda body, seen: "ok" if together.wait(120) < 4 else ""
        run, _ = ask(scene, model, limit=5)  # one of them is answered
    assert (run.counts["answered"], server.hits, set(server.asked.values())) == (5, 5, {1})


def test_after_a_refusal_the_first_request_goes_alone_again(scene: Scene):
    with Loopback() as server:
        model = served(scene, server)
        ask(scene, model, limit=1)
        server.mode = "no_balance"
        with pytest.raises(ModelRefused):
            ask(scene, model)
        assert 2 <= server.hits <= 5  # as many as may be on their way at once
        before = server.hits
        with pytest.raises(ModelRefused):
            ask(scene, model)
        assert server.hits == before + 1


def test_trust_is_in_one_model_as_it_is_asked_and_ends(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    with Loopback() as server:
        model = served(scene, server)
        ask(scene, model, limit=1)
        assert Trust(get_model(model, scene)).holds
        assert not Trust(get_model("loopback/other", scene)).holds
        served(scene, server, temperature=1)
        assert not Trust(get_model(model, scene)).holds
        served(scene, server)
        monkeypatch.setattr(trust, "_LASTS_S", 0.0)
        assert not Trust(get_model(model, scene)).holds


def test_a_model_of_this_process_is_trusted_by_nobody(scene: Scene):
    known = Trust(Scripted(always(ValueError())))
    known.earn()
    assert not known.holds
    known.lose()
