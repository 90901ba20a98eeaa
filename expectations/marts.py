# ruff: noqa: TID253  (only functions of the quality room import this module)
"""What must be true of the candidate before it is published: trust in figures (shapes of models are dbt's tests).

Rates are taken over the last 31 business days of the candidate, so that one bad day still shows and an old, known
break does not withhold publication for ever, and of at least a hundred rows: below that every single break is a rate.
Our side is judged by platform, theirs by channel: what they have and nobody can place has no platform.
"""

from great_expectations.expectations.expectation import Expectation

from expectations import bridge
from expectations.calendar import calendar_is_known
from expectations.measures import expect_measures
from expectations.rules import LEG_RULES

_DAYS = "candidate.rpt_reconciliation_by_day"
_LAST_ON = f"(select max(business_on) from {_DAYS})"
_RECENT = f"> {_LAST_ON} - 31"
_ENOUGH = 100
_ENOUGH_OF_A_DAY = 20
_PLACE = "case side when 'ours' then coalesce(platform, channel) else coalesce(channel, platform) end"
_ANY = "'' as leg, '' as platform, '' as currency"
_MANDATORY = (
    "exception_id", "code", "kind", "status", "leg", "entity_type", "entity_id", "severity", "owner",
    "opened_on", "explanation_en", "explanation_zh",
)  # fmt: skip
_MATCHED = "cast(sum(matched_count) as numeric) / nullif(sum(matched_count + exception_count), 0)"
_COUNTS = "sum(exception_count) || ' of ' || sum(matched_count + exception_count) || ' rows in exception'"


def suite() -> dict[str, list[Expectation]]:
    """Give the expectations by candidate relation; every threshold is read from staging.tolerances."""
    return {
        _DAYS: [
            *(_match_rate(leg, rule) for leg, rule in LEG_RULES.items()),
            _day_match_rate(),
            _not_empty(),
            _watched(),
            _balances(),
        ],
        "candidate.fct_reconciliation": [_report_agrees(), _explained()],
        "candidate.exceptions": [
            _complete("EXCEPTION_INCOMPLETE_SHARE", _MANDATORY),
            _p1_share(),
            _p1_amount(),
            _exception_amount_share(),
        ],
        "candidate.pending_items": [
            _complete("PENDING_INCOMPLETE_SHARE", (*_MANDATORY, "due_on")),
            calendar_is_known(),
        ],
        **bridge.suite(),
    }


def _match_rate(leg: str, rule: str) -> Expectation:
    """Matched of matched and excepted rows; what is pending is late, not wrong, and counts for neither."""
    return expect_measures(
        rule,
        f"""
        select
            concat_ws(' ', {_PLACE}, side) as subject, leg, {_PLACE} as platform, '' as currency,
            max(business_on) as last_on, {_MATCHED} as observed, {_COUNTS} as evidence
        from {{batch}}
        where leg = '{leg}' and business_on {_RECENT}
        group by leg, side, {_PLACE}
        having sum(matched_count + exception_count) >= {_ENOUGH}
        """,
    )


def _day_match_rate() -> Expectation:
    return expect_measures(
        "DAY_MATCH_RATE",
        f"""
        select
            concat_ws(' ', business_on, leg, {_PLACE}, side) as subject, leg, {_PLACE} as platform, '' as currency,
            business_on as last_on, {_MATCHED} as observed, {_COUNTS} as evidence
        from {{batch}}
        where business_on {_RECENT}
        group by business_on, leg, side, {_PLACE}
        having sum(matched_count + exception_count) >= {_ENOUGH_OF_A_DAY}
        """,
    )


def _not_empty() -> Expectation:
    return expect_measures(
        "RECONCILIATION_EMPTY_SHARE",
        f"""
        select
            'all' as subject, {_ANY}, max(business_on) as last_on,
            case when coalesce(sum(row_count), 0) + (select count(*) from candidate.exceptions) = 0 then 1 else 0 end
                as observed,
            coalesce(sum(row_count), 0) || ' rows and no exception' as evidence
        from {{batch}}
        """,
    )


def _watched() -> Expectation:
    legs = ", ".join(f"'{leg}'" for leg in LEG_RULES)
    return expect_measures(
        "RECONCILIATION_UNWATCHED_SHARE",
        f"""
        select
            'all' as subject, {_ANY}, max(business_on) as last_on,
            coalesce(avg(case when leg in ({legs}) then 0.0 else 1.0 end), 0) as observed,
            'a leg outside: ' || min(case when leg not in ({legs}) then leg end) as evidence
        from {{batch}}
        """,
    )


def _balances() -> Expectation:
    return expect_measures(
        "RECONCILIATION_BALANCE_AMOUNT",
        """
        select
            concat_ws(' ', leg, platform, currency) as subject, leg, platform, currency, max(business_on) as last_on,
            sum(abs(difference)) as observed,
            'first on ' || min(case when difference != 0 then business_on end) as evidence
        from (
            select
                leg, platform, currency, business_on,
                coalesce(total_amount, 0) - coalesce(matched_amount, 0) - coalesce(pending_amount, 0)
                - coalesce(exception_amount, 0) - coalesce(excluded_amount, 0) as difference
            from {batch}
        ) as days
        group by leg, platform, currency
        """,
    )


def _report_agrees() -> Expectation:
    """Both sides in one column with opposite signs: what does not cancel out is in one of them only."""
    return expect_measures(
        "RECONCILIATION_REPORT_AMOUNT",
        f"""
        select
            concat_ws(' ', leg, currency) as subject, leg, '' as platform, currency, max(business_on) as last_on,
            sum(abs(difference)) as observed,
            'first on ' || min(case when difference != 0 then business_on end) as evidence
        from (
            select leg, side, platform, account_id, currency, business_on, sum(amount) as difference
            from (
                select leg, side, platform, account_id, currency, business_on, amount from {{batch}}
                union all
                select leg, side, platform, account_id, currency, business_on, -total_amount from {_DAYS}
            ) as both_sides
            group by leg, side, platform, account_id, currency, business_on
        ) as differences
        group by leg, currency
        """,
    )


def _explained() -> Expectation:
    """A row in exception names a published exception."""
    return expect_measures(
        "RECONCILIATION_UNEXPLAINED_AMOUNT",
        """
        select
            concat_ws(' ', leg, platform, channel, currency) as subject, leg, coalesce(platform, channel) as platform,
            currency, max(business_on) as last_on,
            sum(case when is_explained then 0 else abs(amount) end) as observed,
            'for example ' || min(
                case when not is_explained then concat_ws(' ', entity_type, entity_id, reason) end
            ) as evidence
        from (
            select facts.*, exceptions.exception_id is not null as is_explained
            from {batch} as facts
            left join candidate.exceptions as exceptions on facts.exception_id = exceptions.exception_id
            where facts.state = 'exception'
        ) as excepted
        group by leg, platform, channel, currency
        """,
    )


def _complete(rule: str, columns: tuple[str, ...]) -> Expectation:
    lacking = " or ".join(f"coalesce(cast({column} as text), '') = ''" for column in columns)
    return expect_measures(
        rule,
        f"""
        select
            'all' as subject, {_ANY}, {_LAST_ON} as last_on,
            coalesce(avg(case when {lacking} then 1.0 else 0.0 end), 0) as observed,
            'for example ' || min(case when {lacking} then concat_ws(' ', code, entity_type, entity_id) end) as evidence
        from {{batch}}
        """,
    )


def _p1_share() -> Expectation:
    return expect_measures(
        "EXCEPTION_P1_SHARE",
        f"""
        select
            'all' as subject, {_ANY}, {_LAST_ON} as last_on,
            coalesce(cast(count(*) as numeric) / nullif(max(days.row_count), 0), 0) as observed,
            count(*) || ' P1 exceptions of ' || max(days.row_count) || ' rows' as evidence
        from {{batch}} as found
        cross join (select sum(row_count) as row_count from {_DAYS} where business_on {_RECENT}) as days
        where found.severity = 'P1' and found.opened_on {_RECENT}
        """,
    )


def _p1_amount() -> Expectation:
    return expect_measures(
        "EXCEPTION_P1_AMOUNT",
        f"""
        select
            concat_ws(' ', leg, platform, currency) as subject, leg, platform, currency, {_LAST_ON} as last_on,
            coalesce(sum(abs(difference_amount)), 0) as observed, count(*) || ' P1 exceptions' as evidence
        from {{batch}}
        where severity = 'P1'
        group by leg, platform, currency
        """,
    )


def _exception_amount_share() -> Expectation:
    """Absolute amounts on both sides, because a net of zero hides +1000 and −1000."""
    return expect_measures(
        "EXCEPTION_AMOUNT_SHARE",
        f"""
        select
            concat_ws(' ', days.leg, days.currency) as subject, days.leg, '' as platform, days.currency, days.last_on,
            found.amount / nullif(days.amount, 0) as observed,
            found.amount || ' in exceptions of ' || days.amount as evidence
        from (
            select leg, currency, sum(abs(difference_amount)) as amount
            from {{batch}} as items
            where opened_on {_RECENT}
            group by leg, currency
        ) as found
        inner join (
            select
                leg, currency, max(business_on) as last_on,
                sum(abs(matched_amount) + abs(pending_amount) + abs(exception_amount) + abs(excluded_amount)) as amount
            from {_DAYS}
            where business_on {_RECENT}
            group by leg, currency
        ) as days on found.leg = days.leg and found.currency = days.currency
        where found.amount > 0
        """,
    )
