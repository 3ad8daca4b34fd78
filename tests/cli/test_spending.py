from __future__ import annotations

import json
from pathlib import Path

import pytest

from labkit.tables import read_table
from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.cli.test_new import Terminal
from tests.evaluation.outside import outside
from tests.evaluation.scripted import served
from tests.evaluation.test_forecast import priced
from tests.models.loopback import Loopback
from tests.models.loopback_batches import LoopbackBatches


def test_dry_run_on_the_command_line_asks_nobody(labkit: Command, scene: Scene):
    with Loopback() as server:
        words = ("evaluate", scene.path, "--prompt", "v1", "--model", served(priced(scene), server), "--dry-run")
        code, out, _ = labkit(*words, "--split", "test", "--json")
        value = json.loads(out)
        assert (code, value["calls"]["count"], value["pool"]["count"], server.hits) == (0, 16, 16, 0)
        assert value["calls"]["cost"] == value["calls"]["money"]["list"]
        code, out, _ = labkit(*words)
        assert (code, out.startswith("16 calls for 16 rows")) == (0, True)
    assert not (scene.path / "runs.db").exists()
    assert not (scene.path / "decisions.jsonl").exists()


def test_a_limit_on_the_command_line_leaves_rows_open_with_exit_code_1(labkit: Command, scene: Scene):
    with Loopback() as server:
        words = ("evaluate", scene.path, "--prompt", "v1", "--model", served(priced(scene), server, max_tokens=300))
        code, out, said = labkit(*words, "--max-cost", 0.095, "--json")
        value = json.loads(out)
        assert code == 1
        assert 0 < value["counts"]["answered"] < 16
        assert value["cost"]["amounts"]["USD"] * 7 <= 0.095
        assert "goes on" in said
        assert value["scores"] == json.loads(labkit("runs", scene.path, "--json")[1])[0]["scores"] == {}
        _, table, _ = labkit("runs", scene.path)
        assert table.splitlines()[1].split()[-1] == str(value["counts"]["pending"])  # no score after it
        code, out, _ = labkit(*words, "--max-cost", 5)
        assert (code, server.hits) == (0, 16)
        assert "Cost: 0.063 CNY" in out
    assert labkit(*words, "--fresh", "--max-cost", "-1")[::2][0] == 2


def test_a_limit_on_a_file_writes_the_open_rows_as_pending(labkit: Command, scene: Scene, tmp_path: Path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n快递呢\n坏了\n退钱\n", encoding="utf-8")
    with Loopback() as server:
        model = served(priced(scene), server, max_tokens=300)
        words = ("classify", scene.path, "--prompt", "v1", "--model", model, "--input", source, "--output", target)
        assert labkit(*words, "--max-cost", 0.0775)[0] == 1
        assert [row["status"] for row in read_table(target).rows] == ["answered", "pending", "pending"]
        assert labkit(*words, "--max-cost", 1)[0] == 0
        assert [row["status"] for row in read_table(target).rows] == ["answered"] * 3


def test_a_cost_nobody_knows_is_said_to_be_unknown(labkit: Command, scene: Scene):
    with Loopback() as server:
        words = ("evaluate", scene.path, "--prompt", "v1", "--model", served(scene, server))
        assert "Cost: not known; the price or the tokens of 16 answers are missing (prices.toml)" in labkit(*words)[1]
    assert "Cost" not in labkit("evaluate", scene.path, "--prompt", "v1", "--model", "definition-reader")[1]


def test_personal_data_is_asked_about_once_at_a_terminal_and_refused_without_one(
    labkit: Command, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n快递呢，打13812345678\n", encoding="utf-8")
    words = ("classify", scene.path, "--prompt", "v1", "--model", "outside/m", "--input", source, "--output", target)
    with outside(scene, tmp_path, monkeypatch) as server:
        code, _, said = labkit(*words)
        assert (code, said.count("\n"), "--personal-data mask" in said) == (2, 1, True)
        monkeypatch.setattr("sys.stdin", Terminal("stop\n"))
        assert (labkit(*words)[0], server.hits) == (2, 0)
        monkeypatch.setattr("sys.stdin", Terminal("mask\n"))
        code, _, said = labkit(*words)
        assert (code, "1 of 1 rows hold phone 1" in said) == (0, True)
        assert "[手机号1]" in next(iter(server.asked))
        source.write_text("text\n坏了，打13812345678\n", encoding="utf-8")
        assert (labkit(*words)[0], server.hits) == (0, 2)
        assert labkit("reliance", scene.path, "--prompt", "v2", "--model", "outside/m", "--personal-data", "x")[0] == 2


def test_a_pilot_on_the_command_line_shows_its_bill_and_the_rest(labkit: Command, scene: Scene):
    with Loopback() as server:
        words = ("evaluate", scene.path, "--prompt", "v1", "--model", served(priced(scene), server), "--pilot")
        code, out, _ = labkit(*words, "--limit", 6, "--json")
        value = json.loads(out)
        assert (code, value["rows"], value["rest"]["calls"]["count"], server.hits) == (0, 6, 10, 6)
        assert value["cost"] == pytest.approx(6 * 0.003948)
        code, out, _ = labkit(*words)
        assert (code, server.hits) == (0, 16)
        assert "0 calls for 16 rows" in out
        for other in ("--batch", "--fresh"):
            code, out, err = labkit(*words, other)
            assert (code, out, "goes neither with --batch nor with --fresh" in err) == (2, "", True)


def test_a_batch_on_the_command_line_is_sent_looked_after_and_billed(labkit: Command, scene: Scene):
    with LoopbackBatches(looks=3) as server:
        (scene.path / "models.toml").write_text(
            f'[loopback]\nbase_url = "{server.url}"\nbatch_url = "{server.url}"\n', "utf-8"
        )
        words = ("evaluate", priced(scene).path, "--prompt", "v1", "--model", "loopback/m", "--batch", "--no-wait")
        code, out, said = labkit(*words, "--json")
        value = json.loads(out)
        assert (code, value["counts"]["pending"], value["in_flight"], "in_progress" in said) == (1, 16, [], True)
        code, out, _ = labkit(*words)
        assert (code, "16 of 16 rows are still open" in out, "cut off" in out) == (1, True, False)
        assert not any(word in out for word in ("macro_f1", "Bar", "Cost"))  # nobody has answered anything yet
        code, out, _ = labkit(*words)
        assert (code, len(server.batches), server.completions) == (0, 1, 0)
        assert "Cost: 0.064 CNY" in out
    assert labkit("evaluate", scene.path, "--prompt", "v1", "--model", "linear", "--batch")[0] == 2
