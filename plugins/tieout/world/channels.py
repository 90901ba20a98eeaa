"""The day's files of every channel account, and what is lost, broken, restated or sent again among them."""

from collections.abc import Sequence
from datetime import date, timedelta

from tieout.world import alipay, merchant, wechat
from tieout.world import open as open_files
from tieout.world.cash import Entry
from tieout.world.inbox import Inbox, exported_at
from tieout.world.life import Outflow, Payment
from tieout.world.mishaps import Mishaps
from tieout.world.scene import DAY, PAYMENT_DUE, REFUND_DUE, Scene
from tieout.world.truth import CONSEQUENCE, FAULT, LOOKALIKE

Records = list[Payment | Outflow]


class Channels:
    """Writes what Alipay, WeChat and UnionPay send in."""

    def __init__(self, scene: Scene, inbox: Inbox, mishaps: Mishaps) -> None:
        """Remember what is still to be lost and what a lost page left behind."""
        self._scene, self._inbox, self._mishaps = scene, inbox, mishaps
        self._pending = {account: sorted(days) for account, days in mishaps.lost_pages.items()}
        self._left_behind: dict[str, int] = {}
        self._sequence = 0

    def write_trade(self, account: str, day: date, records: Records) -> None:
        """Write a day's trade bill of an account."""
        if merchant.CHANNEL_OF[account] == "alipay":
            self._alipay_trade(account, day, records)
        elif account == merchant.UNIONPAY:
            rows = [open_files.transaction_row(record) for record in sorted(records, key=lambda record: record.at)]
            self._inbox.put_open("channel_transactions", day, rows)
        else:
            self._wechat_trade(account, day, records)

    def _alipay_trade(self, account: str, day: date, records: Records) -> None:
        mishaps, name, where = self._mishaps, f"{account}_{day:%Y%m%d}_trade", ("alipay/trade", account, day)
        if account == merchant.ALIPAY_STORE:
            if day in mishaps.missing["trade"]:
                self._note_source("DQ01", FAULT, where, "the day's bill never came")
                return
            self._note_source("DQ01", LOOKALIKE, where, "a bill without rows: a confirmed empty day")
        content = alipay.trade_archive(account, day, records, exported_at(day))
        if account == merchant.ALIPAY_OWN and day in mishaps.restated:
            first = min(records, key=lambda record: record.at, default=None)
            if isinstance(first, Payment):
                wrong = alipay.trade_archive(account, day, records, exported_at(day), wrong_by=100)
                self._inbox.put("alipay", "trade", f"{name}.zip", wrong)
                name, content = f"{name}_restated", alipay.trade_archive(account, day, records, exported_at(day, 3))
                entity = ("order", first.order_id)
                note = "a bill restated three days later"
                ids = {"order_id": first.order_id}
                self._scene.truth.add("OP03", LOOKALIKE, entity, from_on=day, note=note, ids=ids)
        self._inbox.put("alipay", "trade", f"{name}.zip", content)
        if account == merchant.ALIPAY_TAOBAO and day in mishaps.sent_again:
            self._inbox.put("alipay", "trade", f"{name}(1).zip", content)
            self._note_source("OP05", LOOKALIKE, where, "one bill sent under two names")

    def _wechat_trade(self, account: str, day: date, records: Records) -> None:
        legacy, name = account == merchant.WECHAT_LEGACY, f"{account}All{day:%Y%m%d}"
        meta = open_files.as_meta(day, day, len(records), exported_at(day))
        broken, mended = legacy and day in self._mishaps.broken and records, not legacy and day in self._mishaps.mended
        if broken or mended:
            spoilt = wechat.trade_bill(account, records, legacy, wrong_by=101)
            self._inbox.put("wechat", "trade", f"{name}.csv", spoilt, meta)
            where = ("wechat/trade", account, day)
            if broken:
                self._note_source("DQ01", FAULT, where, "its total does not add up")
                self._note_consequences(records)
                return
            self._note_source("DQ01", LOOKALIKE, where, "did not add up, came again in order")
            name = f"{name}_again"
        self._inbox.put("wechat", "trade", f"{name}.csv", wechat.trade_bill(account, records, legacy), meta)

    def _note_consequences(self, records: Records) -> None:
        """Everything in a bill that nobody can read will seem to be missing."""
        for record in records:
            paid = isinstance(record, Payment)
            order_id = record.order_id if isinstance(record, Payment) else record.payment.order_id
            refund_id = "" if isinstance(record, Payment) else record.request_no
            from_on = record.at.date() + (PAYMENT_DUE if paid else REFUND_DUE) + DAY
            entity = ("order", order_id) if paid else ("refund", refund_id)
            self._scene.truth.add(
                "ANY", CONSEQUENCE, entity, from_on=from_on, note="in a bill that does not add up",
                ids={"order_id": order_id, "refund_id": refund_id},
            )  # fmt: skip

    def write_wallet(self, account: str, day: date, entries: Sequence[Entry]) -> None:
        """Write a day's ledger of an account, without the lines of a lost page."""
        shown = self._lose_page(account, day, list(entries))
        if merchant.CHANNEL_OF[account] == "alipay":
            name, where = f"{account}_{day:%Y%m%d}_signcustomer", ("alipay/signcustomer", account, day)
            if account == merchant.ALIPAY_STORE and day in self._mishaps.missing["signcustomer"]:
                self._note_source("DQ01", FAULT, where, "the day's ledger never came")
                return
            content = alipay.ledger_archive(account, day, shown, exported_at(day))
            self._inbox.put("alipay", "signcustomer", f"{name}.zip", content)
            if account == merchant.ALIPAY_OWN and day in self._mishaps.sent_again:
                self._inbox.put("alipay", "signcustomer", f"{name}(1).zip", content)
                self._note_source("ST09", LOOKALIKE, where, "one ledger under two names")
        elif account == merchant.UNIONPAY:
            rows = []
            for entry in shown:
                self._sequence += 1
                rows.append(open_files.wallet_row("unionpay", account, self._sequence, entry))
            self._inbox.put_open("wallet_lines", day, rows)
        else:
            meta = open_files.as_meta(day, day, len(shown), exported_at(day))
            content = wechat.fund_bill(account, shown, account == merchant.WECHAT_LEGACY)
            self._inbox.put("wechat", "fundflow", f"{account}FundFlow{day:%Y%m%d}.csv", content, meta)

    def _lose_page(self, account: str, day: date, entries: list[Entry]) -> list[Entry]:
        """ST09: the first or last lines of a day are lost (UnionPay: some in the middle); every file still adds up."""
        left = self._left_behind.pop(account, 0) if entries else 0
        if left:
            self._note_jump(account, day, left, entries[0])
        waiting = self._pending.get(account, [])
        if left or not waiting or waiting[0] > day:
            return entries
        size = self._scene.rng.randrange(1, 4)
        start = 1 if account == merchant.UNIONPAY else 0 if self._scene.rng.random() < 0.5 else len(entries) - size
        page = entries[start : start + size]
        kept = entries[:start] + entries[start + size :]
        jump = sum(entry.amount for entry in page)
        if start < 0 or len(kept) < 2 or not jump or any(entry.kind.startswith("payout") for entry in page):
            return entries
        after = entries[start + size : start + size + 1]
        if not after and day >= self._scene.last - timedelta(days=1):
            return entries
        del waiting[0]
        if after:
            self._note_jump(account, day, jump, after[0])
        else:
            self._left_behind[account] = jump
        return kept

    def _note_jump(self, account: str, day: date, jump: int, entry: Entry) -> None:
        self._scene.truth.add(
            "ST09", FAULT, ("wallet_line", entry.line_id), amount=jump, from_on=day,
            note="a page of the ledger is lost", ids=_where(account, day),
        )  # fmt: skip

    def _note_source(self, code: str, kind: str, where: tuple[str, str, date], note: str) -> None:
        """Note something about the file of a (stream, account, day): due a day later, missing from the next day on."""
        stream, account, day = where
        self._scene.truth.add(
            code, kind, ("source_day", f"{stream}|{account}|{day}"), from_on=day + 2 * DAY, note=f"{stream}: {note}",
            ids=_where(account, day),
        )  # fmt: skip


def _where(account: str, day: date) -> dict[str, str]:
    return {"channel": merchant.CHANNEL_OF[account], "account_id": account, "source_day": day.isoformat()}
