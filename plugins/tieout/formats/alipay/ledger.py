"""The Alipay account ledger (账务明细)."""

from decimal import Decimal

from tieout.core.amounts import add_up, to_decimal, to_units
from tieout.core.chains import Chain
from tieout.core.content import Content
from tieout.core.money import to_amount
from tieout.core.reading import Chunk, Keep, Reading
from tieout.core.totals import Proof
from tieout.formats.alipay.bill import open_bill, prove_complete, summary_row
from tieout.formats.alipay.table import BillTable

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


class _Tally:
    """What a ledger's rows give: what came in, what went out (without its sign), and the running balance."""

    def __init__(self) -> None:
        self.income: int | Decimal = 0
        self.expense: int | Decimal = 0
        self.chain = Chain()

    def add(self, chunk: Chunk) -> None:
        income, expense, balance = (
            to_units(chunk.lines, chunk.cells[LEDGER_COLUMNS.index(column)], column)
            for column in ("income_amount", "expense_amount", "balance_after")
        )
        # Files write expenses with and without a minus; the running balance shows that they go out.
        expense = abs(expense)
        self.income += add_up(income)
        self.expense += add_up(expense)
        self.chain.add(chunk.lines, income - expense, balance)


def read_ledger(content: Content, keep: Keep) -> Reading:
    """Read an account ledger (账务明细): the zip with or without its summary, or the bare csv.

    Proved against: counts and sums of the footer and of the summary member, and the running balance.
    """
    tally = _Tally()
    table = BillTable(LEDGER_HEADER, _NEEDED, ("entry_no", "occurred_at", "balance_after"), tally.add, keep)
    with open_bill(content, "支付宝账务") as (detail, summary):
        table.read(detail)
    proof = Proof(table.bill.window, table.bill.account)
    stated = prove_complete(table.bill, proof, ("收入", "支出"))
    moved = {"收入": to_decimal(tally.income), "支出": to_decimal(tally.expense)}
    # A row that moves nothing is counted on either side, so the counts are proved together.
    proof.check("收入与支出笔数", Decimal(sum(count for count, _ in stated.values())), table.count)
    totals: dict[str, str] = {}
    for word, counted in moved.items():
        count, sums = stated[word]
        amount = next(iter(sums.values()), Decimal(0))
        proof.check(f"{word}合计", abs(amount), counted)
        totals |= {f"{word}笔数": str(count), f"{word}合计": str(amount)}
    balances = proof.check_chain(tally.chain)
    if balances:
        totals |= {"期初余额": str(balances[0]), "期末余额": str(balances[1])}
    if summary:
        _check_summary(summary_row(table.bill, summary, proof), moved, proof)
    return table.give(totals)


def _check_summary(stated: dict[str, str], moved: dict[str, Decimal], proof: Proof) -> None:
    for word, counted in moved.items():
        name = next((name for name in stated if name.startswith(f"{word}金额")), "")
        proof.check(f"汇总 {word}金额", abs(to_amount(stated.get(name, "0"))), counted)
