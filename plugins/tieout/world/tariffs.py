"""What payment channels charge for payments: their contracts, and the fee that each payment costs."""

from datetime import date, timedelta

from tieout.world import merchant


def fee(account: str, day: date, amount: int) -> int:
    """Give what the channel keeps of a payment of so many fen into an account on a day: rounded once, half up."""
    per_mille = merchant.FEE_PER_MILLE[account]
    changed = merchant.NEW_FEE_PER_MILLE.get(account)
    if changed and day >= changed[0]:
        per_mille = changed[1]
    return (amount * per_mille + 500) // 1000


def contract_rows(first: date) -> list[tuple[str, ...]]:
    """Give the channels' contracts as rows of the open format; a channel whose accounts differ has one a shop."""
    since, until, rows = date(first.year, 1, 1), date(first.year + 1, 12, 31), []
    for channel, shop, account in merchant.CHANNEL_CONTRACTS:
        per_mille, changed = merchant.FEE_PER_MILLE[account], merchant.NEW_FEE_PER_MILLE.get(account)
        last = changed[0] - timedelta(days=1) if changed else until
        rows.append(_row(channel, shop, (since, last), per_mille))
        if changed:
            rows.append(_row(channel, shop, (changed[0], until), changed[1]))
    return rows


def _row(channel: str, shop: str, valid: tuple[date, date], per_mille: int) -> tuple[str, ...]:
    return (
        channel, shop, "", valid[0].isoformat(), valid[1].isoformat(), "", "", "", f"0.{per_mille:03d}", "true",
        "half_up", "", "", "",
    )  # fmt: skip
