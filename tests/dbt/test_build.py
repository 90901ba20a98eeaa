"""A build goes on where models stood in each other's way, and says what to do where they cannot."""

from dataclasses import replace
from typing import Any

import pytest
from built import AS_OF, Built
from dbt.cli.main import dbtRunner, dbtRunnerResult

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


def test_a_database_that_stopped_is_opened_again(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stops DuckDB depends on what its threads do at the same moment; here what dbt then says is said for it."""
    settings = replace(built.settings, engine="duckdb")
    url = warehouse.url(settings)
    undisturbed = build(settings, url, AS_OF, full=True)
    invoke, calls = dbtRunner.invoke, []

    def stop_first(runner: dbtRunner, args: list[str], **options: Any) -> dbtRunnerResult:
        outcome = invoke(runner, args, **options)
        if args[0] == "build":
            calls.append(args)
            if len(calls) == 1:
                stopped = RuntimeError("FATAL Error: Failed: database has been invalidated because of a previous error")
                return dbtRunnerResult(success=False, exception=stopped)
        return outcome

    monkeypatch.setattr(dbtRunner, "invoke", stop_first)
    disturbed = build(settings, url, AS_OF, full=True)
    assert calls[1] == [*calls[0], "--threads", "1"]
    assert len(calls) == 3
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
