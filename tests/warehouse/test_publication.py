"""Publication: all of the old or all of the new, the reader's right to it, and the life of an exception."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import psycopg
import pytest

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.warehouse import publication
from tieout.warehouse.candidate import stage_candidate
from tieout.warehouse.publication import publish

EXCEPTIONS = """
create table marts.exceptions (
    exception_id text, code text, status text, severity text, difference_amount numeric, currency text, owner text,
    due_on date, explanation_zh text
)
"""
Shown = dict[str, tuple[str, str]]
"""exception_id -> (status, difference)"""


@pytest.fixture(autouse=True)
def _empty_marts(connection: warehouse.Connection) -> None:
    connection.execute("drop schema marts cascade; create schema marts")
    connection.execute("truncate published.publication, published.exception_history")
    connection.execute(EXCEPTIONS.encode())


def day(number: int) -> date:
    return date(2026, 5, number)


def publish_day(connection: warehouse.Connection, number: int, shown: Shown) -> None:
    connection.execute("truncate marts.exceptions")
    for key, (status, difference) in shown.items():
        connection.execute(
            "insert into marts.exceptions values (%s, 'BK03', %s, 'high', %s, 'CNY', null, null, '差额')",
            (key, status, Decimal(difference)),
        )
    stage_candidate(connection, ["exceptions"])
    publish(connection, f"run-{number}", day(number), "passed")


def read_history(connection: warehouse.Connection, key: str = "e") -> list[tuple[object, ...]]:
    return connection.execute(
        """
        select
            version_no, status, difference_amount::text, to_char(valid_from_as_of, 'FMDD'),
            to_char(valid_to_as_of, 'FMDD'), to_char(closed_on, 'FMDD')
        from published.exception_history where exception_id = %s order by 1
        """,
        (key,),
    ).fetchall()


def test_an_exception_is_opened_changed_closed_and_reopened_under_one_id(connection: warehouse.Connection) -> None:
    publish_day(connection, 1, {"e": ("open", "5"), "other": ("open", "1")})
    assert read_history(connection) == [(1, "open", "5.00", "1", None, None)]
    publish_day(connection, 2, {"e": ("open", "5.001"), "other": ("open", "1")})
    assert read_history(connection) == [(1, "open", "5.00", "1", None, None)]
    publish_day(connection, 3, {"e": ("open", "7"), "other": ("open", "1")})
    publish_day(connection, 4, {"other": ("open", "1")})
    closed = [(1, "open", "5.00", "1", "3", None), (2, "open", "7.00", "3", "4", "4")]
    assert read_history(connection) == closed
    publish_day(connection, 5, {"other": ("open", "1")})
    assert read_history(connection) == closed
    publish_day(connection, 6, {"e": ("open", "7"), "other": ("open", "1")})
    assert read_history(connection) == [*closed, (3, "open", "7.00", "6", None, None)]
    assert read_history(connection, "other") == [(1, "open", "1.00", "1", None, None)]


def test_publishing_the_same_day_twice_or_an_older_day_changes_no_history(connection: warehouse.Connection) -> None:
    publish_day(connection, 1, {"e": ("open", "5"), "gone": ("open", "1")})
    publish_day(connection, 2, {"e": ("pending", "5")})
    before = [read_history(connection, key) for key in ("e", "gone")]
    for number, shown in ((2, "pending"), (1, "open"), (1, "open"), (2, "pending")):
        publish_day(connection, number, {"e": (shown, "5")})
        assert [read_history(connection, key) for key in ("e", "gone")] == before
    assert connection.execute("select count(*) from published.publication").fetchone() == (6,)
    publish_day(connection, 2, {"e": ("pending", "6")})
    corrected = [(2, "pending", "5.00", "2", "2", None), (3, "pending", "6.00", "2", None, None)]
    assert read_history(connection)[1:] == corrected, "what people were shown is kept, also within a day"
    last = publication.last_publication(connection)
    assert last is not None
    assert (last.as_of, last.run_id, last.verdict) == (day(2), "run-2", "passed")


def test_the_candidate_holds_the_named_relations_with_their_comments_and_nothing_of_before(
    connection: warehouse.Connection,
) -> None:
    connection.execute("create table marts.fct_old as select 1 as n")
    connection.execute("create view marts.rpt_sum as select count(*) as n from marts.exceptions")
    connection.execute(
        "comment on column marts.exceptions.code is '代码''s name'; comment on view marts.rpt_sum is 'Sum.'"
    )
    stage_candidate(connection, ["exceptions", "fct_old"])
    publish(connection, "r1", day(1), "passed")
    stage_candidate(connection, ["fct_old"])
    stage_candidate(connection, ["exceptions", "rpt_sum"])
    publish(connection, "r2", day(2), "passed")
    tables = (
        "select relname, obj_description(oid) from pg_class where relnamespace = %s::regnamespace and relkind = 'r'"
    )
    published: dict[str, str | None] = dict(connection.execute(tables.encode(), ("published",)).fetchall())
    assert sorted(published) == ["exception_history", "exceptions", "publication", "rpt_sum"]
    assert published["rpt_sum"] == "Sum."
    assert connection.execute("select col_description('published.exceptions'::regclass, 2)").fetchone() == (
        "代码's name",
    )
    assert connection.execute(tables.encode(), ("candidate",)).fetchall() == []


def test_readers_see_all_of_the_old_or_all_of_the_new(settings: Settings, connection: warehouse.Connection) -> None:
    connection.execute("create table marts.rpt_total (n integer)")
    seen: set[tuple[object, ...]] = set()
    failures: list[Exception] = []
    done = threading.Event()
    code, total = "select max(code) from exceptions", "select max(n)::text from rpt_total"

    def poll() -> None:
        with warehouse.connect(settings, "reader") as reader:
            while not done.is_set():
                try:
                    # In one statement, and in two statements of one transaction.
                    seen.update(reader.execute(f"select ({code}), ({total})".encode()).fetchall())
                    with reader.transaction():
                        one, two = reader.execute(code.encode()).fetchone(), reader.execute(total.encode()).fetchone()
                    seen.add((*(one or ()), *(two or ())))
                except psycopg.Error as error:
                    failures.append(error)
                    return

    def show(number: int) -> None:
        connection.execute("truncate marts.exceptions, marts.rpt_total")
        connection.execute("insert into marts.exceptions (exception_id, code) values ('e', %s)", (str(number),))
        connection.execute("insert into marts.rpt_total values (%s)", (number,))
        stage_candidate(connection, ["exceptions", "rpt_total"])
        publish(connection, "r", day(number), "passed")

    show(1)
    readers = [threading.Thread(target=poll) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2, 15):
        show(number)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(seen) > 2
    assert all(one == other for one, other in seen), seen


def test_a_reader_that_holds_the_old_tables_is_waited_for_and_never_cut_off(
    settings: Settings, connection: warehouse.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("create table marts.a_first as select 1 as n")
    stage_candidate(connection, ["a_first", "exceptions"])
    publish(connection, "r1", day(1), "passed")
    stage_candidate(connection, ["a_first", "exceptions"])
    monkeypatch.setattr(publication, "_PATIENCE", 3)
    with ThreadPoolExecutor() as pool, warehouse.connect(settings, "reader") as reader, reader.transaction():
        reader.execute("select from exceptions")
        attempt = pool.submit(publish, connection, "r2", day(2), "passed")
        time.sleep(0.2)
        # On to a table that the attempt has locked while it waits for this reader: the classic deadlock.
        assert reader.execute("select n from a_first").fetchall() == [(1,)]
        with pytest.raises(TieoutError, match="A reader has kept a transaction open"):
            attempt.result()
    last = publication.last_publication(connection)
    assert last is not None
    assert last.run_id == "r1"
    assert publish(connection, "r2", day(2), "passed").run_id == "r2"


def test_what_cannot_be_published_is_explained_and_changes_nothing(connection: warehouse.Connection) -> None:
    publish_day(connection, 1, {"e": ("open", "5")})
    with pytest.raises(TieoutError, match="no complete candidate"):
        publish(connection, "r", day(2), "passed")
    with pytest.raises(TieoutError, match=r"no marts\.fct_missing"):
        stage_candidate(connection, ["exceptions", "fct_missing"])
    with pytest.raises(TieoutError, match=r"tieout's own table"):
        stage_candidate(connection, ["publication"])
    connection.execute("create view casework.mine as select code from published.exceptions")
    with pytest.raises(TieoutError, match=r"casework\.mine depends on"):
        publish_day(connection, 2, {})
    connection.execute("drop view casework.mine")
    connection.execute("insert into marts.exceptions (exception_id, code) values ('e', 'A'), ('e', 'B')")
    stage_candidate(connection, ["exceptions"])
    with pytest.raises(TieoutError, match=r"exception_id of its own"):
        publish(connection, "r", day(2), "passed")
    assert connection.execute("select exception_id, code from published.exceptions").fetchall() == [("e", "BK03")]
    assert read_history(connection) == [(1, "open", "5.00", "1", None, None)]
    assert connection.execute("select count(*) from published.publication").fetchone() == (1,)
