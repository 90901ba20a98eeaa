"""Alipay merchant bills: the trade bill and the account ledger, as the zip that the platform serves or as bare csv."""

from tieout.formats.alipay.ledger import LEDGER_COLUMNS, LEDGER_HEADER, read_ledger
from tieout.formats.alipay.trade import TRADE_COLUMNS, TRADE_HEADER, read_trade

__all__ = ["LEDGER_COLUMNS", "LEDGER_HEADER", "TRADE_COLUMNS", "TRADE_HEADER", "read_ledger", "read_trade"]
