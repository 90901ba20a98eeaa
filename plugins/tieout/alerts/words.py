"""Every sentence of the messages, in Chinese and English side by side."""

WORDS: dict[str, tuple[str, str]] = {
    # Headlines: on one line what is wrong and how much of it.
    "exceptions": ("{name}（{owner}）：{count} 笔{money}", "{name} ({owner}): {count} open{money}"),
    "exceptions more": (
        "{name}（{owner}）：{count} 笔{money}，其中 {more} 笔新增或加重",
        "{name} ({owner}): {count} open{money}, {more} of them new or worse",
    ),
    "source_missing": ("{name}：缺 {count} 天", "{name}: days missing: {count}"),
    "gate marts failed": (
        "发布前检查未通过，{as_of} 未发布",
        "Gate before publication failed, {as_of} not published",
    ),
    "gate marts warned": ("发布前检查：{count} 项警告", "Gate before publication warns: {count}"),
    "gate raw failed": ("{name} 入库检查未通过，文件未入库", "Landing gate of {name} failed, its files are held back"),
    "gate raw warned": ("{name} 入库检查：{count} 项警告", "Landing gate of {name} warns: {count}"),
    "run_failed": ("{name} {dates} 运行失败", "{name} {dates} failed"),
    "deadline_missed": ("{name} {dates} 超时未完成", "{name} {dates} is past its deadline"),
    # The same when it is over.
    "exceptions over": ("{name}（{owner}）：已无未处理差异", "{name} ({owner}): none is left"),
    "source_missing over": ("{name}：账单已到齐", "{name}: everything has arrived"),
    "gate marts failed over": ("发布前检查：已通过", "Gate before publication: passed"),
    "gate marts warned over": ("发布前检查：已无警告", "Gate before publication: no warnings any more"),
    "gate raw failed over": ("{name} 入库检查：已通过", "Landing gate of {name}: passed"),
    "gate raw warned over": ("{name} 入库检查：已无警告", "Landing gate of {name}: no warnings any more"),
    "run_failed over": ("{name}：运行已恢复正常", "{name}: runs again"),
    "deadline_missed over": ("{name}：已完成", "{name}: has finished"),
    # Bodies.
    "exceptions state": (
        "截至 {as_of}，{owner} 名下未处理 {count} 笔（{severities}）{money}。",
        "As of {as_of}, {owner} has {count} open ({severities}){money}.",
    ),
    "exceptions change": (
        "与上次通知相比：新增 {fresh} 笔，加重 {worse} 笔。",
        "Since the last message: {fresh} new, {worse} worse.",
    ),
    "largest": ("金额最大的几笔：", "The largest:"),
    "largest news": ("新增或加重中金额最大的几笔：", "The largest of those new or worse:"),
    "number": ("，差异编号 {number}", ", exception {number}"),
    "due": ("，{due_on} 前处理", ", due {due_on}"),
    "gate marts failed state": (
        "截至 {as_of} 的结果未通过发布前检查，没有发布。{readers}",
        "The result as of {as_of} did not pass its gate and was not published. {readers}",
    ),
    "gate marts warned state": ("截至 {as_of} 的结果有警告。", "The result as of {as_of} has warnings."),
    "gate raw failed state": (
        "{name} 新到的文件未通过检查，没有入库；差异清单中列为 DQ01。",
        "New files of {name} did not pass and were not loaded; they are listed as DQ01.",
    ),
    "gate raw warned state": (
        "{name} 新到的文件有警告，已入库。",
        "New files of {name} were loaded with warnings.",
    ),
    "readers keep": ("读者看到的仍是截至 {shown} 的版本。", "Readers keep the version as of {shown}."),
    "readers have nothing": ("目前还没有任何已发布的版本。", "Nothing has been published so far."),
    "rule failed": (
        "{rule}（{code}，未通过）：实际 {observed}，容差 {threshold}",
        "{rule} ({code}, failed): found {observed}, tolerance {threshold}",
    ),
    "rule warned": (
        "{rule}（{code}，警告）：实际 {observed}，容差 {threshold}",
        "{rule} ({code}, warning): found {observed}, tolerance {threshold}",
    ),
    "source_missing state": (
        "截至 {as_of}，{source}{account} 有 {count} 天的账单过期未到：",
        "As of {as_of}, days of {source}{account} are past their deadline ({count}):",
    ),
    "account": ("，账户 {account}，", ", account {account}"),
    "missing day": ("{day}，应于 {due_on} 到达", "{day}, expected by {due_on}"),
    "missing day new": ("{day}，应于 {due_on} 到达（新）", "{day}, expected by {due_on} (new)"),
    "source_missing act": (
        "请下载后放入 {folder}，再运行 {command}。",
        "Download them into {folder}, then run {command}.",
    ),
    "run_failed state": ("{name} {dates} 运行失败。", "{name} for {dates} failed."),
    "run_failed state at": ("{name} {dates} 运行失败，步骤 {step}。", "{name} for {dates} failed at step {step}."),
    "run_failed means": (
        "已发布的数据不受影响，读者看到的仍是上一个版本。",
        "What is published stays as it was; readers keep the last version.",
    ),
    "deadline_missed state": (
        "{name} {dates} 到时限仍未完成：可能在等文件，也可能卡住了。",
        "{name} for {dates} has not finished in time: it may be waiting for files, or be stuck.",
    ),
    # Several causes at once.
    "summary title": ("{as_of}：{count} 项需要处理", "{as_of}: new or changed causes: {count}"),
    "summary state": (
        "截至 {as_of} 有 {count} 项新情况或变化，合并为一条消息：",
        "New or changed causes as of {as_of}: {count}, told in one message:",
    ),
    "cleared title": ("已恢复：{count} 项", "All clear: {count}"),
    "cleared state": ("截至 {as_of}，以下情况已经解除：", "As of {as_of} the following is over:"),
    "test title": ("测试消息", "Test message"),
    "test state": (
        "这是发给 {name} 的测试消息：能看到它，说明告警通道可用。",
        "A test for {name}: whoever reads this will get the alerts.",
    ),
    # Parts.
    "in all": ("，合计 {money}", ", {money}"),
    "list rest": ("… 另有 {count} 项", "… and {count} more"),
    "look": ("查看：{command}", "Look: {command}"),
    "link": ("链接：{link}", "Link: {link}"),
}


def say(language: str, key: str, **facts: object) -> str:
    """Give a sentence in a language (zh, en) with its facts filled in."""
    return WORDS[key][language == "en"].format(**facts)
