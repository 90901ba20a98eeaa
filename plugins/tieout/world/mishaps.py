"""Which days lose a page, a file or their sums: chosen once, before the first day is written."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tieout.world import merchant

_LEDGERS = (merchant.ALIPAY_TAOBAO, merchant.ALIPAY_OWN, merchant.WECHAT_MAIN, merchant.UNIONPAY)
_BANKS = (merchant.CMB, merchant.MT940, merchant.CAMT)
_LAST_CLEAN = 4
"""Days at the end that arrive in full, so that what is missing can be known to be missing."""


@dataclass(frozen=True)
class Mishaps:
    """Days by what happens to their files."""

    lost_pages: dict[str, set[date]]
    bank_gaps: dict[str, set[date]]
    strays: dict[str, set[date]]
    missing: dict[str, set[date]]
    broken: set[date]
    mended: set[date]
    restated: set[date]
    sent_again: set[date]
    pauses: set[date]
    """From each of these days on, a platform once settles refunds only, so that a batch comes out below zero."""


def choose(rng: Random, first: date, days: int, each: int) -> Mishaps:
    """Choose days; `each` is how often a fault of orders happens: one of files happens as often, 9 times at most."""
    middle = [first + timedelta(days=index) for index in range(2, max(3, days - _LAST_CLEAN))]
    # Two breaks of one account never touch: every other day at most.
    sparse = middle[::2]

    def some(count: int, among: list[date]) -> set[date]:
        return set(rng.sample(among, min(max(1, count), len(among))))

    share = min(each, 9)
    working = [day for day in middle if day.weekday() < 5] or middle
    broken = some(share // 4, working)
    return Mishaps(
        {account: some(share // 4, sparse) for account in _LEDGERS},
        {account: some(share // 4, sparse) for account in _BANKS},
        {account: some(share // (2 if account == merchant.CMB else 4), middle) for account in _BANKS},
        {
            "trade": some(share // 3, middle),
            "signcustomer": some(share // 4, middle),
            "tickets": some(share // 4, middle),
        },
        broken,
        some(share // 4, middle),
        some(share // 2, middle),
        some(share // 2, middle),
        some(share // 2, sparse),
    )
