"""An ingest waits for bills that are not made yet: what came is landed meanwhile, and the rest is asked for again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tieout import warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.pipeline import ingest
from tieout.pipeline.bookkeeping import Silence
from tieout.warehouse import embedded

from .merchant import WECHAT, Merchant
from .platforms import BEIJING
from .wechat_server import CREATING

LATE, OTHER = WECHAT
# The pipeline asks the real clock, and the platform gives bills of the last three months only.
DAY = datetime.now(BEIJING).date() - timedelta(days=1)
RUN = ("wechat", DAY, "ingest_wechat/1", Silence())


@pytest.fixture
def patient(merchant: Merchant) -> Iterator[Settings]:
    """A home that waits for the day as long as it takes, and platforms that have the real time."""
    merchant.wechat.clock = lambda: datetime.now(BEIJING)  # type: ignore[assignment]
    for mchid in WECHAT:
        for stream in ("trade", "fundflow"):
            merchant.wechat.bills[mchid, stream, DAY] = merchant.ours("wechat", stream, mchid)
    settings = replace(merchant.settings, wait_hours=10**6)
    yield settings
    embedded.remove(settings)


def _half_an_hour_later(settings: Settings) -> None:
    with warehouse.connect(settings) as connection:
        connection.execute("update ops.run_steps set started_at = started_at - interval '31 minutes'")


def test_what_is_not_made_yet_is_asked_for_again(merchant: Merchant, patient: Settings) -> None:
    bill, merchant.wechat.bills[LATE, "trade", DAY] = merchant.wechat.bills[LATE, "trade", DAY], CREATING
    ingest.fetch(patient, *RUN)
    first = ingest.land(patient, *RUN)
    assert (first.new, first.is_waiting) == (3, True)
    asked = len(merchant.wechat.requests)
    assert ingest.land(patient, *RUN).is_waiting
    assert len(merchant.wechat.requests) == asked, "a platform is not asked all the time"
    merchant.wechat.bills[LATE, "trade", DAY] = bill
    _half_an_hour_later(patient)
    second = ingest.land(patient, *RUN)
    assert (second.new, second.known, second.is_waiting) == (1, 3, False)


def test_what_cannot_be_fetched_is_said_and_the_rest_is_landed(merchant: Merchant, patient: Settings) -> None:
    merchant.wechat.merchants.pop(OTHER)
    with pytest.raises(TieoutError, match=OTHER):
        ingest.fetch(patient, *RUN)
    landed = ingest.land(patient, *RUN)
    assert (landed.new, landed.is_waiting) == (2, True)
    _half_an_hour_later(patient)
    assert ingest.land(patient, *RUN).known == 2
