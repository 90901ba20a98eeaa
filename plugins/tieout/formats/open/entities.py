"""The entities of the open format and their columns.

A column is declared by its name, with `!` where every row must have it, `*` where it is part of the entity's key and
`=` before the closed list of words that it may hold. The other types follow from the names.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """A column of an entity: its type, whether every row must have a value, and whether it identifies the row."""

    name: str
    type: str
    required: bool = False
    is_key: bool = False
    words: frozenset[str] = frozenset()


_DECLARED = {
    "orders": "platform* order_id* shop_id merchant_order_no status!=unpaid|paid|shipped|completed|closed"
    " ordered_at! paid_at completed_at closed_at buyer_id device_id address_id pay_channel currency list_amount"
    " freight_amount discount_amount buyer_paid_amount! subsidy_amount cashback_amount",
    "order_lines": "platform* order_id* line_no* sku! product_name category quantity! unit_price amount!",
    "order_promotions": "platform* order_id* promotion_no*"
    " type!=full_reduction|coupon|points|cashback|subsidy|other coupon_kind"
    " bearer=merchant|platform|influencer|government amount!",
    "after_sales": "platform* after_sale_id* order_id!"
    " type!=refund_only|return_refund|exchange|reship|repair|compensation"
    " status!=applied|approved|returning|refunded|closed|rejected|cancelled"
    " reason sku quantity buyer_id applied_at! applied_amount approved_at approved_amount return_tracking_no",
    "after_sale_events": "platform* after_sale_id* event_no* occurred_at! actor event old_amount new_amount",
    "refunds": "platform* refund_id* after_sale_id order_id! amount! refunded_at! pay_channel",
    "channel_transactions": "channel* transaction_id*"
    " type*=payment|refund|cashback|compensation|fee|fee_reversal|transfer request_no* account_id merchant_order_no"
    " original_transaction_id status=success|processing|failed|closed currency amount! fee_amount occurred_at!",
    "wallet_lines": "channel* account_id* line_id* sequence type! business_no merchant_order_no amount! balance_after"
    " currency occurred_at! remark",
    "settlement_lines": "platform* batch_id* line_id* shop_id order_id refund_id type! amount! currency settled_on!",
    "payouts": "platform* payout_id* account_id batch_id amount! carried_in_amount currency due_on paid_on"
    " bank_account_id bank_reference status=paid|pending|returned",
    "bank_lines": "account_id* line_id* booked_on! value_on amount! balance_after currency counterparty_name"
    " counterparty_account reference remark",
    "stock_movements": "movement_id* type!=sale_out|exchange_out|reship_out|repair_out|return_in platform order_id"
    " after_sale_id sku! quantity! weight_kg carrier tracking_no moved_at! stocked_at condition"
    " status=delivered|in_transit|lost",
    "erp_documents": "document_id* type!=sale|sale_return|receipt|fee|other platform order_id refund_id payout_id"
    " amount! currency document_on! voucher_no status",
    "ledger_lines": "voucher_no* line_no* account_code! booked_on! debit_amount credit_amount currency summary"
    " auxiliary",
    "tickets": "ticket_id* order_id after_sale_id topic opened_at! closed_at promised_amount",
    "products": "sku* name category unit_price",
    "contracts": "platform* shop_id* category* valid_from* valid_to commission_rate commission_base"
    " commission_returned_on_refund channel_fee_rate channel_fee_returned_on_refund rounding settle_days settle_from"
    " payout_days",
    "promotion_rules": "rule_id* rule text",
}
# Who or what a row is about must be known. A number within that may be missing, where a source has none; so may what
# means "any" or "none" when it is empty.
_NEEDED_IN_KEY = {
    "platform", "channel", "type", "order_id", "after_sale_id", "refund_id", "transaction_id", "payout_id",
    "movement_id", "document_id", "voucher_no", "ticket_id", "sku", "rule_id",
}  # fmt: skip
_INTEGERS = {"settle_days", "payout_days", "sequence"}
_DECIMALS = {"quantity", "unit_price", "weight_kg", "balance_after", "commission_rate", "channel_fee_rate"}
_DATES = {"valid_from", "valid_to"}
_BOOLEANS = {"commission_returned_on_refund", "channel_fee_returned_on_refund"}


def _type_of(name: str) -> str:
    """Tell a column's type by its name, as the naming rules of the open format promise it."""
    if name in _INTEGERS:
        return "integer"
    if name == "amount" or name in _DECIMALS or name.endswith("_amount"):
        return "decimal"
    if name in _DATES or name.endswith("_on"):
        return "date"
    if name in _BOOLEANS:
        return "boolean"
    return "timestamp" if name.endswith("_at") else "text"


def _declare(declared: str) -> tuple[Field, ...]:
    fields = []
    for word in declared.split():
        marked, _, listed = word.partition("=")
        name = marked.rstrip("!*")
        is_key = marked.endswith("*")
        required = marked.endswith("!") or (is_key and name in _NEEDED_IN_KEY)
        words = frozenset(listed.split("|")) if listed else frozenset[str]()
        fields.append(Field(name, "word" if words else _type_of(name), required, is_key, words))
    return tuple(fields)


ENTITIES: Mapping[str, tuple[Field, ...]] = {name: _declare(declared) for name, declared in _DECLARED.items()}
