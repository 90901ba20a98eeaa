"""People are told once for each cause, again only when something is news, and when it is over."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout import alerts
from tieout.alerts import routing
from tieout.alerts.causes import Cause, Item, news, remember
from tieout.core.errors import TieoutError

from .conftest import AS_OF, House

LATER = AS_OF + timedelta(days=1)


def test_without_routes_nobody_is_told(house: House) -> None:
    house.exception("e1", "P1", "-120.50")
    assert house.tell() == 0
    assert house.outbox() == []


def test_exceptions_are_told_once_per_code_and_owner_with_counts_money_and_the_largest_three(house: House) -> None:
    house.routes("treasury,treasury,,,P2,zh,", "on-call,,,,P1,en,")
    for number, amount in enumerate(["-12000.00", "31106.95", "7.10", "900.00"], start=1):
        house.exception(f"bk_{number}", "P1" if number < 3 else "P2", amount)
    house.exception("low", "P3", "1.00")
    house.exception("rf1", "P2", "88.00", "RF01", "after-sales")
    assert house.tell() == 2
    (treasury,) = house.outbox("treasury")
    assert treasury[2] == "[tieout] P1 BK01 提现在途超时（treasury）：4 笔，合计 44,014.05 CNY"
    assert "（P1 2, P2 2），合计 44,014.05 CNY" in treasury[3]
    largest = [line for line in treasury[3].splitlines() if line.startswith("- ")]
    assert [line.split()[1] for line in largest] == ["`P9-bk_2`", "`P9-bk_1`", "`P9-bk_4`"]
    assert largest[0] == "- `P9-bk_2` P1 31,106.95 CNY，2026-05-15 前处理，差异编号 `bk_2`"
    assert "`tieout explain bk_2`" in treasury[3]
    (on_call,) = house.outbox("on-call")
    assert on_call[2] == "[tieout] P1 BK01 PAYOUT_IN_TRANSIT_OVERDUE (treasury): 2 open, 43,106.95 CNY"


def test_only_news_is_told_again_and_the_end_of_it(house: House) -> None:
    house.routes("treasury,,,,,en,")
    house.exception("a", "P2", "100.00")
    house.exception("b", "P2", "200.00")
    assert house.tell() == 1
    assert house.tell() == 0
    assert house.tell(house.next_run()) == 0
    house.take()
    # Less money and one item fewer is no message.
    house.exception("a", "P2", "50.00")
    house.settled("b")
    assert house.tell(house.next_run()) == 0
    # Worse, more, and back again are.
    house.exception("a", "P1", "60.00")
    house.exception("b", "P2", "200.00")
    house.exception("c", "P2", "300.00")
    assert house.tell(house.next_run()) == 1
    ((_, event, title, body),) = house.take()
    assert event == "changed"
    assert title.endswith("3 open, 560.00 CNY, 3 of them new or worse")
    assert "2 new, 1 worse" in body
    for key in "abc":
        house.settled(key)
    house.exception("d", "P2", "10.00", "RF01", "after-sales")
    assert house.tell(house.next_run()) == 2
    assert [(event, title) for _, event, title, _ in house.outbox()] == [
        ("raised", "[tieout] P2 RF01 REFUND_NO_FUND_FLOW (after-sales): 1 open, 10.00 CNY"),
        ("cleared", "[tieout] All clear: 1"),
    ]
    assert "BK01 PAYOUT_IN_TRANSIT_OVERDUE (treasury): none is left" in house.take()[1][3]
    assert house.tell(house.next_run()) == 0
    # What comes back after it was over is raised, not changed.
    house.exception("a", "P2", "1.00")
    assert house.tell(house.next_run()) == 1
    assert house.take()[0][1] == "raised"


def test_an_older_day_that_is_shown_again_is_no_news(house: House) -> None:
    house.routes("treasury,,,,,en,")
    house.exception("a", "P2", "100.00")
    house.tell()
    house.take()
    house.settled("a")
    house.exception("b", "P2", "100.00")
    assert house.tell(house.next_run(), as_of=AS_OF - timedelta(days=3)) == 0


def test_a_new_recipient_hears_of_what_is_open_and_the_narrower_row_wins(house: House) -> None:
    house.routes("first,,,,P1,en,")
    house.exception("a", "P2", "100.00")
    house.exception("r", "P1", "5.00", "RF04", "risk")
    house.tell()
    assert [recipient for recipient, *_ in house.take()] == ["first"]
    house.routes(
        "first,,,,P1,en,", "second,,RF04,,none,,", "second,,,,P4,en,", "third,risk,,exceptions,,zh,", "gates,,,gate,,,"
    )
    house.tell(house.next_run())
    assert [(recipient, title[:17]) for recipient, _, title, _ in house.take()] == [
        ("second", "[tieout] P2 BK01 "),
        ("third", "[tieout] P1 RF04 "),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("x,,,,P9,,", "recipient x: at_least_severity is 'P9'"),
        ("x,,,exception,,,", "event is 'exception' and has to be one of: run_failed"),
        ("x,,,,,fr,", "language is 'fr'"),
        ("x,,,,,,0", "most_messages is '0' and has to be a number from 1"),
        (",,,,,,", "names no recipient"),
    ],
)
def test_a_route_that_cannot_be_understood_says_what_to_write(house: House, row: str, words: str) -> None:
    house.routes(row)
    with pytest.raises(TieoutError, match=r"alert_routes\.csv") as caught:
        house.tell()
    assert words in str(caught.value)


def test_a_source_past_its_deadline_is_told_day_by_day_and_not_again_as_an_exception(house: House) -> None:
    house.routes("data,,DQ01,,,zh,")
    house.missing("2026-05-10", "2026-05-11")
    house.missing("2026-05-13", "2026-05-14")  # Due on the day that is tied out: it is an exception by now.
    assert house.tell() == 1
    ((_, _, title, body),) = house.take()
    assert title == "[tieout] P1 alipay/trade 2088：缺 2 天"
    assert "2026-05-10，应于 2026-05-11 到达" in body
    assert "2026-05-13，应于 2026-05-14 到达" in body
    # Nothing of the day after is published, because just this bill is missing: its candidate says so all the same.
    for table in ("exceptions", "fct_source_days"):
        house.connection.execute(f"create table candidate.{table} as table published.{table}")
    house.missing("2026-05-12", "2026-05-13", "candidate")
    house.gate("PAYMENT_MATCH_RATE", "critical", False, run_id=(run := house.next_run(LATER)))
    house.routes("data,,DQ01,,,zh,", "data,,,gate,,zh,")
    assert house.tell(run, LATER, "withheld") == 2
    titles = {title: body for _, _, title, body in house.take()}
    assert "- 2026-05-12，应于 2026-05-13 到达（新）" in titles["[tieout] P1 alipay/trade 2088：缺 3 天"]
    assert (
        "没有发布。读者看到的仍是截至 2026-05-14 的版本。" in titles["[tieout] P1 发布前检查未通过，2026-05-15 未发布"]
    )


def test_a_gate_is_told_when_it_fails_or_warns_and_when_it_passes(house: House) -> None:
    house.routes("data,,,gate,,en,")
    house.gate("PAYMENT_MATCH_RATE", "critical", True)
    house.gate("EXCEPTION_P1_AMOUNT", "warning", False)
    house.gate("WORD_UNKNOWN_SHARE", "warning", False, "alipay/trade")
    house.gate("REQUIRED_NULL_SHARE", "critical", False, "wechat/trade")
    assert house.tell() == 3
    found = {title: body for _, _, title, body in house.take()}
    assert found.keys() == {
        "[tieout] P1 Landing gate of wechat/trade failed, its files are held back",
        "[tieout] P2 Landing gate of alipay/trade warns: 1",
        "[tieout] P2 Gate before publication warns: 1",
    }
    body = found["[tieout] P2 Gate before publication warns: 1"]
    assert (
        "Little enough money stands in P1 exceptions (EXCEPTION_P1_AMOUNT, warning): found 0.91, tolerance 0.97" in body
    )
    assert "`tieout docs --run run-1`" in body
    # A second run of the day with the same findings, and no file of alipay/trade: nothing new, nothing over.
    run = house.next_run()
    house.gate("EXCEPTION_P1_AMOUNT", "warning", False, run_id=run)
    house.gate("REQUIRED_NULL_SHARE", "critical", False, "wechat/trade", run)
    assert house.tell(run) == 0
    # The next day: what is still held back is told for that day, a warning is not; what passed is over.
    run = house.next_run(LATER)
    house.gate("EXCEPTION_P1_AMOUNT", "warning", True, run_id=run)
    house.gate("WORD_UNKNOWN_SHARE", "warning", True, "alipay/trade", run)
    house.gate("REQUIRED_NULL_SHARE", "critical", False, "wechat/trade", run)
    assert house.tell(run, LATER) == 2
    assert [event for _, event, _, _ in house.outbox()] == ["changed", "cleared"]
    over = house.take()[1][3]
    assert "Gate before publication: no warnings any more" in over
    assert "Landing gate of alipay/trade: no warnings any more" in over
    # The next run fails before publication, and the one after it warns alone: that it is published again is news.
    run = house.next_run(LATER)
    house.gate("PAYMENT_MATCH_RATE", "critical", False, run_id=run)
    house.gate("EXCEPTION_P1_AMOUNT", "warning", False, run_id=run)
    assert house.tell(run, LATER, "withheld") == 2
    house.take()
    run = house.next_run()
    house.gate("EXCEPTION_P1_AMOUNT", "warning", False, run_id=run)
    assert house.tell(run) == 0  # The day before it.
    run = house.next_run(LATER)
    house.gate("EXCEPTION_P1_AMOUNT", "warning", False, run_id=run)
    assert house.tell(run, LATER) == 1
    assert "Gate before publication: passed" in house.take()[0][3]


def test_more_causes_than_the_cap_come_as_one_summary(house: House) -> None:
    house.routes("treasury,,,,,zh,3", "boss,,,,,en,4")
    for number, code in enumerate(["BK01", "BK02", "BK03", "RF05"]):
        house.exception(f"e{number}", "P1" if code == "RF05" else "P2", "10.00", code)
    assert house.tell() == 5
    ((_, event, title, body),) = house.outbox("treasury")
    assert (event, title) == ("summary", "[tieout] P1 2026-05-14：4 项需要处理")
    lines = [line for line in body.splitlines() if line.startswith("- ")]
    assert [line.split()[1:3] for line in lines] == [["P1", "RF05"], ["P2", "BK01"], ["P2", "BK02"], ["P2", "BK03"]]
    assert [event for _, event, _, _ in house.outbox("boss")] == ["raised"] * 4
    # All of it counts as told.
    assert house.tell(house.next_run()) == 0


def test_a_failure_is_one_message_however_often_it_is_heard_of_until_it_runs_again(house: House) -> None:
    house.routes("on-call,,,,,en,")
    for step in ("build_marts", "", "build_marts"):
        alerts.tell_failure(house.settings, "reconcile", AS_OF, step, "Boom at postgresql://me:pw@host/db", urls={})
    ((_, event, title, body),) = house.take()
    assert (event, title) == ("raised", "[tieout] P1 reconcile 2026-05-14 failed")
    assert "at step `build_marts`" in body
    assert "postgresql://…@host/db" in body
    alerts.tell_failure(house.settings, "reconcile", AS_OF, "publish", "", urls={})
    alerts.tell_failure(house.settings, "reconcile", LATER, "load", "", urls={})
    alerts.tell_deadline(house.settings, "reconcile", LATER, "https://airflow.example.cn/dags/reconcile", urls={})
    assert [title for _, _, title, _ in house.take()] == [
        "[tieout] P1 reconcile 2026-05-14 failed",
        "[tieout] P1 reconcile 2026-05-15 failed",
        "[tieout] P1 reconcile 2026-05-15 is past its deadline",
    ]
    # An earlier day that ends well says nothing of the later one, nor does another DAG.
    assert alerts.tell_success(house.connection, house.settings, "reconcile", AS_OF) == 0
    assert alerts.tell_success(house.connection, house.settings, "ingest_bank", LATER) == 0
    run = house.next_run(LATER).replace("run-", "reconcile/run-")
    for outcome in ("failed", ""):
        assert house.tell(run, LATER, outcome) == 0
    assert house.tell(run, LATER, "withheld") == 1
    body = house.take()[0][3]
    assert "reconcile: runs again" in body
    assert "reconcile: has finished" in body


def test_a_failure_that_is_heard_of_twice_at_once_is_one_message(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.routes("on-call,,,,,en,")
    # They are processes in truth, which merge the seeds each for itself.
    routes = routing.load(house.settings)
    monkeypatch.setattr(routing, "load", lambda _: routes)
    start = threading.Barrier(4)

    def hear() -> None:
        start.wait()
        alerts.tell_failure(house.settings, "reconcile", AS_OF, "load", "", urls={})

    with ThreadPoolExecutor(4) as pool:
        for heard in [pool.submit(hear) for _ in range(4)]:
            heard.result()
    assert len(house.outbox()) == 1


def test_a_broken_configuration_does_not_silence_the_alert_about_it(house: House) -> None:
    house.routes("on-call,,,,,en,")
    house.tell()
    broken = house.settings.config / "windows.csv"
    broken.write_text("rule,dayz\nX,1\n", encoding="utf-8")
    try:
        alerts.tell_failure(house.settings, "reconcile", AS_OF, "load", "windows.csv: column dayz is unknown", urls={})
    finally:
        broken.unlink()
    assert "column dayz is unknown" in house.take()[0][3]


def test_data_of_others_cannot_mark_up_a_message(house: House) -> None:
    house.routes("data,,,,,zh,")
    house.exception("e1", "P1", "1.00", owner="<img src=x> [a](http://x) `b`\n# c")
    house.tell()
    _, _, title, body = house.take()[0]
    for text in (title, body):
        assert "<" not in text
        assert "](" not in text
        assert "\n#" not in text


_items = st.lists(
    st.builds(
        Item,
        key=st.sampled_from("abcd"),
        severity=st.sampled_from(["P1", "P2", "P3"]),
        amount=st.none() | st.decimals(0, 1000, places=2).map(Decimal),
    ),
    unique_by=lambda item: item.key,
)


@given(st.lists(_items, max_size=6))
def test_what_was_told_is_never_news_and_what_was_not_always_is(runs: list[list[Item]]) -> None:
    told: dict[str, tuple[str, str, str]] = {}
    before: dict[str, Item] = {}
    for items in runs:
        expected = [
            item
            for item in items
            if item.key not in before
            or item.severity < before[item.key].severity
            or (item.amount or 0) > (before[item.key].amount or 0)
        ]
        assert news(items, told) == expected
        told = remember(Cause("exceptions", ("BK01", "x")), items, told)
        assert news(items, told) == []
        before = {item.key: item for item in items}


def test_both_languages_fill_in_the_same_facts() -> None:
    from string import Formatter

    from tieout.alerts.words import WORDS

    assert len(WORDS) > 40
    for key, sentences in WORDS.items():
        chinese, english = ({name for _, name, _, _ in Formatter().parse(one) if name} for one in sentences)
        assert chinese == english, key
