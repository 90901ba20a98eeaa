"""The merchant's bank accounts: credits of payouts, suppliers, interest, own transfers, corrections, lost pages."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tieout.world import merchant
from tieout.world.cash import BankLine
from tieout.world.diary import Diary
from tieout.world.scene import DAY, Scene
from tieout.world.truth import FAULT, LOOKALIKE

_SUPPLIERS = ("绍兴锦绣纺织有限公司", "龙泉剑瓷工艺厂", "中山明辉灯饰有限公司", "义乌市万盛收纳用品厂")
_STRANGERS = ("上海远帆贸易有限公司", "王建国", "深圳市启程供应链有限公司")
_LETTER = {merchant.CMB: "C", merchant.MT940: "M", merchant.CAMT: "N"}
_OPENING = 20_000_000


@dataclass(frozen=True)
class Statement:
    """A day of an account as the bank states it; `number` counts from one."""

    account: str
    day: date
    number: int
    opening: int
    closing: int
    lines: list[BankLine]


class Bank:
    """One account. A statement always adds up; a lost page shows only against the statement before."""

    def __init__(self, account: str, scene: Scene, diary: Diary, strays: set[date], gaps: set[date]) -> None:
        """Take the days on which an unexplained credit comes, and those from which on a first page is lost."""
        self.account, self._scene, self._diary = account, scene, diary
        self._strays, self._gaps = strays, sorted(gaps)
        self._balance, self._number, self._has_stated = _OPENING, 0, False

    def close_day(self, day: date, lines: list[BankLine]) -> Statement:
        """Book a day in order of time and state what the bank states of it."""
        if day in self._strays:
            lines.append(self._stray(day))
        lines += self._daily_life(day)
        lines.sort(key=lambda line: line.at)
        # A page is lost between other lines: in lines alone, an empty day cannot show a jump, nor can the first line.
        if lines and self._has_stated and self._gaps and self._gaps[0] <= day and day not in self._strays:
            del self._gaps[0]
            lines[:0] = self._lost_page(day)
        opening = self._balance
        for line in lines:
            self._balance += line.amount
            line.balance = self._balance
            line.line_id = self._scene.numbers.bank_line(_LETTER[self.account], day)
            if line.lost:
                opening = self._balance
        self._number += 1
        stated = [line for line in lines if not line.lost]
        self._has_stated = self._has_stated or bool(stated)
        self._label(day, lines)
        return Statement(self.account, day, self._number, opening, self._balance, stated)

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour, self._scene.rng.randrange(60), self._scene.rng.randrange(60)))

    def _daily_life(self, day: date) -> list[BankLine]:
        """Pay suppliers, earn interest, and move what JD and Douyin brought to the main account."""
        rng, lines = self._scene.rng, []
        if self.account == merchant.CMB and rng.random() < 0.6 and self._balance > _OPENING:
            amount = (self._balance - _OPENING) * rng.randrange(30, 70) // 100
            supplier = rng.choice(_SUPPLIERS)
            lines.append(BankLine(self._at(day, 14), -amount, supplier, "货款", counterparty_account="95580"))
        if day == self._scene.day((self._scene.last - self._scene.first).days // 2):
            lines.append(BankLine(self._at(day, 6), rng.randrange(800, 5000), "", "结息"))
        if self.account != merchant.CMB:
            lines += self._move_and_correct(day)
        return lines

    def _move_and_correct(self, day: date) -> list[BankLine]:
        rng, lines = self._scene.rng, []
        if day.weekday() == 3 and self._balance > _OPENING + 100_000:
            amount, at = self._balance - _OPENING, self._at(day, 11)
            lines.append(BankLine(at, -amount, merchant.COMPANY, "内部转账", counterparty_account=merchant.CMB))
            arrival = BankLine(
                at + timedelta(minutes=1), amount, merchant.COMPANY, "内部转账", counterparty_account=self.account
            )
            self._diary.add(day, f"bank {merchant.CMB}", arrival)
        if day.weekday() == 1:
            paid = BankLine(self._at(day, 9), -rng.randrange(100_000, 300_000), rng.choice(_SUPPLIERS), "货款")
            lines.append(paid)
            if day.isocalendar().week % 2:
                back_at = paid.at + DAY
                back = BankLine(back_at, -paid.amount, paid.counterparty, "退汇", reversal=True)
                self._diary.add(back_at.date(), f"bank {self.account}", back)
        return lines

    def _stray(self, day: date) -> BankLine:
        """BK02: money that no payout explains, from a stranger or in a payer's usual name."""
        rng = self._scene.rng
        payer = merchant.ALIPAY_PAYER if self.account == merchant.CMB and rng.random() < 0.5 else rng.choice(_STRANGERS)
        return BankLine(self._at(day, 13), rng.randrange(10_001, 900_000), payer, "来账", counterparty_account="62220")

    def _lost_page(self, day: date) -> list[BankLine]:
        """BK05: suppliers that were paid at dawn stand in no statement."""
        rng = self._scene.rng
        return [
            BankLine(self._at(day, 1 + place), -rng.randrange(5000, 90_000), rng.choice(_SUPPLIERS), "货款", lost=True)
            for place in range(rng.randrange(1, 3))
        ]

    def _label(self, day: date, lines: list[BankLine]) -> None:
        add, shown = self._scene.truth.add, [line for line in lines if not line.lost]
        where = {"account_id": self.account, "source_day": day.isoformat()}
        jump = sum(line.amount for line in lines if line.lost)
        entity = ("source_day", f"{self.account}|{day}")
        if jump:
            ids = where | {"bank_line_id": shown[0].line_id if shown else ""}
            note = "balance jumps between two statements"
            add("BK05", FAULT, entity, amount=jump, from_on=day, note=note, ids=ids)
        elif not shown:
            add("BK05", LOOKALIKE, entity, from_on=day, note="a day without a line", ids=where)
        for line in shown:
            entity, ids = ("bank_line", line.line_id), where | {"bank_line_id": line.line_id}
            if line.summary in ("来账", "合并来账"):
                why = "nothing explains" if line.summary == "来账" else "two pairs of payouts explain"
                note = f"credit from {line.counterparty} that {why}"
                add("BK02", FAULT, entity, amount=line.amount, from_on=day, note=note, ids=ids)
            elif line.amount > 0 and line.summary in ("结息", "内部转账", "退汇"):
                add("BK02", LOOKALIKE, entity, from_on=day, note=line.summary, ids=ids)
