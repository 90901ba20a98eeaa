"""WeChat Pay merchant bills: the trade bill and the fund flow bill."""

from tieout.formats.wechat.fundflow import FUNDFLOW_COLUMNS, read_fundflow
from tieout.formats.wechat.trade import TRADE_COLUMNS, read_trade

__all__ = ["FUNDFLOW_COLUMNS", "TRADE_COLUMNS", "read_fundflow", "read_trade"]
