"""The long tables as of the last publication: sources, proofs, match rates and money, open exceptions by code."""

from dataclasses import dataclass

from tieout.core.settings import Settings
from tieout.reports.table import Table, fetch
from tieout.warehouse import connect, prepare
from tieout.warehouse.publication import Publication, last_publication


@dataclass(frozen=True)
class Overview:
    """Tables for a person; `publication` is None before the first one, and then the last three are empty."""

    publication: Publication | None
    sources: Table
    proofs: Table
    findings: Table
    legs: Table
    exceptions: Table
    not_reconciled: Table


_SOURCES = """
    select source || '/' || stream as source, count(*) as deliveries, sum(row_count) as rows,
        sum(rejected_count) as rejected, min(window_from) as from, max(window_to) as to
    from raw.batches group by source, stream order by source, stream
"""

_PROOFS = """
    select source || '/' || stream as source,
        sum(row_count + rejected_count) as "rows in the files", sum(row_count) as landed,
        count(*) filter (where totals <> '{}') as "deliveries with control totals, all proved",
        count(*) filter (where row_count = 0) as "confirmed empty"
    from raw.batches group by source, stream order by source, stream
"""

_FINDINGS = """
    select source || '/' || stream as source, file_name as file, reason, message
    from raw.findings order by source, stream, file_name
"""

_LEGS = """
    select leg, side, currency, sum(row_count) as rows,
        round(100.0 * sum(matched_count) / nullif(sum(row_count - excluded_count), 0), 2) as "matched %",
        sum(matched_amount) as matched, sum(pending_amount) as pending, sum(exception_amount) as exception,
        sum(excluded_amount) as excluded, sum(total_amount) as total
    from published.rpt_reconciliation_by_day group by leg, side, currency order by leg, side, currency
"""

_EXCEPTIONS = """
    select code, name_zh as "名称", name, status, currency, sum(item_count) as items,
        sum(absolute_amount) as amount, min(worst_severity) as worst
    from published.rpt_exceptions_by_code
    group by code, name_zh, name, status, currency order by status, code, currency
"""

_NOT_RECONCILED = """
    select leg, side, coalesce(platform, channel, account_id) as of, reason, currency,
        sum(row_count) as rows, sum(amount) as amount
    from published.rpt_not_reconciled_by_reason
    group by leg, side, coalesce(platform, channel, account_id), reason, currency
    order by leg, side, 3, reason, currency
"""


def overview(settings: Settings) -> Overview:
    """Read the overview. Raises TieoutError when the warehouse cannot be reached or was never prepared."""
    with connect(settings) as connection:
        prepare(connection)
        published = last_publication(connection)
        after = (_LEGS, _EXCEPTIONS, _NOT_RECONCILED)
        legs, exceptions, left_out = (fetch(connection, query) if published else Table((), ()) for query in after)
        return Overview(
            published,
            fetch(connection, _SOURCES),
            fetch(connection, _PROOFS),
            fetch(connection, _FINDINGS),
            legs,
            exceptions,
            left_out,
        )
