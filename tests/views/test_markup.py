from __future__ import annotations

import re
from functools import partial

from labkit.decision import FLOORS
from labkit.scoring import Interval
from labkit.texts import glossary, say
from labkit.views.markup import breakable, render_template, unbroken
from labkit.views.sentences import of_100


def test_a_name_breaks_after_its_separators_and_carries_no_markup():
    assert breakable("local/qwen2.5@full+job_1") == "local/<wbr>qwen2.5@<wbr>full+<wbr>job_<wbr>1"
    assert breakable("definition-reader · v2") == "definition-reader · v2"
    assert breakable("x/<img src=1>") == "x/&lt;img src=1&gt;"


def test_no_line_ends_within_a_day_or_an_interval():
    assert (
        unbroken("live since 2026-11-28 10:47 UTC.")
        == 'live since <span class="lk-figure">2026-11-28 10:47 UTC</span>.'
    )
    value = of_100(Interval(0.14, 0.08, 0.25))
    assert unbroken(f"每 100 条有 {value} 条") == (
        f'每 <span class="lk-figure">100 条</span>有 <span class="lk-figure">{value}</span> 条'
    )
    assert unbroken("-0.360 (-0.528 to -0.160)") == '-0.360 <span class="lk-figure">(-0.528 to -0.160)</span>'
    assert unbroken("<b>2026-11-28") == '&lt;b&gt;<span class="lk-figure">2026-11-28</span>'
    assert len(unbroken("1" * 100_000 + "(" * 1000)) == 101_000


def test_the_glossary_explains_every_word_it_has_and_calls_floors_and_the_study_model_what_they_are():
    for language in ("en", "zh"):
        page = render_template("glossary.html", say=partial(say, lang=language))
        means = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
        assert len(means) == sum(key.startswith("glossary.means.") for key in glossary.WORDS)
        (floor,) = (means[term] for term in means if all(name in term for name in FLOORS))
        (study,) = (means[term] for term in means if "local/study" in term)
        assert ("without a language model" in floor) or ("不用语言模型" in floor)
        assert ("no candidate" in study) or ("不是真正上线的候选" in study)
