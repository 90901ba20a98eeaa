# ruff: noqa: TID253  (only functions of the quality room import this module)
"""What must be known of the calendar: due days are counted by published holidays, as far as these reach."""

from great_expectations.expectations.expectation import Expectation

from expectations.measures import expect_measures


def calendar_is_known() -> Expectation:
    """Give the expectation that no pending item falls due in a year of which no holidays are published yet."""
    unknown = "extract(year from due_on) > (select max(extract(year from day)) from staging.calendar_days)"
    return expect_measures(
        "CALENDAR_UNKNOWN_SHARE",
        f"""
        select
            'all' as subject, '' as leg, '' as platform, '' as currency, max(opened_on) as last_on,
            coalesce(avg(case when {unknown} then 1.0 else 0.0 end), 0) as observed,
            min(case when {unknown} then due_on end) || ' and later: only weekends are known: update chinesecalendar '
            || 'or put holidays into config/calendar_days.csv' as evidence
        from {{batch}}
        """,
    )
