"""Words of the examination of a machine: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "doctor.fine": ("ok", "正常"),
    "doctor.note": ("note", "提示"),
    "doctor.fault": ("FAULT", "故障"),
    "doctor.going_on": ("Still examining …", "仍在检查……"),
    "doctor.fix": ("fix: {fix}", "处理：{fix}"),
    "doctor.all_fine": ("Nothing stands in the way.", "一切正常。"),
    "doctor.notes": (
        "{count} {count:note|notes}: a part of labkit is out of reach until they are seen to.",
        "{count} 条提示：处理之前，labkit 的部分功能用不了。",
    ),
    "doctor.faults": ("{count} faults: something will fail.", "{count} 处故障：会有功能出错。"),
    "doctor.python": ("{version} on {system}, in {at}", "{version}，系统 {system}，位于 {at}"),
    "doctor.python.fix": ("Make an environment with Python 3.11 or newer", "请用 Python 3.11 或更新的版本建环境"),
    "doctor.core": ("packages", "依赖包"),
    "doctor.extra": ("extra {extra}", "附加依赖 {extra}"),
    "doctor.packages": ("{count} packages are there", "{count} 个包都已安装"),
    "doctor.missing": ("{name} is not installed", "未安装 {name}"),
    "doctor.too_old": ("{name} is {found}, {wanted} is needed", "{name} 的版本是 {found}，需要 {wanted}"),
    "doctor.install": ("pip install --upgrade {packages}", "pip install --upgrade {packages}"),
    "doctor.widgets": ("JupyterLab {version}; the widgets' front ends are there", "JupyterLab {version}；组件前端齐全"),
    "doctor.widgets.missing": (
        "the front ends of {names} are not where JupyterLab looks",
        "JupyterLab 的搜索路径里找不到 {names} 的前端",
    ),
    "doctor.widgets.fix": (
        "In the environment that runs the JupyterLab server: pip install {packages}, then reload the page",
        "在运行 JupyterLab 服务的环境里执行 pip install {packages}，然后刷新页面",
    ),
    "doctor.gpu": (
        "{name}, {free} of {total} MiB free, driver {driver}; {busy}",
        "{name}，显存空闲 {free}/{total} MiB，驱动 {driver}；{busy}",
    ),
    "doctor.gpu.users": ("used by {users}", "正在使用：{users}"),
    "doctor.gpu.idle": ("nobody uses it", "无人使用"),
    "doctor.no_gpu": ("no NVIDIA GPU, or its driver is not installed", "没有 NVIDIA GPU，或未装驱动"),
    "doctor.no_gpu.fix": (
        "Small models train on the CPU; for larger ones use a machine with a GPU and its driver",
        "小模型可以用 CPU 训练；更大的模型请用装好驱动的 GPU 机器",
    ),
    "doctor.no_torch": (
        "not installed: notebooks 00 to 03 work, local models and training do not",
        "未安装：00 到 03 课可用，本地模型和训练不可用",
    ),
    "doctor.torch": ("{version}, built for {build}", "{version}，构建版本：{build}"),
    "doctor.torch.fix": (
        "Reinstall it: pip install --force-reinstall torch",
        "重新安装：pip install --force-reinstall torch",
    ),
    "doctor.torch.cpu": (
        "There is a GPU that this build cannot use: install PyTorch's CUDA build",
        "有 GPU，但这个构建用不了：请安装 PyTorch 的 CUDA 版",
    ),
    "doctor.torch.driver": (
        "The driver runs CUDA {able} at most: update it, or install a PyTorch built for that (this one wants {wanted})",
        "驱动最高支持 CUDA {able}：请更新驱动，或安装对应版本的 PyTorch（当前这个需要 {wanted}）",
    ),
    "doctor.four_bit": ("4-bit", "4 比特"),
    "doctor.four_bit.works": ("weights go to NF4 and back on {device}", "{device} 上 NF4 量化与还原正常"),
    "doctor.four_bit.wrong": (
        "NF4 changes weights by {error} on average, far too much",
        "NF4 平均误差 {error}，明显过大",
    ),
    "doctor.four_bit.fix": ("pip install --upgrade bitsandbytes", "pip install --upgrade bitsandbytes"),
    "doctor.memory.topic": ("memory", "内存"),
    "doctor.memory": ("{free} of {total} free", "空闲 {free}，共 {total}"),
    "doctor.memory.fix": ("Close other kernels before you load a model", "加载模型之前先关掉其他内核"),
    "doctor.disk.topic": ("disk", "磁盘"),
    "doctor.disk": ("{free} free at {at}", "{at} 剩余 {free}"),
    "doctor.disk.fix": ("Make room: models and adapters take gigabytes", "请腾出空间：模型和适配器以 GB 计"),
    "doctor.fonts.topic": ("Chinese fonts", "中文字体"),
    "doctor.fonts.system": ("the system's own", "系统自带"),
    "doctor.fonts.none": (
        "none found: Chinese shows as boxes in pictures drawn on this machine",
        "未找到：在本机生成的图片里中文会变成方框",
    ),
    "doctor.fonts.fix": (
        "Install one, such as Noto Sans CJK (Debian: fonts-noto-cjk)",
        "请安装一种，例如 Noto Sans CJK（Debian：fonts-noto-cjk）",
    ),
    "doctor.answers": ("{url} answers; key: {needs}", "{url} 有应答；密钥：{needs}"),
    "doctor.keyless": ("none needed", "不需要"),
}
