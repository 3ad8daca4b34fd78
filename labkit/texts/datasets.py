"""Words of datasets: their versions, cards and answers: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "versions.kind": ("Change", "变化"),
    "versions.rows": ("Rows", "行数"),
    "versions.such_as": ("Such as", "例如"),
    "versions.added": ("added", "新增"),
    "versions.removed": ("removed", "移出"),
    "versions.relabelled": ("relabelled", "改了标签"),
    "versions.retargeted": ("answered otherwise", "改了答案"),
    "versions.reworded": ("with other posts", "改了正文"),
    "versions.unchanged": ("unchanged", "未变"),
    "versions.new_prompt": ("They are made for different prompts.", "两个数据集对应的提示词不同。"),
    "propose.working": ("Looking through the rows without labels …", "正在查看没有标签的行……"),
    "propose.kind": ("Chosen as", "入选方式"),
    "propose.rows": ("Rows", "行数"),
    "propose.boundary": ("boundary: models disagree", "边界：模型意见不一"),
    "propose.coverage": ("coverage: stand for many others", "覆盖：最能代表其他行"),
    "propose.random": ("random: for honest estimates", "随机：用来做无偏估计"),
    "propose.no_runs": (
        "No two models have answered these rows, so none is at a boundary: evaluate --split pool with two of them.",
        "还没有两个模型回答过这些行，看不出边界在哪：先用两个模型跑 evaluate --split pool。",
    ),
    "propose.sifted": (
        "{leaking} rows nearly repeat dev or test rows and {copies} repeat others; they are not proposed.",
        "{leaking} 行与 dev 或测试样本近似重复，{copies} 行与其他行近似重复，均未列入。",
    ),
    "propose.written": (
        "Wrote {rows} rows to {path}; add takes them back when they are labelled.",
        "已把 {rows} 行写入 {path}；标好之后用 add 读回。",
    ),
    "select.teacher": (
        "Rationales by {model}; training on its answers: {training}",
        "理由由 {model} 给出；用它的回答做训练：{training}",
    ),
    "select.training.allowed": ("allowed", "允许"),
    "select.training.restricted": ("restricted, see the manifest", "有限制，详见清单"),
    "select.training.forbidden": ("forbidden by its terms", "条款禁止"),
    "select.training.unknown": ("unknown, read its terms first", "不明，请先查看条款"),
    "select.refused": ("{count} rows left out, {why}", "{count} 行未列入：{why}"),
    "select.refused.not asked": ("which it was never asked", "没有问过它"),
    "select.refused.no readable answer": ("no readable answer", "没有可读的回答"),
    "select.refused.other labels than gold": ("other labels than gold", "标签与标准答案不同"),
    "select.refused.a quote that is not in the post": ("a quote that is not in the post", "引文不在原文里"),
    "select.refused.no rationale": ("no rationale", "没有给出理由"),
}
