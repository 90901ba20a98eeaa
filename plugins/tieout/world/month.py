"""Writes a world: a merchant's days one after another, with what went wrong in them and the answer key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from tieout.core.errors import TieoutError
from tieout.world import (
    banks,
    book_faults,
    declarations,
    exchange_faults,
    faults,
    fee_faults,
    goods_faults,
    goods_lookalikes,
    lookalikes,
    merchant,
    mishaps,
    promotion_faults,
    refund_faults,
    risk_faults,
    service,
    settlement,
    settlement_faults,
    settlement_lookalikes,
    transit,
)
from tieout.world import open as open_files
from tieout.world.aftersales import AfterSales
from tieout.world.books import Bank, Statement
from tieout.world.channels import Channels
from tieout.world.diary import Diary
from tieout.world.inbox import Inbox, exported_at
from tieout.world.ledger import Ledger
from tieout.world.numbering import Numbers
from tieout.world.scene import Agenda, Scene
from tieout.world.shops import Shops
from tieout.world.stories import Stories
from tieout.world.treasury import Treasury
from tieout.world.truth import FAULT, LOOKALIKE, TIMING, Truth

FIRST_DAY = date(2026, 5, 1)
_EACH_PER_5000 = 8
_SHARE_OF_TRANSFERS = 23
_CROWDS_A_DAY = 3
_SLOW_PER_CENT = 25


@dataclass(frozen=True)
class Summary:
    """What was written: how many orders and days, files by `source/stream`, rows of the answer key by code."""

    orders: int
    first: date
    last: date
    files: dict[str, int]
    faults: dict[str, int]
    lookalikes: dict[str, int]
    timing: dict[str, int]


def write(orders: int, days: int, seed: int, out: Path, progress: Callable[[int, int], None] | None = None) -> Summary:
    """Write a world of so many orders over so many days below `out`: inbox/, config/ and truth.csv.

    The same arguments give the same bytes. `progress` is told after each day how many of all days are written. Memory
    grows with the orders of about two weeks, not with the world. Raises TieoutError if `out` already holds a world.
    """
    if orders < 1 or days < 7:
        raise TieoutError("A world needs at least one order and seven days: ask for more.")
    if (out / "truth.csv").exists():
        raise TieoutError(f"{out} already holds a world: choose another folder or remove it first.")
    world = _World(orders, days, seed, out)
    for index in range(days):
        world.write_day(index)
        if progress:
            progress(index + 1, days)
    return world.finish()


class _World:
    def __init__(self, orders: int, days: int, seed: int, out: Path) -> None:
        rng = Random(seed)
        numbers, last = Numbers(rng), FIRST_DAY + timedelta(days=days - 1)
        each = max(1, round(orders * _EACH_PER_5000 / 5000))
        self._orders, self._days, self._out, self._rng = orders, days, out, rng
        stories, aftersales = Stories(rng, numbers), AfterSales(rng, numbers)
        self._scene = Scene(rng, numbers, stories, aftersales, Truth(), FIRST_DAY, last)
        self._diary, self._inbox = Diary(last), Inbox(out / "inbox")
        self._agenda = Agenda(rng, orders)
        self._agenda.spread((*faults.PAYMENT_FAULTS, *refund_faults.REFUND_FAULTS), each)
        self._agenda.spread(lookalikes.ORDER_LOOKALIKES, each)
        for twists in (
            promotion_faults.PROMOTION_FAULTS, promotion_faults.PROMOTION_LOOKALIKES,
            risk_faults.CASE_FAULTS, risk_faults.CASE_LOOKALIKES,
        ):  # fmt: skip
            self._agenda.spread(twists, each)
        # What has to wait for goods that never come begins early enough to be due in the world.
        self._agenda.spread((*goods_faults.GOODS_FAULTS, *exchange_faults.EXCHANGE_FAULTS), each, _SLOW_PER_CENT)
        self._agenda.spread(goods_lookalikes.GOODS_LOOKALIKES, each, _SLOW_PER_CENT)
        self._agenda.spread(book_faults.ORDER_FAULTS, each)
        self._agenda.spread(book_faults.ORDER_LOOKALIKES, max(3, each // 2))
        # It takes two to three weeks from an order until what is wrong in its settlement is seen.
        for twists in (
            (*settlement_faults.SETTLEMENT_FAULTS, *fee_faults.FEE_FAULTS),
            (*settlement_lookalikes.SETTLEMENT_LOOKALIKES, *fee_faults.FEE_LOOKALIKES),
        ):
            self._agenda.spread(twists, each, _SLOW_PER_CENT)
        # About six transfers a day; a share of them at most goes wrong, however many orders there are.
        few = min(each, max(1, days * 6 // _SHARE_OF_TRANSFERS))
        self._crowds = Agenda(rng, days * _CROWDS_A_DAY)
        self._crowds.spread(risk_faults.CROWD_FAULTS, few)
        self._crowds.spread(risk_faults.CROWD_LOOKALIKES, few)
        transfers = Agenda(rng, days * 5)
        transfers.spread(transit.TRANSFER_FAULTS, few)
        transfers.spread(transit.RARE_TRANSFER_FAULTS, max(1, few // 2))
        transfers.spread(transit.TRANSFER_LOOKALIKES, few)
        chosen = mishaps.choose(rng, FIRST_DAY, days, each)
        self._treasury = Treasury(self._scene, self._diary, transfers, chosen.pauses)
        self._channels = Channels(self._scene, self._inbox, chosen)
        self._shops = Shops(self._scene, self._inbox, chosen.missing["tickets"])
        self._ledger = Ledger(self._scene, self._inbox, self._diary, Random(f"books {seed}"), each)
        # Own transfers arrive at the CMB account on the day they leave the others, so it is closed last.
        self._banks = [
            Bank(account, self._scene, self._diary, chosen.strays[account], chosen.bank_gaps[account])
            for account in (merchant.MT940, merchant.CAMT, merchant.CMB)
        ]
        self._shops.write_standing()

    def write_day(self, index: int) -> None:
        day, page = self._scene.day(index), self._diary.page(self._scene.day(index))
        self._place_orders(index, day)
        self._charge_shops(day)
        batches = dict(
            self._treasury.settle(platform, day, page[f"settlement {platform}"])
            for platform in merchant.PLATFORM_COMMISSION_PER_CENT
        )
        for account in merchant.CHANNEL_OF:
            entries = self._treasury.close_wallet(account, day, page[f"wallet {account}"])
            self._channels.write_trade(account, day, page[f"trade {account}"])
            self._channels.write_wallet(account, day, entries)
        for bank in self._banks:
            statement = bank.close_day(day, page[f"bank {bank.account}"])
            self._put_statement(statement)
            self._ledger.note_statement(statement)
        self._shops.write_taobao(day, page["orders taobao"], page["cases taobao"])
        self._shops.write_orders(day, page["orders open"], page["cases open"])
        self._shops.write_settlement(day, batches, page["payouts"])
        self._shops.write_goods(day, page["goods"])
        self._shops.write_tickets(day, page["tickets"])
        self._ledger.write_day(day)
        self._diary.forget(day)

    def _place_orders(self, index: int, day: date) -> None:
        """Tell the lives of the orders placed on a day."""
        start, stop = (self._orders * place // self._days for place in (index, index + 1))
        midnight, left = datetime.combine(day, time(0)), stop - start
        for _ in range(_CROWDS_A_DAY):
            crowd = risk_faults.Crowd(midnight, left)
            self._crowds.apply(crowd, self._scene)
            left -= len(crowd.orders)
            for order in crowd.orders:
                settlement.settle(order, self._rng)
                self._diary.tell(order)
                self._ledger.note_order(order)
        seconds = sorted(self._rng.randrange(86_400) for _ in range(left))
        for second in seconds:
            if left <= 0:
                break
            told = self._scene.stories.tell(midnight + timedelta(seconds=second), left)
            left -= len(told)
            if len(told) > 1:
                entity, note = ("order", told[1].order_id), "paid together with another order"
                self._scene.truth.add("OP01", LOOKALIKE, entity, from_on=day, note=note, order=told[1])
            for order in told:
                if not self._agenda.apply(order, self._scene):
                    self._scene.aftersales.happen(order)
                    service.happen(order, self._scene)
                settlement.settle(order, self._rng)
                self._diary.tell(order)
                self._ledger.note_order(order)

    def _charge_shops(self, day: date) -> None:
        """Let the platforms charge the shops for what belongs to no order, and the books record it."""
        for platform in merchant.PLATFORM_COMMISSION_PER_CENT:
            charges, fees = settlement.platform_charges(platform, day, self._rng)
            self._diary.page(day)[f"settlement {platform}"] += charges
            for fee in fees:
                self._diary.add(fee.day, "fees", fee)

    def _put_statement(self, statement: Statement) -> None:
        stamp = f"{statement.account}_{statement.day:%Y%m%d}"
        if statement.account == merchant.MT940:
            self._inbox.put("bank", "mt940", f"{stamp}.sta", banks.mt940(statement))
        elif statement.account == merchant.CAMT:
            self._inbox.put("bank", "camt053", f"{stamp}.xml", banks.camt053(statement))
        else:
            self._put_cmb(statement, stamp)

    def _put_cmb(self, statement: Statement, stamp: str) -> None:
        """Put a CMB statement: on Wednesdays somebody saved it as a workbook; a day without a line needs its meta."""
        day, as_workbook = statement.day, statement.day.weekday() == 2
        name = f"{stamp}.xlsx" if as_workbook else f"{stamp}.csv"
        content = banks.cmb_workbook(statement) if as_workbook else banks.cmb(statement)
        meta = open_files.as_meta(day, day, len(statement.lines), exported_at(day))
        self._inbox.put("bank", "cmb", name, content, meta)

    def finish(self) -> Summary:
        declarations.write(self._out / "config", self._scene.first, self._scene.last)
        truth = self._scene.truth
        truth.write(self._out / "truth.csv")
        return Summary(
            self._orders, self._scene.first, self._scene.last, dict(sorted(self._inbox.files.items())),
            truth.count(FAULT), truth.count(LOOKALIKE), truth.count(TIMING),
        )  # fmt: skip
