"""The ways to people: apprise URLs by recipient, one message sent to one of them, and whether it was really taken."""

import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

from tieout.alerts.wording import Text
from tieout.core.errors import TieoutError

Urls = Mapping[str, str | Sequence[str]]
"""Apprise URLs by recipient: one, or several."""

PATIENCE = 10.0
"""Seconds that a channel may take to connect, and to answer."""

_BYTES = {"wecombot": 2048, "dingtalk": 20_000, "feishu": 20_000, "lark": 20_000}
"""The largest message that a service takes, title and body, in bytes of UTF-8."""

_REFUSING = ("dingtalk", "wecombot", "feishu", "lark")
_HOSTED = ("mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms", "http", "https")
_TOLD = "Socket Exception: "

_heard: ContextVar[list[logging.LogRecord] | None] = ContextVar("heard", default=None)
_ears = logging.Logger("tieout.alerts", logging.DEBUG)
# What the channels that we use have to say, also for debugging: there alone stands why a connection broke. It goes no
# further than `_hear`.


def urls_from_environment() -> Urls:
    """Read TIEOUT_ALERT_URLS, a JSON object: recipient -> Apprise URL or list of them. Raises TieoutError."""
    text = os.environ.get("TIEOUT_ALERT_URLS") or "{}"
    wanted = 'TIEOUT_ALERT_URLS has to be a JSON object like {"finance": "mailto://…", "on-call": ["slack://…"]}'
    try:
        given = json.loads(text)
    except ValueError:
        # Without the cause: it would repeat the text, which holds passwords.
        raise TieoutError(f"{wanted}; it is no JSON.") from None
    if not isinstance(given, dict):
        raise TieoutError(f"{wanted}.")
    for recipient, urls in given.items():
        listed = [urls] if isinstance(urls, str) else urls
        if not isinstance(listed, list) or not listed or not all(isinstance(url, str) and url for url in listed):
            raise TieoutError(f"{wanted}; what is given for '{recipient}' is neither a URL nor a list of URLs.")
    return given


def urls_of(urls: Urls, recipient: str) -> Mapping[str, str]:
    """Give a recipient's channels by a name that is no secret: its place and kind, like `1 dingtalk`."""
    given = urls.get(recipient) or ()
    listed = [given] if isinstance(given, str) else given
    return {f"{place} {_kind(url)}": url for place, url in enumerate(listed, start=1)}


def send(channels: Mapping[str, str], text: Text, severity: str | None) -> dict[str, str]:
    """Send a message to channels and give the problem of each that did not take it; raises nothing for a channel.

    `severity` colours the message: P1 a failure, others a warning, none good news.
    """
    return {name: problem for name, url in channels.items() if (problem := send_one(url, text, severity))}


def send_one(url: str, text: Text, severity: str | None) -> str | None:
    """Send a message to one URL; None when it was taken, else why not, without anything secret."""
    import apprise
    from apprise.logger import logger

    for talker in (logger, _ears):
        if _hear not in talker.filters:
            talker.addFilter(_hear)
    colour = {None: apprise.NotifyType.SUCCESS, "P1": apprise.NotifyType.FAILURE}
    with _listen() as heard:
        asset = apprise.AppriseAsset(app_id="tieout", app_desc="tieout", async_mode=False)
        server: Any = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if server is None:
            return f"its {_kind(url)} URL cannot be understood: see docs/alerts.md for how it has to look"
        server.logger = _ears
        server.socket_connect_timeout = server.socket_read_timeout = PATIENCE
        # What a URL asks for must not make a loss look like a success.
        server.optional = False
        plugin = sys.modules[type(server).__module__]
        service = plugin.__name__.rpartition(".")[2]
        if service in _REFUSING:
            _watch(plugin)
        notifier = apprise.Apprise(asset=asset)
        notifier.add(server)
        taken = notifier.notify(
            body=_fit(text, _BYTES.get(service)),
            title=text.title,
            body_format=apprise.NotifyFormat.MARKDOWN,
            notify_type=colour.get(severity, apprise.NotifyType.WARNING),
        )
    return None if taken else f"{_kind(url)}: {_explain(heard, url)}"


def _kind(url: str) -> str:
    scheme, separator, _ = url.partition("://")
    # Slack, WeCom and others may be given by the address that they show.
    kind = urlsplit(url).hostname if scheme in ("http", "https") else scheme
    return (kind or "unknown").lower() if separator else "unknown"


def _fit(text: Text, most: int | None) -> str:
    """Cut a body by whole lines to what a service takes: too long a message is refused by it as a whole."""
    room = (most or 1 << 20) - len(text.title.encode()) - 10
    if len(text.body.encode()) <= room:
        return text.body
    kept: list[str] = []
    for line in text.body.splitlines():
        if len("\n".join([*kept, line, "…"]).encode()) > room:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])


class _Watched:
    """`requests` as some plugins of apprise see it: an answer that says no is an answer with a status that says so.

    These services answer 200 whatever happens and put their refusal (a missing keyword, too many messages, a robot that
    was removed) into the answer's `errcode` or `code`, which the plugins do not read.
    """

    def __init__(self, requests: Any) -> None:
        self._requests = requests

    def __getattr__(self, name: str) -> Any:
        return getattr(self._requests, name)

    def post(self, *arguments: Any, **options: Any) -> Any:
        """Post; a refusal becomes status 422, with its reason where the channel's errors are heard."""
        answer = self._requests.post(*arguments, **options)
        if answer.status_code == self._requests.codes.ok:
            refusal = _refusal(answer)
            if refusal:
                answer.status_code = 422
                _ears.warning("%s%s", _TOLD, refusal)
        return answer


def _watch(plugin: ModuleType) -> None:
    present = plugin.__dict__["requests"]
    if not isinstance(present, _Watched):
        plugin.__dict__["requests"] = _Watched(present)


def _refusal(answer: Any) -> str | None:
    try:
        said = answer.json()
        code = next(said[name] for name in ("errcode", "code", "StatusCode") if name in said)
    except (ValueError, TypeError, StopIteration):
        return "the service's answer is none that it is known to give"
    reason = next((said[name] for name in ("errmsg", "msg", "StatusMessage") if name in said), "")
    return None if code == 0 else f"the service refused it: {code} {reason}"


def _hear(record: logging.LogRecord) -> bool:
    """Keep apprise's log records to ourselves while we send: they may hold tokens."""
    heard = _heard.get()
    if heard is None:
        return True
    heard.append(record)
    return False


@contextmanager
def _listen() -> Iterator[list[logging.LogRecord]]:
    heard: list[logging.LogRecord] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def _explain(heard: Sequence[logging.LogRecord], url: str) -> str:
    texts = [record.getMessage() for record in heard]
    causes = [text.removeprefix(_TOLD) for text in texts if text.startswith(_TOLD)]
    said = [text for text, record in zip(texts, heard, strict=True) if record.levelno >= logging.WARNING]
    return _without_secrets("; ".join(causes or said) or "it was not taken", url)[:300]


def _without_secrets(text: str, url: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[0] if parts.scheme in _HOSTED else parts.netloc
    given = f"{place} {parts.path} {parts.query}"
    words = {word for form in (given, unquote(given)) for word in re.split(r"[^\w-]+", form) if len(word) >= 4}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "***")
    return text
