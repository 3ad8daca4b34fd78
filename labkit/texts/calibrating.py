"""Words of calibrating and abstaining, and of models in this process: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "calibrate.rows": (
        "{rows} {rows:answer|answers} with gold and probabilities, learnt from run {run}; {left_out} further rows have none.",
        "从运行 {run} 学到：{rows} 条答案有标注和概率；另有 {left_out} 行没有。",
    ),
    "calibrate.head": ("how far confidences are off", "置信度的偏差"),
    "calibrate.raw": ("as the model gives them", "模型原样"),
    "calibrate.scaled": ("calibrated", "校准后"),
    "calibrate.error": ("calibration error", "校准误差"),
    "calibrate.brier": ("Brier score", "Brier 分数"),
    "calibrate.threshold": ("answer from", "作答门槛"),
    "calibrate.coverage": ("answered, of 100 rows", "每 100 行作答"),
    "calibrate.accuracy": ("right, of 100 answered", "每 100 条答案正确"),
    "calibrate.observed": ("reached on these rows", "在这些行上达到"),
    "calibrate.guaranteed": ("with room for chance", "留出偶然余地"),
    "calibrate.unreached": (
        "No threshold reaches {target} of 100: the model cannot tell its good answers from its bad ones well enough.",
        "没有门槛能达到 {target}%：模型还分不清自己答得好与不好。",
    ),
    "chart.coverage": ("What is right when unsure answers are left to others", "把没把握的交给别人后，正确率如何"),
    "chart.coverage_axis": ("rows answered, of 100", "作答的行（每 100 行）"),
    "chart.accuracy_axis": ("right, of 100 answered", "正确（每 100 条答案）"),
}
