"""The WeChat Pay fund flow bill (资金账单)."""

from decimal import Decimal

from tieout.core.amounts import add_up, amount_at, to_decimal, to_units
from tieout.core.chains import Chain
from tieout.core.content import Content
from tieout.core.reading import Chunk, Keep, Reading, UnreadableError
from tieout.core.totals import Proof, UnitCheck
from tieout.formats.wechat.bill import Bill

FUNDFLOW_HEADER: dict[str, tuple[str, ...]] = {
    "recorded_at": ("记账时间",),
    "payment_business_no": ("微信支付业务单号",),
    "flow_no": ("资金流水单号",),
    "business_name": ("业务名称",),
    "business_type": ("业务类型",),
    "direction": ("收支类型",),
    "amount": ("收支金额(元)",),
    "balance_after": ("账户结余(元)",),
    "submitted_by": ("资金变更提交申请人",),
    "remark": ("备注",),
    "voucher_no": ("业务凭证号",),
}
FUNDFLOW_COLUMNS = tuple(FUNDFLOW_HEADER)
_WORDS = ("收入", "支出")


class _Tally:
    """What a bill's rows give: counts and sums by direction, and the running balance."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(_WORDS, 0)
        self.sums: dict[str, int | Decimal] = dict.fromkeys(_WORDS, 0)
        self.unit, self.chain = UnitCheck("收支金额(元)"), Chain()

    def add(self, chunk: Chunk) -> None:
        import numpy as np

        cells = dict(zip(chunk.columns, chunk.cells, strict=True))
        self.unit.add(cells["amount"])
        directions = np.array(cells["direction"].to_pylist(), object)
        known = np.isin(directions, _WORDS)
        if not known.all():
            line, direction = int(chunk.lines[~known][0]), directions[~known][0]
            raise UnreadableError(
                "unreadable", f"line {line}: 收支类型 is '{direction}', neither 收入 nor 支出", line=line,
                column="收支类型", value=direction,
            )  # fmt: skip
        amounts = to_units(chunk.lines, cells["amount"], "amount")
        for word in _WORDS:
            self.counts[word] += int((directions == word).sum())
            self.sums[word] += add_up(amounts[directions == word])
        movements = np.where(directions == "收入", amounts, -amounts)
        self.chain.add(chunk.lines, movements, to_units(chunk.lines, cells["balance_after"], "balance_after"))


def read_fundflow(content: Content, keep: Keep) -> Reading:
    """Read a fund flow bill (资金账单); amounts are positive, 收支类型 gives the direction.

    Proved against: counts and sums of the summary, and the running balance.
    """
    tally = _Tally()
    bill = Bill(
        FUNDFLOW_HEADER,
        FUNDFLOW_COLUMNS,
        identifying=("recorded_at", "flow_no", "business_type", "direction", "amount", "balance_after"),
        count="资金流水总笔数",
        tally=tally.add,
        keep=keep,
    )
    bill.read(content)
    proof = Proof()
    tally.unit.refuse()
    counted = {"资金流水总笔数": Decimal(bill.count)}
    for word in _WORDS:
        counted |= {f"{word}笔数": Decimal(tally.counts[word]), f"{word}金额": to_decimal(tally.sums[word])}
    for name, figure in counted.items():
        if name not in bill.stated:
            proof.fail("schema_drift", f"the summary has no {name}; it has: {'、'.join(bill.stated)}")
        proof.check(name, amount_at(1, name, bill.stated[name]), figure)
    balances = proof.check_chain(tally.chain)
    if balances:
        bill.stated |= {"期初余额": str(balances[0]), "期末余额": str(balances[1])}
    return bill.give(None)
