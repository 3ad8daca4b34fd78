"""Texts that try to become something else than text: markup, scripts, formulas, links, other reading orders."""

from __future__ import annotations

HOSTILE = (
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=1</script>",
    "</style><img src=x onerror='window.hacked=1'>",
    '" onmouseover="window.hacked=1" x="',
    "<svg onload=window.hacked=1><animate/></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<template><b>x</b></template></bdi></main></body>",
    "[link](javascript:window.hacked=1) javascript:window.hacked=1",
    "![x](http://attacker.invalid/pixel.png)",
    "background:url(http://attacker.invalid/x) data:text/html,<b>x",
    "=HYPERLINK('http://attacker.invalid')",
    "{{ 7 * 7 }} {% include 'report.html' %} ${7*7}",
    "$\\href{javascript:window.hacked=1}{x}$ \\(x\\)",
    "abc\u202egpj.exe\u2066x\u200b\x1b[31m\x07\x00y",
    "&lt;b&gt; &amp; &#60;script&#62;",
)
