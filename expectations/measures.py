# ruff: noqa: TID253  (only functions of the quality room import this module)
"""An expectation that compares measured groups with the tolerance that holds for each of them."""

from typing import Any, ClassVar

from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.rules import RULES

_STRICTEST = {"max_share": 0, "max_amount": 0, "min_share": 1}
# Of several rows that fit, the more specific wins (leg, then platform, then currency), then the later one.
_TOLERANCE = """
    select tolerances.{bound}
    from staging.tolerances as tolerances
    where tolerances.rule = '{rule}'
        and coalesce(tolerances.leg, '') in ('', measured.leg)
        and coalesce(tolerances.platform, '') in ('', measured.platform)
        and coalesce(tolerances.currency, '') in ('', measured.currency)
        and (tolerances.valid_from is null or tolerances.valid_from <= measured.last_on)
        and (tolerances.valid_to is null or tolerances.valid_to >= measured.last_on)
    order by
        coalesce(tolerances.leg, '') desc, coalesce(tolerances.platform, '') desc,
        coalesce(tolerances.currency, '') desc, tolerances.valid_from desc nulls last
    limit 1
"""


class ExpectMeasuresWithinTolerance(UnexpectedRowsExpectation):
    """Every group that the query measures keeps within its tolerance; the result names the worst groups either way.

    The query gives one row a group: subject, observed, tolerance, is_unexpected, evidence; the worst first.
    """

    # Great Expectations would count the rows in a second query; one is enough.
    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        rows = metrics["unexpected_rows_query.table"]
        unexpected = [row for row in rows if row["is_unexpected"]]
        return {
            "success": not unexpected,
            "result": {"observed_value": len(unexpected), "details": {"unexpected_rows": unexpected or rows[:1]}},
        }


def expect_measures(rule: str, measured: str) -> ExpectMeasuresWithinTolerance:
    """Bound a query of `subject, leg, platform, currency, last_on, observed, evidence` by the rule's tolerance rows.

    `last_on` is the business date whose tolerance holds. An observed null is unexpected: nothing was measured.
    """
    entry = RULES[rule]
    sign = "<" if entry.bound == "min_share" else ">"
    tolerance = _TOLERANCE.format(rule=rule, bound=entry.bound)
    query = f"""
        with measured as ({measured}),
        bounded as (select measured.*, coalesce(({tolerance}), {_STRICTEST[entry.bound]}) as tolerance from measured)
        select
            subject, observed, tolerance, evidence,
            observed is null or observed {sign} tolerance as is_unexpected
        from bounded
        order by 5 desc, observed {"asc" if sign == "<" else "desc"} nulls first, subject
    """
    return ExpectMeasuresWithinTolerance(
        unexpected_rows_query=query,
        severity=FailureSeverity(entry.severity),
        description=entry.title_en,
        meta={"rule": rule},
    )
