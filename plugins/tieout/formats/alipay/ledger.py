"""The Alipay account ledger (账务明细)."""

from decimal import Decimal

from tieout.core.money import to_amount
from tieout.core.reading import Reading
from tieout.core.totals import Proof, Step
from tieout.formats.alipay.bill import Table, give, open_bill, prove_complete, read_table, summary_row

LEDGER_HEADER: dict[str, tuple[str, ...]] = {
    "entry_no": ("账务流水号",),
    "business_no": ("业务流水号",),
    "merchant_order_no": ("商户订单号",),
    "product_name": ("商品名称",),
    "occurred_at": ("发生时间",),
    "counterparty_account": ("对方账号",),
    "income_amount": ("收入金额(+元)",),
    "expense_amount": ("支出金额(-元)",),
    "balance_after": ("账户余额(元)",),
    "trade_channel": ("交易渠道",),
    "business_type": ("业务类型",),
    "remark": ("备注",),
    "business_description": ("业务描述",),
    "bill_source": ("业务账单来源",),
    "base_order_no": ("业务基础订单号",),
    "business_order_no": ("业务订单号",),
}
LEDGER_COLUMNS = (*LEDGER_HEADER, "account")
_NEEDED = (
    "entry_no", "business_no", "merchant_order_no", "occurred_at", "income_amount", "expense_amount", "balance_after",
    "business_type", "remark",
)  # fmt: skip


def read_ledger(content: bytes) -> Reading:
    """Read an account ledger (账务明细): the zip with or without its summary, or the bare csv.

    Proved against: counts and sums of the footer and of the summary member, and the running balance.
    """
    bill, summary = open_bill(content, "支付宝账务")
    proof = Proof(bill.window, bill.account)
    table = read_table(bill, LEDGER_HEADER, _NEEDED, ("entry_no", "occurred_at", "balance_after"))
    stated = prove_complete(bill, proof, ("收入", "支出"))
    # Files write expenses with and without a minus; the running balance below shows that they go out.
    moved = {
        "收入": table.amounts("income_amount"),
        "支出": [abs(amount) for amount in table.amounts("expense_amount")],
    }
    # A row that moves nothing is counted on either side, so the counts are proved together.
    proof.check("收入与支出笔数", Decimal(sum(count for count, _ in stated.values())), len(table.all))
    totals: dict[str, str] = {}
    for word, amounts in moved.items():
        count, sums = stated[word]
        amount = next(iter(sums.values()), Decimal(0))
        proof.check(f"{word}合计", abs(amount), sum(amounts, Decimal(0)))
        totals |= {f"{word}笔数": str(count), f"{word}合计": str(amount)}
    balances = proof.check_chain(_steps(table, moved))
    if balances:
        totals |= {"期初余额": str(balances[0]), "期末余额": str(balances[1])}
    if summary:
        _check_summary(summary_row(bill, summary, proof), moved, proof)
    return give(bill, table, totals)


def _steps(table: Table, moved: dict[str, list[Decimal]]) -> list[Step]:
    lines = zip(table.all, moved["收入"], moved["支出"], table.amounts("balance_after"), strict=True)
    return [Step(line, income - expense, balance) for (line, _), income, expense, balance in lines]


def _check_summary(stated: dict[str, str], moved: dict[str, list[Decimal]], proof: Proof) -> None:
    for word, amounts in moved.items():
        name = next((name for name in stated if name.startswith(f"{word}金额")), "")
        proof.check(f"汇总 {word}金额", abs(to_amount(stated.get(name, "0"))), sum(amounts, Decimal(0)))
