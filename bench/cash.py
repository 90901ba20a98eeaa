"""What a day comes to for wallets, payouts, the bank and the ledger; balances go on from day to day."""

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pyarrow as pa

from bench.columns import amounts, days, instants, joined, numbered, repeated
from bench.money import ACCOUNTS
from bench.planting import OFF, Key
from bench.purchases import CHANNELS, PLATFORMS, Plan

_RESERVE = 5_000_000
"""Fen that stay in a wallet."""
_PAYERS = {
    "alipay": "支付宝(中国)网络技术有限公司",
    "wechat": "财付通支付科技有限公司",
    "jd": "网银在线(北京)科技有限公司",
    "douyin": "武汉合众易宝科技有限公司",
}
Record = dict[str, str | None]


@dataclass
class Cash:
    """Balances and what is under way between them."""

    plan: Plan
    key: Key
    wallets: np.ndarray = field(default_factory=lambda: np.full(len(ACCOUNTS), _RESERVE))
    lines: np.ndarray = field(default_factory=lambda: np.zeros(len(ACCOUNTS), np.int64))
    carried: dict[int, int] = field(default_factory=dict)
    credits: dict[int, list[tuple[str, str, str, int]]] = field(default_factory=dict)
    bank: int = 100_000_000
    numbers: dict[str, int] = field(default_factory=lambda: {"payout": 0, "bank": 0, "BK01": 0, "BK02": 0, "BK03": 0})

    def close_wallets(self, day: int, moves: pa.Table) -> tuple[pa.Table, list[Record]]:
        """Balance a day's lines of all accounts; what is above the reserve goes to the bank."""
        moves = moves.sort_by([("account", "ascending"), ("when", "ascending"), ("business_no", "ascending"),
                               ("rank", "ascending")])  # fmt: skip
        parts, payouts = [], []
        account = moves["account"].to_numpy()
        for number, name in enumerate(ACCOUNTS):
            begin, stop = np.searchsorted(account, [number, number + 1])
            mine = moves.slice(begin, stop - begin)
            balance = self.wallets[number] + np.cumsum(mine["fen"].to_numpy())
            left = int(balance[-1]) if len(balance) else int(self.wallets[number])
            parts.append(self._lines(number, mine, balance))
            if left > _RESERVE:
                parts.append(self._transfer(number, day, left))
                payouts.append(self._pay_channel(number, name, day, left - _RESERVE))
            self.wallets[number] = min(left, _RESERVE)
        return pa.concat_tables(parts), payouts

    def _lines(self, number: int, mine: pa.Table, balance: np.ndarray) -> pa.Table:
        sequence = self.lines[number] + 1 + np.arange(mine.num_rows)
        self.lines[number] += mine.num_rows
        count = mine.num_rows
        return pa.table(
            {
                "channel": repeated(CHANNELS[number % 2], count), "account_id": repeated(ACCOUNTS[number], count),
                "line_id": numbered("W", sequence, 9), "sequence": pa.array(sequence),
                "type": mine["type"].combine_chunks(), "business_no": mine["business_no"].combine_chunks(),
                "merchant_order_no": mine["merchant_order_no"].combine_chunks(),
                "amount": amounts(mine["fen"].to_numpy()), "balance_after": amounts(balance),
                "currency": repeated("CNY", count), "occurred_at": instants(self.plan.first, mine["when"].to_numpy()),
            }
        )  # fmt: skip

    def _transfer(self, number: int, day: int, left: int) -> pa.Table:
        line = {
            "fen": np.array([_RESERVE - left]), "when": np.array([day * 86_400 + 86_399]),
            "type": repeated("transfer", 1), "business_no": pa.array([self._channel_payout(number, day)]),
            "merchant_order_no": repeated(None, 1),
        }  # fmt: skip
        return self._lines(number, pa.table(line), np.array([_RESERVE]))

    def _channel_payout(self, number: int, day: int) -> str:
        return f"PO-{ACCOUNTS[number]}-{_date(self.plan, day)}"

    def _pay_channel(self, number: int, account: str, day: int, fen: int) -> Record:
        name, channel = self._channel_payout(number, day), CHANNELS[number % 2]
        self.credits.setdefault(day + 1, []).append((channel, name, self._reference(), fen))
        return self._payout(channel, name, account, None, fen, 0, day, day + 2, self.credits[day + 1][-1][2])

    def close_batches(self, day: int, lines: pa.Table | None) -> list[Record]:
        """Pay yesterday's batches of every shop out; one below zero is carried to the next."""
        summed = {} if lines is None else _sums(lines)
        payouts = []
        for owner, fen in sorted(summed.items()):
            carried = self.carried.pop(owner, 0)
            if fen + carried <= 0:
                self.carried[owner] = fen + carried
                continue
            platform = PLATFORMS[owner // 1_000]
            batch = f"{'JD' if platform == 'jd' else 'DY'}{owner % 1_000 + 1:03}-{_date(self.plan, day, '%Y%m%d')}"
            reference = self._reference()
            payouts.append(
                self._payout(platform, f"PO-{batch}", None, batch, fen + carried, carried, day + 1, day + 2, reference)
            )
            self.credits.setdefault(day + 1, []).append((platform, f"PO-{batch}", reference, fen + carried))
        return payouts

    def _payout(
        self, platform: str, name: str, account: str | None, batch: str | None, fen: int, carried: int, paid: int,
        due: int, reference: str,
    ) -> Record:  # fmt: skip
        return {
            "platform": platform, "payout_id": name, "account_id": account, "batch_id": batch, "amount": _yuan(fen),
            "carried_in_amount": _yuan(carried) if carried else None, "currency": "CNY",
            "due_on": _date(self.plan, due), "paid_on": _date(self.plan, paid), "bank_account_id": "ICBC-6222",
            "bank_reference": reference, "status": "paid",
        }  # fmt: skip

    def _reference(self) -> str:
        self.numbers["payout"] += 1
        return f"WD{self.numbers['payout']:07}"

    def book_bank(self, day: int) -> list[Record]:
        """Give the day's bank lines, with the faults of the bank leg while there is time for them to fall due."""
        lines = []
        for place, (platform, name, reference, fen) in enumerate(self.credits.pop(day, [])):
            fault = self._fault(day, place) if platform in PLATFORMS else None
            if fault:
                self.key.add(fault, [name], np.array([fen if fault == "BK01" else OFF]))
            if fault != "BK01":
                lines.append(self._line(day, fen - OFF * (fault == "BK03"), _PAYERS[platform], reference))
        if day % 3 == 0 and self.numbers["BK02"] < self.plan.faults:
            self.numbers["BK02"] += 1
            lines.append(self._line(day, 123_457 + 1_000 * day, "王小明", None))
            self.key.add("BK02", [str(lines[-1]["line_id"])], np.array([123_457 + 1_000 * day]))
        return lines

    def _fault(self, day: int, place: int) -> str | None:
        code = {1: "BK01", 2: "BK03"}.get((day + place) % 5)
        if code is None or day > self.plan.days - 6 or self.numbers[code] >= self.plan.faults:
            return None
        self.numbers[code] += 1
        return code

    def _line(self, day: int, fen: int, payer: str, reference: str | None) -> Record:
        self.bank += fen
        self.numbers["bank"] += 1
        return {
            "account_id": "ICBC-6222", "line_id": f"BL{self.numbers['bank']:07}", "booked_on": _date(self.plan, day),
            "value_on": _date(self.plan, day), "amount": _yuan(fen), "balance_after": _yuan(self.bank),
            "currency": "CNY", "counterparty_name": payer, "reference": reference,
            "remark": "结算款" if reference else "转账",
        }  # fmt: skip


def receipts(payouts: pa.Table) -> pa.Table:
    """The books' documents of a day's payouts."""
    count = payouts.num_rows
    return pa.table(
        {
            "document_id": joined("SK-", payouts["payout_id"].combine_chunks()), "type": repeated("receipt", count),
            "platform": payouts["platform"], "order_id": repeated(None, count), "refund_id": repeated(None, count),
            "payout_id": payouts["payout_id"], "amount": payouts["amount"].cast(pa.decimal128(18, 2)),
            "currency": repeated("CNY", count), "document_on": payouts["paid_on"],
            "voucher_no": joined("V-receipt-", payouts["payout_id"].combine_chunks()),
            "status": repeated("posted", count),
        }
    )  # fmt: skip


def ledger(documents: pa.Table) -> pa.Table:
    """One voucher a day, kind and platform for sales and returns, one for each receipt."""
    vouchers = documents.group_by(["voucher_no", "type", "document_on"]).aggregate([("amount", "sum")]).to_pylist()
    lines: list[Record] = []
    for voucher in sorted(vouchers, key=lambda one: one["voucher_no"]):
        total = voucher["amount_sum"]
        tax = (total * 13 / 113).quantize(Decimal("0.01"))
        is_sale = voucher["type"] != "sale_return"
        parts = [("1122", total, is_sale), ("6001", total - tax, not is_sale), ("222101", tax, not is_sale)]
        if voucher["type"] == "receipt":
            parts = [("1002", total, True), ("1122", total, False)]
        for number, (account, amount, is_debit) in enumerate(parts, 1):
            lines.append(
                {
                    "voucher_no": voucher["voucher_no"], "line_no": str(number), "account_code": account,
                    "booked_on": voucher["document_on"], "debit_amount": str(amount) if is_debit else None,
                    "credit_amount": None if is_debit else str(amount), "currency": "CNY", "summary": voucher["type"],
                }
            )  # fmt: skip
    return pa.Table.from_pylist(lines)


def _sums(lines: pa.Table) -> dict[int, int]:
    summed = lines.group_by("owner").aggregate([("fen", "sum")])
    return dict(zip(summed["owner"].to_pylist(), summed["fen_sum"].to_pylist(), strict=True))


def _date(plan: Plan, day: int, pattern: str = "%Y-%m-%d") -> str:
    return str(days(plan.first, np.array([day]), pattern)[0].as_py())


def _yuan(fen: int) -> str:
    return format(Decimal(fen) / 100, ".2f")
