"""The words of RecipeForm: what each knob does; key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "recipe.form": ("The form", "表单"),
    "recipe.write": ("Write", "写入"),
    "recipe.more": ("More knobs", "更多旋钮"),
    "recipe.written": ("Written: {path}", "已写入：{path}"),
    "recipe.fits": ("as many as fit into memory", "内存放得下多少就多少"),
    "recipe.fine": (
        "{batch} {batch:row|rows} behind a step; rows at once: {at_once}.",
        "每步用 {batch} 条；一次同时算：{at_once}。",
    ),
    "recipe.why.quantization": (
        "nf4: the base in 4 bits (QLoRA); none: plain LoRA",
        "nf4：底座以 4 比特存放（QLoRA）；none：普通 LoRA",
    ),
    "recipe.why.r": ("rank of the adapter; 16 is enough for small sets", "适配器的秩；小数据集 16 就够"),
    "recipe.why.alpha": ("scale of the adapter: twice the rank", "适配器的缩放：秩的两倍"),
    "recipe.why.rslora": (
        "scale by the root of the rank; worth a try from 64 on",
        "按秩的平方根缩放；秩到 64 才值得试",
    ),
    "recipe.why.dropout": ("0; 0.05 where a few hundred rows overfit", "0；只有几百条又过拟合时用 0.05"),
    "recipe.why.learning_rate": ("peak; ten times that of full fine-tuning", "峰值；约为全量微调的十倍"),
    "recipe.why.epochs": ("times each row is seen; more than 3 overfits", "每条看几遍；超过 3 遍容易过拟合"),
    "recipe.why.batch": ("rows behind one step; LoRA loses above 32", "每步用多少条；超过 32 条 LoRA 会吃亏"),
    "recipe.why.micro_batch": ("rows at once; empty: as many as fit", "一次同时算几条；留空：放得下多少就多少"),
    "recipe.why.auto_micro_batch": ("go on with fewer after out of memory", "内存不够时自动减少，接着训"),
    "recipe.why.max_steps": ("stop after so many steps; empty: no limit", "最多训多少步；留空：不限"),
    "recipe.why.evaluations": ("how often it is saved and measured", "保存和评测多少次"),
    "recipe.why.dev_rows": (
        "dev rows answered each time; they choose the checkpoint",
        "每次回答多少条 dev；由它们选检查点",
    ),
    "recipe.why.patience": ("stop when so many measurements brought nothing", "连续多少次评测没有进步就停"),
    "recipe.why.max_length": ("tokens; longer rows are refused, never cut", "token 数；更长的样本会拒绝，绝不截断"),
    "recipe.why.device": ("auto: the freest GPU, else the processor", "auto：最空闲的 GPU，没有就用处理器"),
    "recipe.why.seed": ("of the adapter's start and the order of rows", "适配器初值和样本次序的随机种子"),
}
