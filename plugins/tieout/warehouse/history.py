"""The life of every exception as people were shown it: one row a version, kept across publications.

A version is what was shown of an exception from one as_of until (excluded) another; the current one has no end.
"""

from datetime import date

from tieout.warehouse.connection import Connection

# Versions that are no longer shown: what was shown of them has changed, or the exception is gone.
_CLOSE = """
update published.exception_history as history
set
    valid_to_as_of = %(as_of)s,
    closed_on = case when not exists (
        select from published.exceptions as shown where shown.exception_id = history.exception_id
    ) then %(as_of)s end
where
    history.valid_to_as_of is null
    and not exists (
        select from published.exceptions as shown
        where
            shown.exception_id = history.exception_id
            and (
                shown.code, shown.status, shown.severity, shown.difference_amount::numeric(18, 2), shown.currency,
                shown.owner, shown.due_on
            ) is not distinct from (
                history.code, history.status, history.severity, history.difference_amount, history.currency,
                history.owner, history.due_on
            )
    )
"""

# Versions that are shown for the first time: the exception is new, has changed, or has come back.
_OPEN = """
insert into published.exception_history (
    exception_id, version_no, code, status, severity, difference_amount, currency, owner, due_on, valid_from_as_of
)
select
    shown.exception_id,
    coalesce((
        select max(earlier.version_no) from published.exception_history as earlier
        where earlier.exception_id = shown.exception_id
    ), 0) + 1,
    shown.code,
    shown.status,
    shown.severity,
    shown.difference_amount,
    shown.currency,
    shown.owner,
    shown.due_on,
    %(as_of)s
from published.exceptions as shown
where not exists (
    select from published.exception_history as history
    where history.exception_id = shown.exception_id and history.valid_to_as_of is null
)
"""


def record(connection: Connection, as_of: date) -> None:
    """Bring the history to what published.exceptions shows for `as_of`; where nothing differs nothing changes.

    Part of the caller's transaction. A day before the latest published one leaves the history as it is: an older day
    is shown again, which is no event in the life of an exception.
    """
    later = connection.execute("select from published.publication where as_of > %s limit 1", (as_of,)).fetchone()
    if later is None:
        connection.execute(_CLOSE, {"as_of": as_of})
        connection.execute(_OPEN, {"as_of": as_of})
