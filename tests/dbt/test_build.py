"""A build goes on where models stood in each other's way, and says what to do where they cannot."""

import os
from dataclasses import replace

import duckdb
import pytest
from built import AS_OF, Built
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.dbt import build

_FIRST_TIME = """
create sequence public.refills;
create function public.refuse_first() returns trigger language plpgsql as $$
begin
    if nextval('public.refills') = 1 then raise exception 'deadlock detected'; end if;
    return null;
end $$;
create trigger refuse_first before insert on intermediate.int_orders
    for each statement execute function public.refuse_first();
"""
_GONE = "drop function public.refuse_first cascade; drop sequence public.refills"


def test_models_in_each_others_way_are_built_one_after_the_other(built: Built) -> None:
    """The server lets one of two go (here: the first who fills int_orders); the build is complete all the same."""
    url = warehouse.url(built.settings)
    undisturbed = build(built.settings, url, AS_OF)
    with warehouse.connect(built.settings) as connection:
        connection.execute(_FIRST_TIME)
    try:
        disturbed = build(built.settings, url, AS_OF)
    finally:
        with warehouse.connect(built.settings) as connection:
            rows = connection.execute("select last_value from public.refills").fetchall()
            connection.execute(_GONE)
    assert rows == [(2,)]
    assert disturbed.statuses == undisturbed.statuses
    assert disturbed.seconds.keys() == undisturbed.seconds.keys()


_STOPS_DUCKDB = """
set debug_force_external = true;
create temporary table few as
    select 'wallet ' || range as wallet, 'the place of the wallet ' || range % 7 as place from range(40);
create temporary table lines as
    select md5(range::varchar) as line, 'wallet ' || range % 40 as wallet, md5(range::varchar) as note
    from range(800000);
create temporary table matched as
    select md5(range::varchar) as line, 'order number ' || range as order_id from range(600000);
create temporary table orders as
    select 'order number ' || range as order_id, 'shop ' || range % 9 as shop from range(1800000);
create temporary table placed as
    select note, place, shop
    from lines inner join few using (wallet) left join matched using (line) left join orders using (order_id)
"""
"""A join that DuckDB 2.0 begins with numbers instead of words and cannot end (DECISIONS 101)."""


def test_a_database_that_stopped_is_opened_again(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops when the first model is there; should it no longer do so here, the way back has had its day."""
    # With many threads each has too little to do for DuckDB to stop.
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    settings = replace(built.settings, engine="duckdb")
    url = warehouse.url(settings)
    undisturbed = build(settings, url, AS_OF, full=True)
    seen, stopped = list[str](), list[str]()

    def stop_once(node: str) -> None:
        seen.append(node)
        if len(seen) == 1:
            try:
                DuckDBConnectionManager.env().conn.cursor().execute(_STOPS_DUCKDB)
            except duckdb.InternalException as error:
                stopped.append(str(error))

    disturbed = build(settings, url, AS_OF, full=True, progress=stop_once)
    assert ["dict-surviving join" in error for error in stopped] == [True]
    assert seen.count(seen[0]) == 2
    assert disturbed.statuses == undisturbed.statuses
    assert disturbed.seconds.keys() == undisturbed.seconds.keys()


def test_too_little_memory_is_told_with_what_to_do(built: Built) -> None:
    cramped = replace(built.settings, engine="duckdb", duckdb_memory=12)
    with pytest.raises(TieoutError, match=r"Out of Memory(.|\n)*Let DuckDB hold more"):
        build(cramped, warehouse.url(cramped), AS_OF)


@pytest.mark.parametrize("text", ["2", "2 GB", "0GB", "1.5GB", "２GB"])
def test_memory_is_megabytes_or_gigabytes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_DUCKDB_MEMORY", text)
    with pytest.raises(TieoutError, match="like 500MB or 4GB"):
        Settings.load()
