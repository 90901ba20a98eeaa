"""A refusal is never taken for a success, and nothing secret is ever shown."""

import importlib
import json
import logging
from collections.abc import Iterator

import pytest

from tieout import alerts
from tieout.alerts import channels
from tieout.alerts.wording import Text
from tieout.core.errors import TieoutError

from .servers import Webhook, free_port

TEXT = Text("[tieout] P1 标题", "一行\n\n- 另一行")

# URL, the plugin's module and class, the attribute that holds the service's address; what a yes and a no look like.
SERVICES = {
    "dingtalk": ("dingtalk://SECsecret@tokentoken/", "NotifyDingTalk", "notify_url", "{token}"),
    "wecombot": ("wecombot://key-key-key-key/", "NotifyWeComBot", "notify_url", "{key}"),
    "feishu": ("feishu://tokentoken/", "NotifyFeishu", "notify_url", "{token}"),
}
YES = {"dingtalk": '{"errcode": 0, "errmsg": "ok"}', "wecombot": '{"errcode": 0}', "feishu": '{"code": 0}'}
NO = {
    "dingtalk": '{"errcode": 310000, "errmsg": "keywords not in content"}',
    "wecombot": '{"errcode": 45009, "errmsg": "api freq out of limit"}',
    "feishu": '{"code": 19024, "msg": "Key Words Not Found"}',
}


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook().up() as served:
        yield served


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> str:
    """A service whose address is the local webhook."""
    name = str(request.param)
    _, plugin, attribute, token = SERVICES[name]
    module = importlib.import_module(f"apprise.plugins.{name}")
    monkeypatch.setattr(getattr(module, plugin), attribute, f"http://127.0.0.1:{hook.port}/{token}")
    return name


def test_a_refusal_that_is_answered_with_200_is_a_failure_with_its_reason(service: str, hook: Webhook) -> None:
    url = SERVICES[service][0]
    hook.answer = YES[service]
    assert channels.send_one(url, TEXT, "P1") is None
    hook.answer = NO[service]
    problem = channels.send_one(url, TEXT, "P1") or ""
    assert "the service refused it: " in problem
    assert (json.loads(hook.answer).get("errmsg") or json.loads(hook.answer).get("msg")) in problem
    hook.answer = "<html>a proxy's own page</html>"
    assert "answer" in (channels.send_one(url, TEXT, "P1") or "")


def test_slack_takes_a_message(hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("apprise.plugins.slack")
    monkeypatch.setattr(module.NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}")
    hook.answer = "ok"
    url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"
    assert channels.send_one(url, Text("[tieout] P1 标题", "看 `tieout explain a_b`"), "P1") is None
    assert "`tieout explain a_b`" in json.dumps(hook.posted[0], ensure_ascii=False)
    hook.status = 404
    assert "404" in (channels.send_one(url, TEXT, "P1") or "")


def test_a_long_message_is_cut_by_lines_to_what_the_service_takes(service: str, hook: Webhook) -> None:
    hook.answer = YES[service]
    long = Text("[tieout] 标题", "\n".join(f"- 第 {number} 行：一笔差异" for number in range(2000)))
    assert channels.send_one(SERVICES[service][0], long, "P2") is None
    (posted,) = hook.posted
    content = next(
        part for kind, part in posted.items() if isinstance(part, dict) and kind in ("text", "markdown", "content")
    )
    sent = content.get("content") or content["text"]
    assert len(sent.encode()) <= {"wecombot": 2048}.get(service, 20_000)
    assert "标题" in sent
    assert sent.endswith("行：一笔差异\n…")


def test_no_error_and_no_log_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    port = free_port()
    urls = [
        f"json://me:pa55w0rd@127.0.0.1:{port}/hook/t0ken-t0ken",
        f"mailto://me:pa55w0rd@127.0.0.1:{port}/?from=a@b.cn&to=c@d.cn",
        "dingtalk://s3cret!!@t0ken!t0ken/",
        "nothing://pa55w0rd",
        "pa55w0rd",
        "https://me:pa55w0rd@nobody.invalid.example/t0ken",
        "",
    ]
    problems = [channels.send_one(url, TEXT, None) for url in urls]
    assert all(problems)
    # What others have to say was not cut off.
    logging.getLogger("apprise").warning("heard")
    shown = " ".join([*map(str, problems), caplog.text])
    for secret in ("pa55w0rd", "t0ken", "s3cret"):
        assert secret not in shown
    assert "Connection refused" in str(problems[0])
    assert "heard" in caplog.text


@pytest.mark.parametrize(
    "text", ["mailto://me:pa55w0rd@host", '["pa55w0rd"]', '{"finance": ""}', '{"finance": []}', '{"finance": {"a": 1}}']
)
def test_a_setting_that_cannot_be_read_says_how_it_has_to_look(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TIEOUT_ALERT_URLS", text)
    with pytest.raises(TieoutError, match="TIEOUT_ALERT_URLS has to be a JSON object like") as caught:
        alerts.urls_from_environment()
    assert "pa55w0rd" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_setting_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_ALERT_URLS", "")
    assert alerts.urls_from_environment() == {}


def test_a_url_cannot_make_a_loss_look_like_a_success() -> None:
    assert channels.send_one(f"json://127.0.0.1:{free_port()}/?optional=yes", TEXT, None) is not None
