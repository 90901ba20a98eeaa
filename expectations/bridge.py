# ruff: noqa: TID253  (only functions of the quality room import this module)
"""What must be true of the money bridge before it is published: nothing is unexplained, and little is let pass."""

from great_expectations.expectations.expectation import Expectation

from expectations.measures import expect_measures

_PLACE = "concat_ws(' ', to_char(month_on, 'YYYY-MM'), platform, shop_id, account_id, currency)"
_MONTH_END = "cast(month_on + interval '1 month' - interval '1 day' as date)"


def suite() -> dict[str, list[Expectation]]:
    """Give the expectations by candidate relation."""
    return {
        "candidate.fct_money_bridge": [
            _no_residual(
                "BRIDGE_RESIDUAL_AMOUNT",
                "line_kind = 'residual'",
                "'in step ' || min(case when amount != 0 then step end)",
            )
        ],
        "candidate.fct_money_bridge_items": [
            _no_residual(
                "BRIDGE_ITEM_RESIDUAL_AMOUNT",
                "line = 'residual'",
                "count(*) || ' items, the first in step ' || min(step)",
            )
        ],
        "candidate.fct_tolerances_used": [_budget()],
    }


def _no_residual(rule: str, where: str, evidence: str) -> Expectation:
    """Of every shop or account and month, absolute: a residual of one row must not hide that of another."""
    return expect_measures(
        rule,
        f"""
        select
            {_PLACE} as subject, '' as leg, coalesce(platform, '') as platform, currency, {_MONTH_END} as last_on,
            sum(abs(amount)) as observed,
            {evidence} || '; tieout bridge --residuals names the items' as evidence
        from {{batch}}
        where {where}
        group by platform, shop_id, account_id, month_on, currency
        """,
    )


def _budget() -> Expectation:
    """Tolerated cents are counted by their sizes: +0.01 and −0.01 are two cents that were let pass."""
    return expect_measures(
        "TOLERANCE_BUDGET_AMOUNT",
        f"""
        select
            concat_ws(' ', {_PLACE}, rule) as subject, leg, coalesce(platform, '') as platform, currency,
            {_MONTH_END} as last_on, used_amount as observed,
            'tolerance_budget_exceeded: ' || item_count || ' items, the largest ' || round(largest_amount, 2)
                as evidence
        from {{batch}}
        """,
    )
