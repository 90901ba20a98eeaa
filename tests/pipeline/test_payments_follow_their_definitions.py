"""Orders and payments of every shape: what is reported is what the codes' definitions say, no more and no less."""

import shutil
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tieout import dbt, landing, warehouse
from tieout.core.settings import Settings
from tieout.pipeline import runs, steps
from tieout.pipeline.bookkeeping import Silence

from .purchases import AS_OF, Drawn, Verdict, purchases, to_files

INBOXES = 4
_CODES = ("OP01", "OP02", "OP03", "OP04", "OP05")
_seen: Counter[str] = Counter()


@pytest.fixture(scope="module")
def home(new_home: Callable[[str], Settings]) -> Settings:
    _seen.clear()
    return new_home("purchases")


def _report(home: Settings, orders: str, transactions: str) -> dict[str, Verdict]:
    """Give what is reported of these two files and of nothing else."""
    for folder in (home.inbox, home.landing):
        shutil.rmtree(folder, ignore_errors=True)
    for entity, content in (("orders", orders), ("channel_transactions", transactions)):
        path = home.inbox / "open" / entity / f"{entity}_20260603.csv"
        path.parent.mkdir(parents=True)
        path.write_text(content, encoding="utf-8")
    assert landing.land(home).quarantined == []
    with runs.open_run(home, AS_OF, Silence()) as run:
        steps.load(home, run)
    dbt.build(home, warehouse.url(home), AS_OF)
    with warehouse.connect(home) as connection:
        loaded = connection.execute("select count(*), sum(row_count) from raw.batches").fetchone()
        assert loaded == (2, orders.count("\n") + transactions.count("\n") - 2)
        found = connection.execute(
            "select entity_id, status, code, difference_amount from marts.exc_payments"
        ).fetchall()
    # The order or the receipt; OP06, another day, is no disagreement.
    assert len({entity_id for entity_id, *_ in found}) == len(found)
    return {entity_id: (status, code, amount) for entity_id, status, code, amount in found if code != "OP06"}


@settings(
    max_examples=INBOXES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(drawn=st.lists(purchases(), min_size=120, max_size=200).map(Drawn))
def test_what_is_reported_is_what_the_definitions_say(home: Settings, drawn: Drawn) -> None:
    orders, transactions, expected = to_files(drawn)
    found = _report(home, orders, transactions)
    named = {f"{number:04}": purchase for number, purchase in enumerate(drawn, 2)}
    wrong = {
        entity: (found.get(entity), "is reported, expected is", expected.get(entity), named[entity[1:5]])
        for entity in sorted(found.keys() | expected.keys())
        if found.get(entity) != expected.get(entity)
    }
    assert wrong == {}
    _seen.update(code for _, code, _ in expected.values())


def test_every_code_was_tried() -> None:
    assert _seen.keys() == set(_CODES)
    assert min(_seen.values()) >= INBOXES
