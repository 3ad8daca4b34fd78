"""`labkit enqueue` and `labkit more-like`: rows sent to the queue, and pool rows that resemble any row."""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_pool_rows_like_a_dev_row_are_found_and_sent(labkit: Command, apart: Scene):
    dev, pool = apart.examples("dev")[0].id, {row.id for row in apart.examples("pool")}
    code, out, err = labkit("more-like", apart.path, dev, "--top", 3, "--send", "--json")
    assert code == 0, err
    said = json.loads(out)
    assert said["sent"] == [row["id"] for row in said["rows"]]
    assert set(said["sent"]) <= pool
    listed = json.loads(labkit("adjudicate", apart.path, "--kind", "sent", "--json")[1])["items"]
    assert {item["rows"][0] for item in listed} == set(said["sent"])
    code, out, err = labkit("enqueue", apart.path, said["sent"][0], dev, "--reason", "look")
    assert (code, out) == (0, "")
    assert "1 row sent to the queue, 1 were sent before" in err


def test_a_row_that_is_not_there_or_guides_no_work_is_refused_in_one_line(labkit: Command, apart: Scene):
    for words in (("enqueue", apart.path, apart.examples("test")[0].id), ("more-like", apart.path, "nobody")):
        code, out, err = labkit(*words)
        assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
