"""Money on its way: lines of wallets, payouts to banks, bookings of bank accounts. Amounts are in fen (1/100 yuan)."""

from dataclasses import dataclass
from datetime import date, datetime

from tieout.world.life import Booking


@dataclass(slots=True)
class Entry:
    """One line of a wallet, signed from the merchant's side.

    `kind` is payment, fee, refund, refund_returned, commission, payout, payout_returned, cashback or transfer.
    """

    at: datetime
    kind: str
    business_no: str
    merchant_order_no: str
    order_id: str
    amount: int
    request_no: str = ""
    remark: str = ""
    fee_part: int = 0
    line_id: str = ""
    balance: int = 0


@dataclass(slots=True)
class Payout:
    """Money on its way from a wallet or platform to the bank; `amount` is positive, in fen.

    `credited_on` is known of a payout that the bank credited alone and as it should.
    """

    payout_id: str
    platform: str
    account: str
    bank_account: str
    amount: int
    at: datetime
    reference: str = ""
    batch_id: str = ""
    carried: int = 0
    due_on: date | None = None
    status: str = "paid"
    credited_on: date | None = None
    bookings: list[Booking] | None = None


@dataclass(slots=True)
class BankLine:
    """One booking of a bank account; `lost` ones happened but stand in no statement, `reversal` undoes a booking."""

    at: datetime
    amount: int
    counterparty: str
    summary: str
    reference: str = ""
    counterparty_account: str = ""
    reversal: bool = False
    lost: bool = False
    line_id: str = ""
    balance: int = 0
