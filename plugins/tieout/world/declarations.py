"""What the merchant declares in `config/`: what is expected when, whose accounts these are, how its banks write."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tieout.world import merchant

_DAILY_OPEN = (
    "orders", "order_lines", "order_promotions", "after_sales", "after_sale_events", "refunds", "channel_transactions",
    "wallet_lines", "settlement_lines", "payouts", "stock_movements", "erp_documents", "ledger_lines", "tickets",
)  # fmt: skip
_CHANNEL_STREAMS = {"alipay": ("trade", "signcustomer"), "wechat": ("trade", "fundflow")}
_COLUMNS = {
    "source_schedules": ("source", "stream", "account", "frequency", "arrives_after_days", "valid_from", "valid_to"),
    "accounts": (
        "account_id", "kind", "name", "bank_name", "account_number", "currency", "payer_names",
        "ledger_account", "valid_from", "valid_to",
    ),
    "bank_line_rules": ("rule", "text_part", "valid_from", "valid_to"),
    "payers": ("platform", "name_part", "valid_from", "valid_to"),
    "accounting_periods": ("period_from", "period_to", "closed_on"),
}  # fmt: skip


def write(folder: Path, first: date, last: date) -> None:
    """Write the merchant's own seed rows: schedules between two days (both included), accounts, its banks' words."""
    folder.mkdir(parents=True, exist_ok=True)
    since = f"{first:%Y}-01-01"
    _write(folder, "source_schedules", ((*key, "daily", "1", str(first), str(last)) for key in _expected()))
    accounts = (
        (
            account.account_id, account.kind, account.name, account.bank_name, account.account_id, "CNY",
            account.payer_names, account.ledger_account, since, "",
        )
        for account in merchant.ACCOUNTS
    )  # fmt: skip
    _write(folder, "accounts", accounts)
    # The second bank writes latin letters only.
    words = (("interest", "JIEXI"), ("own_transfer", "NEIBU ZHUANZHANG"))
    _write(folder, "bank_line_rules", ((*word, since, "") for word in words))
    _write(folder, "accounting_periods", (tuple(map(str, period)) for period in merchant.PERIODS))
    _write(folder, "payers", [("jd", "WANGYIN ZAIXIAN", since, "")])


def _expected() -> list[tuple[str, str, str]]:
    expected = [
        (channel, stream, account)
        for account, channel in merchant.CHANNEL_OF.items()
        for stream in _CHANNEL_STREAMS.get(channel, ())
    ]
    expected += [("taobao", stream, "") for stream in ("orders", "order_lines", "refunds")]
    expected += [("bank", "cmb", merchant.CMB), ("bank", "mt940", merchant.MT940), ("bank", "camt053", merchant.CAMT)]
    return expected + [("open", entity, "") for entity in _DAILY_OPEN]


def _write(folder: Path, seed: str, rows: Iterable[tuple[str, ...]]) -> None:
    with (folder / f"{seed}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS[seed])
        writer.writerows(rows)
