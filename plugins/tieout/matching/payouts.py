"""Searches what could belong together at the bank, and says what is certain and what is not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.matching.covering_sets import Item
from tieout.matching.deciding import Keys
from tieout.matching.joint import Answer, Target, solve

_PAYOUT, _BATCH, _LINE = "payout", "batch", "bank_line"
CANDIDATES = """
select
    bank_line_key, credit_amount, account_id, booked_on, item_type, item_key, item_amount, fee_amount, purse, made_on
from intermediate.int_payouts_to_search
order by bank_line_key, item_type, item_key
"""
"""The query that gives the rows to search: of `int_payouts_to_search`, in this order."""

SETS = "matching.payout_sets"
SET_COLUMNS = ("target_type", "target_key", "outcome", "set_number", "member_type", "member_key")
"""The table of what was found."""

SetRow = tuple[str, str, str, int, str, str]


@dataclass(frozen=True)
class Found:
    """The rows of SETS; how many amounts were searched for, are certain, have several sets or share their only one."""

    rows: tuple[SetRow, ...]
    searched: int
    taken: int
    open: int


@dataclass(frozen=True)
class _Pair:
    credit: str
    credit_amount: int
    account: str
    booked: int
    item_type: str
    item: str
    item_amount: int
    fee: int
    purse: str
    made: int


def search_payouts(candidates: Sequence[tuple[Any, ...]]) -> Found:
    """Search the rows of CANDIDATES. The same rows always give the same sets."""
    pairs = _read(candidates)
    types = {pair.item: pair.item_type for pair in pairs} | dict.fromkeys((pair.credit for pair in pairs), _LINE)
    targets = [*_credits(pairs), *_payouts(pairs)]
    answer = solve(targets)
    still_open = sum(decision.kind != "none" for decision in answer.open.values())
    return Found(tuple(_rows(answer, types)), len(targets), len(answer.taken), still_open)


def _read(rows: Sequence[tuple[Any, ...]]) -> list[_Pair]:
    amounts = [amount for row in rows for amount in (row[1], row[6], row[7])]
    # In the smallest unit that any amount needs, so that fen stay fen and nothing is rounded.
    unit = min([Decimal("0.01"), *(Decimal((0, (1,), amount.normalize().as_tuple().exponent)) for amount in amounts)])
    return [
        _Pair(
            row[0], int(row[1] / unit), row[2] or "", _to_number(row[3]), row[4], row[5], int(row[6] / unit),
            int(row[7] / unit), row[8], _to_number(row[9]),
        )
        for row in rows
    ]  # fmt: skip


def _to_number(day: date) -> int:
    return day.toordinal()


def _credits(pairs: Iterable[_Pair]) -> Iterator[Target]:
    """Give each credit with what could be in it: before the channel's fees and, where there are any, after them."""
    for credit, own in _by(pairs, "credit").items():
        pools = [tuple(Item(pair.item, pair.item_amount, pair.made, pair.purse) for pair in own)]
        if any(pair.fee for pair in own):
            pools.append(tuple(Item(pair.item, pair.item_amount + pair.fee, pair.made, pair.purse) for pair in own))
        yield Target(credit, own[0].credit_amount, tuple(pools))


def _payouts(pairs: Iterable[_Pair]) -> Iterator[Target]:
    """Give each payout with the smaller credits that could be its parts, account by account."""
    parts = (pair for pair in pairs if pair.item_type == _PAYOUT and pair.credit_amount < pair.item_amount)
    for payout, own in _by(parts, "item").items():
        pools = tuple(
            tuple(Item(pair.credit, pair.credit_amount, pair.booked, account) for pair in of_account)
            for account, of_account in _by(own, "account").items()
        )
        yield Target(payout, own[0].item_amount, pools)


def _by(pairs: Iterable[_Pair], name: str) -> dict[str, list[_Pair]]:
    groups: defaultdict[str, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        groups[getattr(pair, name)].append(pair)
    return groups


def _rows(answer: Answer, types: dict[str, str]) -> Iterator[SetRow]:
    words = {"one": "contested", "several": "several", "chance": "chance"}
    outcomes: list[tuple[str, str, Sequence[Keys]]] = [
        *((key, "taken", [keys]) for key, keys in answer.taken.items()),
        *((key, words[decision.kind], decision.sets) for key, decision in answer.open.items() if decision.sets),
    ]
    for key, outcome, sets in sorted(outcomes):
        for number, keys in enumerate(sets, start=1):
            for member in keys:
                yield types[key], key, outcome, number, types[member], member
