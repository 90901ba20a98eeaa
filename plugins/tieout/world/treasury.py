"""Wallets, platform batches and what they pay out to the bank."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tieout.world import merchant
from tieout.world.cash import BankLine, Entry, Payout
from tieout.world.diary import Diary
from tieout.world.life import Settlement
from tieout.world.scene import DAY, Agenda, Scene
from tieout.world.truth import LOOKALIKE

_RESERVE, _LEAST = 50_000, 10_000
_OPENING = 300_000
_SUMMARY = {"alipay": "支付宝提现", "wechat": "财付通资金划付", "unionpay": "银联商务清算"}


@dataclass
class Transfer:
    """One movement from a wallet or platform to the bank: what was paid out, and what the bank booked for it."""

    payouts: list[Payout]
    credits: list[BankLine]
    returned_at: datetime | None = None


@dataclass
class _Batches:
    pauses: list[date]
    carried: int = 0
    kept_back: int = 0
    waiting: list[Payout] = field(default_factory=list)
    held: list[Settlement] = field(default_factory=list)


class Treasury:
    """Pays wallets out once a day and platforms by batch; the agenda decides which of it goes wrong."""

    def __init__(self, scene: Scene, diary: Diary, agenda: Agenda, pauses: set[date]) -> None:
        """Open every wallet with its own balance; from each day of `pauses` on platforms once settle refunds only."""
        self._scene, self._diary, self._agenda = scene, diary, agenda
        self.balances = {account: _OPENING + scene.rng.randrange(90_000) for account in merchant.CHANNEL_OF}
        self._previous: dict[str, int] = {}
        self._batches = {platform: _Batches(sorted(pauses)) for platform in ("jd", "douyin")}

    def close_wallet(self, account: str, day: date, entries: list[Entry]) -> list[Entry]:
        """Pay a wallet out and put its day in posting order with running balances."""
        channel = merchant.CHANNEL_OF[account]
        if account != merchant.ALIPAY_STORE:
            self._withdraw(account, channel, day, entries)
        entries.sort(key=lambda entry: entry.at)
        for entry in entries:
            self.balances[account] += entry.amount
            entry.balance = self.balances[account]
            entry.line_id = self._scene.numbers.ledger_line(day)
        return entries

    def _withdraw(self, account: str, channel: str, day: date, entries: list[Entry]) -> None:
        rng, free = self._scene.rng, self.balances[account] - _RESERVE
        if free < _LEAST or (account == merchant.WECHAT_LEGACY and day.weekday() >= 5):
            return
        previous = self._previous.pop(account, 0)
        twin = _LEAST <= previous <= free and rng.random() < 0.06
        amount = previous if twin else free
        at = datetime.combine(day, time(8 if channel == "wechat" else 10, rng.randrange(60), rng.randrange(60)))
        parts = [amount]
        if channel == "alipay" and not twin and amount > 4 * _LEAST and rng.random() < 0.1:
            parts = [amount * 3 // 500 * 100, amount - amount * 3 // 500 * 100]
        payouts = [
            self._payout(channel, account, part, at + place * timedelta(minutes=7)) for place, part in enumerate(parts)
        ]
        if twin:
            self._seem("BK03", payouts[0], day, "the same amount as the payout before")
        if self._send(payouts, day, entries, is_spared=twin) and len(parts) == 1:
            self._previous[account] = amount

    def _payout(self, platform: str, account: str, amount: int, at: datetime) -> Payout:
        number = self._scene.numbers.payout(platform, at.date())
        return Payout(number, platform, account, merchant.BANK_OF.get(account, merchant.CMB), amount, at)

    def _send(
        self, payouts: list[Payout], day: date, entries: list[Entry], is_spared: bool = False, kept_back: int = 0
    ) -> bool:
        """Book payouts at the bank a day later at most, and let the agenda spoil it; say whether all went well.

        What is kept back for a batch below zero is missing in the credit, whether that names a payout or not.
        """
        rng, first = self._scene.rng, payouts[0]
        at = datetime.combine(day + rng.choice((0, 1)) * DAY, time(17, rng.randrange(60), rng.randrange(60)))
        named = len(payouts) == 1 and rng.random() < 0.6
        reference = first.reference or (first.payout_id if named else "")
        summary = _SUMMARY.get(first.platform, "货款结算")
        total = sum(payout.amount for payout in payouts) + kept_back
        if kept_back:
            reference = rng.choice((reference, ""))
            self._seem("BK03", first, day, "less than its payouts: a batch below zero was kept back")
        payer = merchant.PAYER_OF[first.account]
        transfer = Transfer(payouts, [BankLine(at, total, payer, summary, reference, f"{first.account[-10:]}88")])
        spoilt = len(payouts) == 1 and not (is_spared or kept_back) and self._agenda.apply(transfer, self._scene)
        if len(payouts) > 1:
            self._seem("BK03", first, day, f"{len(payouts)} payouts in one credit")
        elif not spoilt:
            first.credited_on = at.date()
        for payout in payouts:
            self._tell(payout, transfer, entries)
        for line in transfer.credits:
            self._diary.add(line.at.date(), f"bank {first.bank_account}", line)
        return not spoilt

    def _tell(self, payout: Payout, transfer: Transfer, entries: list[Entry]) -> None:
        """Write a payout into its wallet or into the platform's payout list, and its return likewise."""
        day, channel = payout.at.date(), merchant.CHANNEL_OF.get(payout.account)
        self._diary.add(day, "receipts", payout)
        if channel:
            entries.append(Entry(payout.at, "payout", payout.payout_id, "", "", -payout.amount))
        if channel not in ("alipay", "wechat"):
            self._diary.add(day, "payouts", (payout, "paid"))
        if transfer.returned_at is None:
            return
        if channel:
            back = Entry(transfer.returned_at, "payout_returned", payout.payout_id, "", "", payout.amount)
            self._diary.add(transfer.returned_at.date(), f"wallet {payout.account}", back)
        if channel not in ("alipay", "wechat"):
            self._diary.add(transfer.returned_at.date(), "payouts", (payout, "returned"))

    def settle(self, platform: str, day: date, lines: list[Settlement]) -> tuple[str, list[Settlement]]:
        """Close a platform's batch of a day and pay out what is due; give the batch's number and lines.

        A batch below zero pays nothing and is carried into the next one, or kept back from the next credit. JD pays on
        working days only, so Monday's credit pays for three batches.
        """
        rng, batches, batch_id = self._scene.rng, self._batches[platform], f"{platform.upper()}-{day:%Y%m%d}"
        due = [payout for payout in batches.waiting if payout.at.date() <= day]
        batches.waiting = [payout for payout in batches.waiting if payout not in due]
        for payout in due:
            payout.reference = due[0].payout_id
        if due:
            is_enough = sum(payout.amount for payout in due) > -batches.kept_back
            self._send(due, day, [], kept_back=batches.kept_back if is_enough else 0)
            batches.kept_back = 0 if is_enough else batches.kept_back
        lines, batches.held = batches.held + lines, []
        refunds = [line for line in lines if line.refund_id]
        if refunds and batches.pauses and batches.pauses[0] <= day:
            del batches.pauses[0]
            lines, batches.held = refunds, [line for line in lines if not line.refund_id]
        total = sum(line.amount for line in lines) + batches.carried
        if total <= 0 and not batches.carried and rng.random() < 0.5:
            batches.kept_back += total
        elif total <= 0:
            batches.carried = total
        else:
            self._promise(platform, batch_id, day, total)
        return batch_id, lines

    def _promise(self, platform: str, batch_id: str, day: date, total: int) -> None:
        """Make the payout of a batch, to be paid on the platform's next day of payment."""
        batches, pay_day = self._batches[platform], day + DAY
        while platform == "jd" and pay_day.weekday() >= 5:
            pay_day += DAY
        account = merchant.PLATFORM_SHOPS[platform]
        payout = self._payout(platform, account, total, datetime.combine(pay_day, time(15)))
        payout.batch_id, payout.carried = batch_id, batches.carried
        payout.due_on = pay_day + 2 * DAY if platform == "jd" else None
        if batches.carried:
            self._seem("BK03", payout, pay_day, "less than its batch: a negative one was carried in")
        if platform == "douyin":
            self._diary.add(day, "payouts", (payout, "pending"))
        batches.carried = 0
        batches.waiting.append(payout)

    def _seem(self, code: str, payout: Payout, day: date, note: str) -> None:
        self._scene.truth.add(
            code, LOOKALIKE, ("payout", payout.payout_id), from_on=day, note=note,
            ids={"platform": payout.platform, "account_id": payout.account, "payout_id": payout.payout_id},
        )  # fmt: skip
