"""Work grows with the rows and not with their square, however skewed they are: as PostgreSQL counts, not by time.

A buyer with a fifth of all orders, a payout of a sixth of them, a day of equal amounts, receipts that name nothing:
four times of all that may cost four times the rows that plans touch, not sixteen times.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bench import agreement, month
from bench.purchases import Plan, Skew
from tieout import warehouse
from tieout.core.settings import Settings
from tieout.pipeline import run_day
from tieout.warehouse import Connection

ORDERS, TIMES = 1_500, 4
# Rows are counted, so nothing but the calendar, dimensions and chance stands between the growth and exactly TIMES.
ALLOWED = TIMES * 1.5
# Below it a model's growth is that of its smallest inputs.
WORTH_COUNTING = 20_000
Work = dict[str, int]


def _plan(times: int) -> Plan:
    skew = Skew(one_buyer=300, one_payout=250, equal_amounts=45, empty_references=150)
    return Plan(ORDERS * times, skew=Skew(*(count * times for count in vars(skew).values())))


def _touched(plan: dict[str, Any]) -> int:
    """The rows that a plan's nodes gave and threw away: what a nested loop looks at is counted each time it looks."""
    loops = plan.get("Actual Loops", 0)
    kinds = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    return round(sum(plan.get(kind, 0) for kind in kinds) * loops) + sum(map(_touched, plan.get("Plans", ())))


def _count(connection: Connection, select: str) -> int:
    row = connection.execute(f"explain (analyze, timing off, summary off, format json) {select}".encode()).fetchone()
    assert row is not None
    return _touched(row[0][0]["Plan"])


def _count_models(home: Settings) -> Work:
    manifest = json.loads((home.dbt / "target" / "manifest.json").read_text(encoding="utf-8"))
    tables = [
        node for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] == "table"
    ]  # fmt: skip
    compiled = home.dbt / "target" / "compiled" / "tieout"
    with warehouse.connect(home) as connection:
        # The build has left its options in the environment, from where every connection of this process takes them.
        assert connection.execute("show enable_nestloop").fetchone() == ("off",)
        return {
            node["name"]: _count(connection, (compiled / node["original_file_path"]).read_text(encoding="utf-8"))
            for node in tables
        }


@pytest.fixture(scope="module")
def homes(new_home: Callable[[str], Settings], tmp_path_factory: pytest.TempPathFactory) -> list[Settings]:
    made = []
    for times in (1, TIMES):
        written = tmp_path_factory.mktemp(f"skewed-{times}")
        month.write(_plan(times), written)
        home = new_home(f"skew-{times}")
        result = run_day(home, _plan(times).last, written / "inbox")
        assert result.landed.quarantined == []
        # So many receipts that name nothing withhold publication, rightly.
        with warehouse.connect(home) as connection:
            found = connection.execute("select code, entity_id, difference_amount from marts.exceptions").fetchall()
        assert agreement.to_found(found) == agreement.planted(written)
        made.append(home)
    return made


@pytest.fixture(scope="module")
def work(homes: list[Settings]) -> tuple[Work, Work]:
    small, large = (_count_models(home) for home in homes)
    return small, large


def test_the_data_is_skewed(homes: list[Settings]) -> None:
    counts = (
        ("select max(orders) from (select count(*) as orders from intermediate.int_orders group by buyer_id) as one",
         300),
        ("select count(*) from intermediate.int_channel_transactions where merchant_order_no is null", 150),
        ("select max(orders) from (select count(distinct order_id) as orders from intermediate.int_settlement_lines"
         " group by batch_id) as one", 250),
        ("select max(orders) from (select count(*) as orders from intermediate.int_orders"
         " group by paid_on, buyer_paid_amount) as one", 43),
    )  # fmt: skip
    for times, home in zip((1, TIMES), homes, strict=True):
        with warehouse.connect(home) as connection:
            for select, least in counts:
                row = connection.execute(select.encode()).fetchone()
                assert row is not None
                assert row[0] >= least * times * 0.9, select


def test_the_measure_sees_a_quadratic_join(homes: list[Settings]) -> None:
    join = "select 1 from intermediate.int_orders as a join intermediate.int_orders as b on a.ordered_at < b.ordered_at"
    joined = f"{join} and a.buyer_paid_amount + b.buyer_paid_amount = 0"
    counted = []
    for home in homes:
        with warehouse.connect(home) as connection:
            counted.append(_count(connection, joined))
    assert counted[1] > 2 * ALLOWED * counted[0]


def test_no_model_does_more_than_linear_work(work: tuple[Work, Work]) -> None:
    small, large = work
    assert len(small) > 100
    too_much = {
        name: (small[name], count, round(count / small[name], 1))
        for name, count in large.items()
        if count > WORTH_COUNTING and count > ALLOWED * small[name]
    }
    assert too_much == {}


def test_all_models_together_do_linear_work(work: tuple[Work, Work]) -> None:
    small, large = (sum(one.values()) for one in work)
    assert large <= TIMES * 1.25 * small, f"{small} rows touched, then {large}"
