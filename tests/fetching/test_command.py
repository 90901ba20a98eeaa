"""`tieout fetch`: exit codes and what it shows. It asks the real clock, so the business date is yesterday."""

from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from tieout.cli.fetch import COMMANDS
from tieout.core.errors import TieoutError
from tieout.fetching.credentials import VARIABLE

from .merchant import WECHAT, Merchant
from .platforms import BEIJING
from .wechat_server import CREATING

MCHID = next(iter(WECHAT))


def _run(merchant: Merchant, *arguments: str) -> Result:
    [command] = COMMANDS
    return CliRunner().invoke(command, [*arguments, "--home", str(merchant.settings.home)])


def test_it_says_what_came_and_that_the_rest_comes_later(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    merchant.one_bill("wechat")
    merchant.wechat.clock = lambda: datetime.now(BEIJING)  # type: ignore[assignment]
    yesterday = datetime.now(BEIJING).date() - timedelta(days=1)
    merchant.wechat.bills[MCHID, "trade", yesterday] = CREATING
    early = _run(merchant, "wechat", "--date", yesterday.isoformat())
    assert early.exit_code == 1
    assert f"not ready: wechat/trade of {MCHID} for {yesterday}: 400 STATEMENT_CREATING 账单生成中" in early.output
    assert "0 fetched, 0 there already, 0 confirmed empty, 1 not ready yet" in early.output
    merchant.wechat.bills[MCHID, "trade", yesterday] = merchant.ours("wechat", "trade", MCHID)
    late = _run(merchant, "wechat", "--date", yesterday.isoformat())
    assert late.exit_code == 0
    assert f"wechat for {yesterday}: 1 fetched" in late.output
    again = _run(merchant, "wechat", "--date", yesterday.isoformat(), "--again")
    assert (again.exit_code, "nothing new" in again.output) == (0, True)
    monkeypatch.delenv(VARIABLE)
    nothing = _run(merchant, "wechat", "--date", yesterday.isoformat())
    assert (nothing.exit_code, "no account is configured" in nothing.output) == (0, True)


def test_a_failure_is_an_error_for_people_and_bad_usage_is_2(merchant: Merchant) -> None:
    merchant.one_bill("wechat", serial_no="00")
    yesterday = datetime.now(BEIJING).date() - timedelta(days=1)
    failed = _run(merchant, "wechat", "--date", yesterday.isoformat())
    assert isinstance(failed.exception, TieoutError)
    assert str(failed.exception).startswith(
        f"1 of the bills of wechat for {yesterday} could not be fetched:\nwechat/trade"
    )
    unknown = _run(merchant, "paypal", "--date", "2026-05-04")
    assert (unknown.exit_code, "'paypal' is not one of alipay, bank, open, taobao, wechat" in unknown.output) == (
        2,
        True,
    )
    assert _run(merchant, "wechat").exit_code == 2
