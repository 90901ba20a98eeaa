"""What people read, in Chinese or English: a title that says enough, and a body of a few lines with what to do next.

Bodies are Markdown that reads well unconverted, because some services show it as it is. Of the merchant's data they
hold ids, amounts and days, and no explanation: that may name a payer, and a chat is no place for names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tieout.alerts.causes import Cause, Item, Occasion, Told, worst
from tieout.alerts.phrases import bullets, code, money, plain, severities
from tieout.alerts.words import say

_LARGEST = 3
_SUMMARY_LINES = 30


@dataclass(frozen=True)
class Telling:
    """A cause as one recipient gets to know of it: what he may see of it, what of that is news, what he knew."""

    cause: Cause
    items: Sequence[Item]
    news: Sequence[Item]
    told: Told
    language: str


@dataclass(frozen=True)
class Text:
    """A message's words."""

    title: str
    body: str


@dataclass(frozen=True)
class Wording:
    """Words for causes; `names` gives a code's English and Chinese name, `rules` a gate rule's."""

    names: Mapping[str, tuple[str, str]]
    rules: Mapping[str, tuple[str, str]]

    def message(self, telling: Telling, occasion: Occasion) -> Text:
        """Word one cause."""
        body = {
            "run_failed": _run_failed,
            "deadline_missed": _deadline_missed,
            "gate": self._gate,
            "source_missing": _source_missing,
            "exceptions": _exceptions,
        }[telling.cause.kind](telling, occasion)
        return _to_text(telling.language, self.headline(telling, occasion), body, occasion)

    def summary(self, tellings: Sequence[Telling], occasion: Occasion, language: str) -> Text:
        """Word many causes at once, a line each, the worst first."""
        lines = sorted(self.headline(one, occasion) for one in tellings)
        facts = {"as_of": occasion.as_of, "count": len(tellings)}
        title = f"{worst(item for one in tellings for item in one.items)} {say(language, 'summary title', **facts)}"
        body = [say(language, "summary state", **facts), "", *bullets(lines, language, _SUMMARY_LINES), ""]
        return _to_text(language, title, [*body, _look(language, "tieout status")], occasion)

    def cleared(self, causes: Sequence[Cause], occasion: Occasion, language: str) -> Text:
        """Word that causes are over."""
        lines = [self._over(cause, language) for cause in causes]
        title = say(language, "cleared title", count=len(causes))
        body = [say(language, "cleared state", as_of=occasion.as_of), "", *bullets(lines, language, _SUMMARY_LINES)]
        return _to_text(language, title, body, occasion)

    def headline(self, telling: Telling, occasion: Occasion) -> str:
        """Say on one line how bad it is, what is wrong and how much of it."""
        cause, language = telling.cause, telling.language
        more = len(telling.news) if telling.told else 0
        key = _gate_words(cause) if cause.kind == "gate" else cause.kind
        words = say(
            language,
            "exceptions more" if key == "exceptions" and more else key,
            name=self._name(cause, language),
            owner=plain(cause.owner),
            count=len(telling.items),
            more=more,
            money=_in_all(language, telling.items),
            dates=_dates(telling),
            as_of=occasion.as_of,
        )
        return f"{worst(telling.items)} {words}"

    def _over(self, cause: Cause, language: str) -> str:
        key = _gate_words(cause) if cause.kind == "gate" else cause.kind
        return say(language, f"{key} over", name=self._name(cause, language), owner=plain(cause.owner))

    def _name(self, cause: Cause, language: str) -> str:
        if cause.kind == "exceptions":
            return f"{cause.code} {self.names.get(cause.code, ('', ''))[language == 'zh']}".strip()
        if cause.kind == "source_missing":
            source, stream, account = cause.subject
            return plain(f"{source}/{stream} {account}".strip())
        return plain(cause.subject[1] if cause.kind == "gate" else cause.subject[0])

    def _gate(self, telling: Telling, occasion: Occasion) -> list[str]:
        language, shown = telling.language, occasion.published_as_of
        readers = say(language, "readers keep", shown=shown) if shown else say(language, "readers have nothing")
        key = f"{_gate_words(telling.cause)} state"
        head = say(language, key, as_of=occasion.as_of, name=plain(telling.cause.subject[1]), readers=readers)
        lines = [self._rule(item, language) for item in telling.items]
        return [head, "", *bullets(lines, language), "", _look(language, f"tieout docs --run {occasion.run_id}")]

    def _rule(self, item: Item, language: str) -> str:
        observed, threshold = item.figures
        return say(
            language,
            "rule failed" if item.severity == "P1" else "rule warned",
            rule=self.rules.get(item.key, (item.key, item.key))[language == "zh"],
            code=item.key,
            observed=plain(observed) or "—",
            threshold=plain(threshold) or "—",
        )


def trial_message(recipient: str, language: str) -> Text:
    """Word a message by which a recipient's channels are tried."""
    body = [say(language, "test state", name=code(recipient))]
    return Text(f"[tieout] {say(language, 'test title')}", "\n".join(body))


def _exceptions(telling: Telling, occasion: Occasion) -> list[str]:
    language, items, news = telling.language, telling.items, telling.news
    state = say(
        language,
        "exceptions state",
        as_of=occasion.as_of,
        owner=plain(telling.cause.owner),
        count=len(items),
        severities=severities(items),
        money=_in_all(language, items),
    )
    fresh = sum(item.key not in telling.told for item in news)
    change = [say(language, "exceptions change", fresh=fresh, worse=len(news) - fresh)] if telling.told else []
    largest = sorted(news, key=lambda item: (-(item.amount or Decimal(0)), item.severity, item.key))[:_LARGEST]
    lines = [_exception(item, language) for item in largest]
    which = say(language, "largest news" if telling.told else "largest")
    look = _look(language, f"tieout explain {largest[0].key}")
    return [state, *change, "", which, "", *bullets(lines, language), "", look]


def _exception(item: Item, language: str) -> str:
    due = say(language, "due", due_on=item.due_on) if item.due_on else ""
    return f"{code(item.about or item.key)} {item.severity} {money([item])}".rstrip() + due + _number(item, language)


def _number(item: Item, language: str) -> str:
    return say(language, "number", number=code(item.key)) if item.about else ""


def _source_missing(telling: Telling, occasion: Occasion) -> list[str]:
    language = telling.language
    source, stream, account = telling.cause.subject
    fresh = {item.key for item in telling.news} if telling.told else set()
    state = say(
        language,
        "source_missing state",
        as_of=occasion.as_of,
        source=code(f"{source}/{stream}"),
        account=say(language, "account", account=code(account)) if account else "",
        count=len(telling.items),
    )
    lines = [
        say(language, "missing day new" if item.key in fresh else "missing day", day=item.key, due_on=item.due_on)
        for item in sorted(telling.items, key=lambda item: item.key, reverse=True)
    ]
    act = say(
        language,
        "source_missing act",
        folder=code(f"inbox/{source}/{stream}"),
        command=code(f"tieout run --as-of {occasion.as_of}"),
    )
    return [state, "", *bullets(lines, language), "", act]


def _run_failed(telling: Telling, occasion: Occasion) -> list[str]:
    language, step = telling.language, telling.news[0].mark
    state = say(
        language,
        "run_failed state at" if step else "run_failed state",
        name=code(telling.cause.subject[0]),
        dates=_dates(telling),
        step=code(step),
    )
    message = ["", code(occasion.message, 500)] if occasion.message else []
    return [state, *message, "", say(language, "run_failed means"), "", _look(language, "tieout status")]


def _deadline_missed(telling: Telling, occasion: Occasion) -> list[str]:
    language = telling.language
    name = code(telling.cause.subject[0])
    state = say(language, "deadline_missed state", name=name, dates=_dates(telling))
    return [state, "", _look(language, "tieout status")]


def _gate_words(cause: Cause) -> str:
    gate, _, verdict = cause.subject
    return f"gate {gate} {verdict}"


def _dates(telling: Telling) -> str:
    return ", ".join(item.key for item in telling.news) if telling.cause.accumulates else ""


def _in_all(language: str, items: Sequence[Item]) -> str:
    total = money(items)
    return say(language, "in all", money=total) if total else ""


def _look(language: str, command: str) -> str:
    return say(language, "look", command=code(command))


def _to_text(language: str, title: str, body: Sequence[str], occasion: Occasion) -> Text:
    link = ["", say(language, "link", link=occasion.link)] if occasion.link else []
    return Text(f"[tieout] {title}", "\n".join([*body, *link]))
