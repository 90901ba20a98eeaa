"""Identifiers in the shape each system gives them; counted, so that none is ever given twice."""

from collections import Counter
from datetime import date
from random import Random


class Numbers:
    """Gives numbers of every kind; the same calls in the same order give the same numbers."""

    def __init__(self, rng: Random) -> None:
        """Count from one for each kind."""
        self._rng = rng
        self._counts: Counter[str] = Counter()

    def _next(self, kind: str) -> int:
        self._counts[kind] += 1
        return self._counts[kind]

    def tid(self) -> str:
        """Give a Taobao order number: 19 digits, more than a spreadsheet keeps."""
        return f"26{self._next('tid'):010d}{self._rng.randrange(10**7):07d}"

    def order(self, platform: str, day: date) -> str:
        """Give an order number of the own site, JD or Douyin."""
        prefix = {"self": "SG", "jd": "29", "douyin": "69"}[platform]
        width = {"self": 6, "jd": 6, "douyin": 9}[platform]
        return f"{prefix}{day:%y%m%d}{self._next(platform):0{width}d}"

    def merchant_order(self, day: date) -> str:
        """Give the own site's payment number, sent to the channel as 商户订单号."""
        return f"M{day:%Y%m%d}{self._next('merchant'):08d}"

    def transaction(self, channel: str, day: date) -> str:
        """Give a channel's own number of a payment: 28 digits at Alipay and WeChat."""
        count, noise = self._next(channel), self._rng.randrange(10**4)
        if channel == "alipay":
            return f"{day:%Y%m%d}22001{count:011d}{noise:04d}"
        if channel == "wechat":
            return f"4200002{day:%Y%m%d}{count:09d}{noise:04d}"
        return f"{day:%Y%m%d}UP{count:010d}"

    def channel_refund(self, channel: str, day: date) -> str:
        """Give a channel's own number of a refund; Alipay gives none."""
        if channel == "wechat":
            return f"5030080{day:%Y%m%d}{self._next('wechat refund'):014d}"
        return f"{day:%Y%m%d}UR{self._next('unionpay refund'):010d}" if channel == "unionpay" else ""

    def refund(self, platform: str, day: date) -> tuple[str, str]:
        """Give a refund number and the number of its after-sale case; Taobao has one number for both."""
        count = self._next("refund")
        if platform == "taobao":
            number = f"18{count:08d}{self._rng.randrange(10**6):06d}"
            return number, number
        return f"RF{day:%y%m%d}{count:07d}", f"AS{day:%y%m%d}{count:07d}"

    def payout(self, channel: str, day: date) -> str:
        """Give the business number of a withdrawal or settlement payout."""
        count = self._next("payout")
        if channel == "alipay":
            return f"{day:%Y%m%d}11007{count:013d}"
        if channel == "wechat":
            return f"7000010{day:%Y%m%d}{count:011d}"
        return f"{channel[:2].upper()}{day:%y%m%d}{count:05d}"

    def ledger_line(self, day: date) -> str:
        """Give a wallet's number of one line; it grows in posting order."""
        return f"{day:%Y%m%d}{self._next('ledger'):012d}"

    def bank_line(self, bank: str, day: date) -> str:
        """Give a bank's reference of one booking, at most 16 characters as SWIFT allows."""
        return f"{bank}{day:%y%m%d}{self._next('bank'):07d}"
