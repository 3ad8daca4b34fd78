"""Words of scenes, models, evaluation and training: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # evaluate: what is said while a run is asked
    "evaluate.reopened": (
        "Run {run} of {created} asked exactly this and is complete: nothing was asked again.",
        "运行 {run}（{created}）问的正是同样的内容且已完成：没有重新请求。",
    ),
    "evaluate.cut_off": (
        "{rows} {rows:answer was|answers were} cut off at {limit} tokens. Write a larger max_tokens into the model's table "
        "of models.toml and run the same again: only those rows are asked.",
        "有 {rows} 条回答在 {limit} 个 token 处被截断。请在 models.toml 里该模型的表中调大 max_tokens，再运行一次：只会重新提问这些行。",
    ),
    "evaluate.resumed": (
        "Going on with run {run}: {kept} {kept:row|rows} {kept:is|are} answered, {pending} are still open.",
        "继续运行 {run}：已有 {kept} 行答案，还剩 {pending} 行。",
    ),
    "evaluate.taken_over": (
        "{taken} of {rows} {rows:answer|answers} {rows:is|are} taken over from run {runs}, which asked the very same: they are not paid again.",
        "{rows} 个答案中有 {taken} 个取自运行 {runs}：那里问的内容完全相同，不会重复付费。",
    ),
    "probes.known": (
        "{known} of all {askings} answers needed {known:stands|stand} in earlier runs: {known:it is|they are} not paid again.",
        "全部所需的 {askings} 个答案中有 {known} 个已在之前的运行里：不会重复付费。",
    ),
    "evaluate.in_flight": (
        "{lost} {lost:request|requests} {lost:was|were} on their way when it stopped; they may be billed although no reply was kept: {rows}.",
        "中断时有 {lost} 个请求已发出；虽然没有收到回复，仍可能计费：{rows}。",
    ),
    "evaluate.perhaps_billed": (
        "{lost} {lost:request|requests} {lost:was|were} cut off before a reply was kept, and may be billed all the same: {rows}",
        "有 {lost} 个请求在收到回复前中断，但仍可能计费：{rows}",
    ),
    "evaluate.following": (
        "Another process is at this very run; it is followed here, and nothing is sent twice.",
        "另一个进程正在运行同一评测；这里只跟随其进度，不会重复发送。",
    ),
    "evaluate.shares_rows": (
        "Run {run} is asking some of the very same; its answers are waited for and taken over, so nothing is paid twice.",
        "运行 {run} 正在问其中一部分完全相同的内容；这里等待并取用它的答案，不会重复付费。",
    ),
    "evaluate.out_elsewhere": (
        "{rows} {rows:row|rows} {rows:is|are} paid for already: they are out in a batch file of run {run} and stay open here. Fetch that run's "
        "answers with --batch (labkit.evaluate_batch), then run the same again.",
        "有 {rows} 行已经付费：它们在运行 {run} 的批量文件中等待结果，这里先不问。请用 --batch（labkit.evaluate_batch）取回那个运行的答案，再执行一次同样的命令。",
    ),
    "evaluate.unlabelled": (
        "{unlabelled} of {rows} {rows:row|rows} {rows:has|have} no gold labels: they get answers, but count in no score.",
        "{rows} 行中有 {unlabelled} 行没有标注：会得到答案，但不计入任何分数。",
    ),
    "evaluate.wait": (
        "The server asks for a pause of {seconds} s; the rows stay open and go on by themselves.",
        "服务器要求暂停 {seconds} 秒；未完成的行会自动继续。",
    ),
    "evaluate.pausing": ("goes on in {seconds} s", "{seconds} 秒后继续"),
    "evaluate.stopping": (
        "Stopping: what was sent is waited for, {seconds} s at most. Interrupt again to leave at once.",
        "正在停止：最多再等 {seconds} 秒，以接收已发出请求的答案。再次中断则立即退出。",
    ),
    "evaluate.stopped": (
        "Stopped: {kept} of {rows} {rows:row|rows} {rows:is|are} answered and kept in run {run}. Run the same again to go on.",
        "已停止：{rows} 行中 {kept} 行的答案已保存在运行 {run}。再次运行即可继续。",
    ),
    "split.file": ("rows of a file", "文件中的样本"),
    "split.file.note": ("Rows of a file outside the scene.", "场景之外的文件中的样本。"),
    # models: what each of them needs
    "models.needs_nothing": ("nothing", "无需任何准备"),
    "models.needs_pool": ("labelled pool rows of a scene", "场景中已标注的 pool 样本"),
    "models.needs_extra": ("pip install 'labkit[{extra}]'", "pip install 'labkit[{extra}]'"),
    "models.needs_key": ("{variable} in the environment", "环境变量 {variable}"),
    "models.needs_server": ("a server at {url}", "位于 {url} 的服务"),
    # training: how a job stands
    "job.starting": ("loading", "加载中"),
    "job.running": ("running", "运行中"),
    "job.finished": ("finished", "已完成"),
    "job.stopped": ("stopped", "已停止"),
    "job.interrupted": ("interrupted", "被中断"),
    "job.failed": ("failed", "失败"),
}
