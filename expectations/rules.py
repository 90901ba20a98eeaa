"""The catalogue of data-quality rules: what each means, how bad a failure is, and which bound its tolerance row sets.

The numbers stand in the `tolerances` seed and nowhere else. A rule without a row there has the strictest tolerance:
nothing may be wrong, everything must be there.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning"]
Bound = Literal["max_share", "min_share", "max_amount"]


@dataclass(frozen=True)
class Rule:
    """A rule's gate, its severity, the tolerance column that bounds it, and what it asks, in both languages."""

    gate: Literal["raw", "marts"]
    severity: Severity
    bound: Bound
    title_en: str
    title_zh: str


RULES: dict[str, Rule] = {
    "REQUIRED_NULL_SHARE": Rule(
        "raw", "critical", "max_share", "Every row has its identifying and required columns", "必填列和主键列无空值"
    ),
    "AMOUNT_UNREADABLE_SHARE": Rule(
        "raw", "critical", "max_share", "Every amount can be read as an exact decimal", "金额均可精确读取"
    ),
    "WORD_UNKNOWN_SHARE": Rule(
        "raw",
        "warning",
        "max_share",
        "Types, states and currencies are words we know",
        "业务类型、状态、币种均为已知取值",
    ),
    "COLUMN_UNKNOWN_SHARE": Rule(
        "raw", "warning", "max_share", "The file has no column we do not know", "文件没有未知列"
    ),
    "BATCH_REJECTED_SHARE": Rule(
        "raw", "critical", "max_share", "Few enough rows of a file were rejected", "单个文件被拒行占比在容差内"
    ),
    "ROW_REJECTED_SHARE": Rule("raw", "warning", "max_share", "No row of a file was rejected", "文件没有被拒行"),
    "WINDOW_IMPOSSIBLE_SHARE": Rule(
        "raw", "critical", "max_share", "A file's window has both ends, in order", "文件覆盖期间起止完整且顺序正确"
    ),
    "WINDOW_FUTURE_SHARE": Rule(
        "raw", "warning", "max_share", "A file covers no day after the day it was delivered", "文件覆盖期间不晚于交付日"
    ),
    "VOLUME_LOW_SHARE": Rule(
        "raw",
        "warning",
        "min_share",
        "A day has not far fewer rows than its recent median",
        "日行数不明显低于近期中位数",
    ),
    "VOLUME_HIGH_SHARE": Rule(
        "raw",
        "warning",
        "max_share",
        "A day has not far more rows than its recent median",
        "日行数不明显高于近期中位数",
    ),
    "PAYMENT_MATCH_RATE": Rule("marts", "critical", "min_share", "Payments tie out to orders", "支付与订单匹配率"),
    "PROMOTION_MATCH_RATE": Rule(
        "marts", "critical", "min_share", "Orders tie out to their lines and promotions", "订单与明细、优惠匹配率"
    ),
    "REFUND_MATCH_RATE": Rule(
        "marts", "critical", "min_share", "Refunds tie out to their outflows", "退款与资金流出匹配率"
    ),
    "AFTER_SALE_MATCH_RATE": Rule(
        "marts", "critical", "min_share", "After-sale cases tie out to money and goods", "售后单与资金、货品匹配率"
    ),
    "WALLET_MATCH_RATE": Rule("marts", "critical", "min_share", "Wallet lines tie out", "钱包流水匹配率"),
    "SETTLEMENT_MATCH_RATE": Rule(
        "marts", "critical", "min_share", "Orders and their settlement lines tie out", "订单与结算明细匹配率"
    ),
    "BATCH_MATCH_RATE": Rule(
        "marts", "critical", "min_share", "Settlement batches tie out to their payouts", "结算批次与提现匹配率"
    ),
    "PAYOUT_MATCH_RATE": Rule(
        "marts", "critical", "min_share", "Payouts and bank credits tie out", "提现与银行到账匹配率"
    ),
    "RISK_MATCH_RATE": Rule(
        "marts", "critical", "min_share", "Few enough orders and cases are suspect", "可疑订单与售后占比在容差内"
    ),
    "BOOKS_MATCH_RATE": Rule(
        "marts", "critical", "min_share", "Events and their documents tie out", "业务与单据匹配率"
    ),
    "LEDGER_MATCH_RATE": Rule(
        "marts", "critical", "min_share", "Documents and ledger vouchers tie out", "单据与总账凭证匹配率"
    ),
    "DAY_MATCH_RATE": Rule(
        "marts", "warning", "min_share", "No single day's matching has collapsed", "没有某一天的匹配率骤降"
    ),
    "RECONCILIATION_EMPTY_SHARE": Rule(
        "marts", "critical", "max_share", "There is something to publish", "待发布结果不为空"
    ),
    "RECONCILIATION_UNWATCHED_SHARE": Rule(
        "marts",
        "critical",
        "max_share",
        "Every row belongs to a leg that a match rate watches",
        "每一行都属于受监控的对账环节",
    ),
    "RECONCILIATION_BALANCE_AMOUNT": Rule(
        "marts",
        "critical",
        "max_amount",
        "Matched, pending, exception and excluded add up to the total",
        "已匹配、在途、差异、排除之和等于总额",
    ),
    "RECONCILIATION_REPORT_AMOUNT": Rule(
        "marts", "critical", "max_amount", "The daily report adds up to its source rows", "对账日报与明细合计一致"
    ),
    "RECONCILIATION_UNEXPLAINED_AMOUNT": Rule(
        "marts",
        "critical",
        "max_amount",
        "All money in exception is explained by a published exception",
        "差异状态的金额均有已列出的差异解释",
    ),
    "EXCEPTION_INCOMPLETE_SHARE": Rule(
        "marts", "critical", "max_share", "Every exception says what, whose and why", "每条差异的必填信息完整"
    ),
    "EXCEPTION_P1_SHARE": Rule(
        "marts", "critical", "max_share", "Few enough rows are P1 exceptions", "P1 差异笔数占比在容差内"
    ),
    "EXCEPTION_P1_AMOUNT": Rule(
        "marts", "warning", "max_amount", "Little enough money stands in P1 exceptions", "P1 差异金额在容差内"
    ),
    "EXCEPTION_AMOUNT_SHARE": Rule(
        "marts", "warning", "max_share", "Little enough of a leg's money is in exceptions", "差异金额占比在容差内"
    ),
    "PENDING_INCOMPLETE_SHARE": Rule(
        "marts", "critical", "max_share", "Every pending item says what, when due and why", "每条在途项的必填信息完整"
    ),
    "BRIDGE_RESIDUAL_AMOUNT": Rule(
        "marts", "critical", "max_amount", "Every yuan from list price to bank is explained", "资金桥无未解释差额"
    ),
    "BRIDGE_ITEM_RESIDUAL_AMOUNT": Rule(
        "marts", "critical", "max_amount", "No item of the bridge hides behind another", "资金桥逐项无未解释差额"
    ),
    "TOLERANCE_BUDGET_AMOUNT": Rule(
        "marts", "critical", "max_amount", "What tolerances let pass stays small", "容差使用额在预算内"
    ),
    "CALENDAR_UNKNOWN_SHARE": Rule(
        "marts",
        "warning",
        "max_share",
        "Holidays are known of the years in which items fall due",
        "到期年份的节假日已公布",
    ),
}

LEG_RULES = {
    "payments": "PAYMENT_MATCH_RATE",
    "promotions": "PROMOTION_MATCH_RATE",
    "refunds": "REFUND_MATCH_RATE",
    "after_sales": "AFTER_SALE_MATCH_RATE",
    "wallets": "WALLET_MATCH_RATE",
    "settlements": "SETTLEMENT_MATCH_RATE",
    "batches": "BATCH_MATCH_RATE",
    "payouts": "PAYOUT_MATCH_RATE",
    "risk": "RISK_MATCH_RATE",
    "books": "BOOKS_MATCH_RATE",
    "ledger": "LEDGER_MATCH_RATE",
}
"""The match rate that watches each leg."""
