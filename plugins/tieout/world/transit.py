"""What goes wrong with money on its way to the bank, and what only seems to."""

from dataclasses import replace
from datetime import date, timedelta

from tieout.world import merchant
from tieout.world.calendar import bank_day
from tieout.world.cash import BankLine, Payout
from tieout.world.scene import DAY, PAYOUT_DUE, Scene
from tieout.world.treasury import Transfer
from tieout.world.truth import CONSEQUENCE, FAULT, LOOKALIKE

_PLATFORMS = ("jd", "douyin")


def lose_credit(transfer: Transfer, scene: Scene) -> bool:
    """BK01: paid out, and no bank ever booked it."""
    payout = transfer.payouts[0]
    transfer.credits.clear()
    due_on = _due_on(payout)
    _note(scene, "BK01", payout, amount=payout.amount, from_on=due_on + DAY, note="payout without a credit")
    return True


def misstate_named_credit(transfer: Transfer, scene: Scene) -> bool:
    """BK03: the credit names its payout and is of another amount."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    delta = _delta(payout.amount, scene)
    credit.reference = credit.reference or payout.payout_id
    credit.amount -= delta
    _note(scene, "BK03", payout, amount=delta, from_on=credit.at.date(), note="credit by name, short")
    return True


def misstate_unnamed_credit(transfer: Transfer, scene: Scene) -> bool:
    """BK03: the credit names nothing; payer and days say which payout it is, the amount is a little off."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    if payout.amount < 100_000:
        return False
    delta = _delta(payout.amount, scene)
    credit.reference, credit.amount = "", credit.amount - delta
    _note(scene, "BK03", payout, amount=delta, from_on=credit.at.date(), note="credit without a name, short")
    return True


def misstate_payout(transfer: Transfer, scene: Scene) -> bool:
    """BK03: the platform paid another amount than its batch comes to."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    if payout.platform not in _PLATFORMS:
        return False
    delta = _delta(payout.amount, scene)
    payout.amount -= delta
    credit.amount = payout.amount
    _note(scene, "BK03", payout, amount=delta, from_on=payout.at.date(), note="payout differs from its batch")
    return True


def return_payout(transfer: Transfer, scene: Scene) -> bool:
    """BK04: the bank sent it back; the wallet has it again, or the platform says returned."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    transfer.returned_at = payout.at + timedelta(hours=scene.rng.randrange(22, 40))
    if payout.platform in _PLATFORMS and scene.rng.random() < 0.5:
        back_at = max(credit.at, transfer.returned_at) + timedelta(minutes=5)
        back = BankLine(back_at, -credit.amount, credit.counterparty, "冲正", credit.reference, reversal=True)
        transfer.credits = [credit, back]
    else:
        transfer.credits.clear()
    _note(scene, "BK04", payout, amount=payout.amount, from_on=transfer.returned_at.date(), note="payout returned")
    return True


def credit_late(transfer: Transfer, scene: Scene) -> bool:
    """BK01: the credit comes on the last day it may."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    due_on = _due_on(payout)
    credit.at += due_on - credit.at.date()
    _note(scene, "BK01", payout, from_on=due_on, note="credit on the due day")
    return True


def credit_unnamed(transfer: Transfer, scene: Scene) -> bool:
    """BK02, BK03: a credit that names nothing, of exactly the payout's amount."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    credit.reference = ""
    _note(scene, "BK02", payout, from_on=credit.at.date(), note="exact credit without a name")
    return True


def credit_corrected(transfer: Transfer, scene: Scene) -> bool:
    """BK04: the bank booked the credit, reversed its own booking and booked it again."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    if payout.platform not in _PLATFORMS:
        return False
    credit.at = credit.at.replace(hour=16)
    back_at, again_at = credit.at + timedelta(minutes=20), credit.at + timedelta(minutes=21)
    transfer.credits += [
        BankLine(back_at, -credit.amount, credit.counterparty, "冲正", credit.reference, reversal=True),
        BankLine(again_at, credit.amount, credit.counterparty, credit.summary, credit.reference),
    ]
    _note(scene, "BK04", payout, from_on=credit.at.date(), note="the bank corrected its own booking")
    return True


def credit_after_holiday(transfer: Transfer, scene: Scene) -> bool:
    """BK01: its days end while banks rest, so it comes on the next day on which they work."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    if payout.due_on or _due_on(payout) == payout.at.date() + PAYOUT_DUE:
        return False
    credit.at += _due_on(payout) - credit.at.date()
    _note(scene, "BK01", payout, from_on=credit.at.date(), note="credit on the first working day after a holiday")
    return True


def credit_in_parts(transfer: Transfer, scene: Scene) -> bool:
    """BK01, BK02: one payout comes in two or three credits that name nothing."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    if payout.reference or payout.amount < 50_000:
        return False
    sizes = [payout.amount * scene.rng.randrange(30, 45) // 100 for _ in range(scene.rng.choice((1, 2)))]
    sizes.append(payout.amount - sum(sizes))
    transfer.credits = [
        BankLine(credit.at + place * timedelta(minutes=3), size, credit.counterparty, credit.summary)
        for place, size in enumerate(sizes)
    ]
    _note(scene, "BK01", payout, from_on=credit.at.date(), note=f"one payout in {len(sizes)} credits without a name")
    return True


def credit_ambiguously(transfer: Transfer, scene: Scene) -> bool:
    """BK02: one credit for two of four payouts; two pairs of them come to its amount, and nobody knows which it is."""
    payout, credit = transfer.payouts[0], transfer.credits[0]
    half = payout.amount // 2
    if payout.reference or payout.account not in merchant.CHANNEL_OF or payout.amount % 2 or half < 50_000:
        return False
    firsts = [half * scene.rng.randrange(*share) // 1000 + 1 for share in ((510, 700), (710, 900))]
    for place, size in enumerate((half - firsts[0], firsts[1], half - firsts[1]), start=1):
        at = payout.at + place * timedelta(minutes=5)
        number = scene.numbers.payout(payout.platform, at.date())
        transfer.payouts.append(replace(payout, payout_id=number, amount=size, at=at))
    payout.amount = firsts[0]
    credit.amount, credit.reference, credit.summary = half, "", "合并来账"
    for one in transfer.payouts:
        note = "perhaps the one that a credit pays, perhaps not"
        _note(scene, "BK01", one, from_on=_due_on(one) + DAY, note=note, kind=CONSEQUENCE)
    return True


def _due_on(payout: Payout) -> date:
    """Give the last day on which a credit is in time."""
    return payout.due_on or bank_day(payout.at.date() + PAYOUT_DUE)


def _delta(amount: int, scene: Scene) -> int:
    """Give a difference of up to half a per cent and 30 yuan: near enough to know the payout again."""
    return scene.rng.randrange(50, max(51, min(3000, amount // 200)))


def _note(
    scene: Scene,
    code: str,
    payout: Payout,
    *,
    from_on: date,
    note: str,
    amount: int | None = None,
    kind: str = LOOKALIKE,
) -> None:
    """Note a fault, or, without an amount, a look-alike (or what `kind` says)."""
    scene.truth.add(
        code, kind if amount is None else FAULT, ("payout", payout.payout_id), amount=amount, from_on=from_on,
        note=note,
        ids={
            "platform": payout.platform, "channel": merchant.CHANNEL_OF.get(payout.account, ""),
            "account_id": payout.account, "payout_id": payout.payout_id,
        },
    )  # fmt: skip


TRANSFER_FAULTS = (
    ("BK01", lose_credit),
    ("BK03", misstate_named_credit),
    ("BK03", misstate_unnamed_credit),
    ("BK03", misstate_payout),
    ("BK04", return_payout),
)
RARE_TRANSFER_FAULTS = (("BK02", credit_ambiguously),)
"""Half as many of these: a code that has other faults too."""
TRANSFER_LOOKALIKES = (
    ("BK01", credit_late),
    ("BK01", credit_after_holiday),
    ("BK01", credit_in_parts),
    ("BK02", credit_unnamed),
    ("BK04", credit_corrected),
)
