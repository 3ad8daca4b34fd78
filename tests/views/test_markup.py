from __future__ import annotations

from labkit.views.markup import breakable


def test_a_name_breaks_after_its_separators_and_carries_no_markup():
    assert breakable("local/qwen2.5@full+job_1") == "local/<wbr>qwen2.5@<wbr>full+<wbr>job_<wbr>1"
    assert breakable("definition-reader · v2") == "definition-reader · v2"
    assert breakable("x/<img src=1>") == "x/&lt;img src=1&gt;"
