"""`tieout alerts`: what is open and waits, sending, trying a recipient, and giving one up."""

import json

import pytest
from click.testing import CliRunner, Result

from tieout.cli.alerts import COMMANDS
from tieout.core.errors import TieoutError

from .conftest import House
from .servers import Webhook, free_port


def _call(house: House, *arguments: str, **urls: str) -> Result:
    command, *rest = arguments
    environment = {"TIEOUT_ALERT_URLS": json.dumps(urls)}
    return CliRunner().invoke(COMMANDS[0], [command, "--home", str(house.settings.home), *rest], env=environment)


def test_what_waits_is_shown_sent_and_given_up(house: House) -> None:
    house.routes("finance,,,,,zh,", "gone,,,,,en,")
    house.exception("e1", "P1", "10.00")
    house.tell()
    down = f"json://127.0.0.1:{free_port()}/t0ken"
    failed = _call(house, "send", finance=down)
    assert (failed.exit_code, failed.stdout) == (1, "0 sent, 2 waiting\n")
    assert "finance: 1 waiting, json: " in failed.stderr
    assert "gone: 1 waiting, no URL: name 'gone' in TIEOUT_ALERT_URLS" in failed.stderr
    status = _call(house, "status").output
    assert "2 causes open, 2 messages waiting" in status
    for words in ("BK01 提现在途超时", "Connection refused", "exceptions"):
        assert words in status
    assert "t0ken" not in status + failed.output
    assert _call(house, "forget", "gone").output == "1 messages dropped\n"
    house.hours_later()
    with Webhook().up() as hook:
        sent = _call(house, "send", finance=hook.url)
    assert (sent.exit_code, sent.output) == (0, "1 sent, 0 waiting\n")
    assert "1 causes open, 0 messages waiting" in _call(house, "status").output


def test_a_recipient_can_be_tried(house: House) -> None:
    house.routes("finance,,,,,zh,")
    with Webhook().up() as hook:
        tried = _call(house, "test", "finance", finance=hook.url)
    assert (tried.exit_code, tried.output) == (0, "finance: 1 json: taken\n")
    assert hook.titles == ["[tieout] 测试消息"]
    refused = _call(house, "test", "finance", finance=hook.url)
    assert refused.exit_code == 1
    assert "Connection refused" in refused.stderr
    assert isinstance(_call(house, "test", "finance").exception, TieoutError)
    assert house.outbox() == []


def test_the_group_says_where_to_configure(house: House) -> None:
    helped = CliRunner().invoke(COMMANDS[0], ["--help"]).output
    for words in ("alert_routes.csv", "TIEOUT_ALERT_URLS", "status", "send", "test", "forget"):
        assert words in helped
    with pytest.raises(TieoutError, match="TIEOUT_ALERT_URLS"):
        CliRunner().invoke(COMMANDS[0], ["send"], env={"TIEOUT_ALERT_URLS": "no"}, catch_exceptions=False)
