"""The accounts whose bills are fetched: TIEOUT_FETCH_CREDENTIALS names a JSON file that lists them by source."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieout.core.errors import TieoutError
from tieout.fetching.signing import check_private
from tieout.fetching.web import is_protected

VARIABLE = "TIEOUT_FETCH_CREDENTIALS"
_ALIPAY_GATEWAY = "https://openapi.alipay.com/gateway.do"
_WECHAT_API = "https://api.mch.weixin.qq.com"
# It becomes part of file names.
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class AlipayAccount:
    """An account of Alipay's open platform; `account` is the number as its bills write it (账号)."""

    account: str
    app_id: str
    private_key_file: Path
    alipay_public_key_file: Path
    gateway: str
    streams: tuple[str, ...]


@dataclass(frozen=True)
class WechatAccount:
    """A WeChat Pay merchant: `account` is the mchid, `serial_no` that of its API certificate.

    `platform_public_key_id` is the public key's id (PUB_KEY_ID_…), or the serial number of a platform certificate.
    """

    account: str
    serial_no: str
    private_key_file: Path
    platform_public_key_file: Path
    platform_public_key_id: str
    api: str
    streams: tuple[str, ...]


Account = AlipayAccount | WechatAccount


def read(source: str) -> list[Account]:
    """List the accounts of a source; none where the setting is empty or lists none for it.

    Raises TieoutError where the file cannot be read, where others can read it, or where an entry is not understood.
    The keys themselves are read when they are used: one missing key stops one account.
    """
    if not (named := os.environ.get(VARIABLE)):
        return []
    path = Path(named)
    check_private(path)
    try:
        listed = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TieoutError(
            f"{path} ({VARIABLE}) cannot be read ({error.strerror}): correct its path or owner."
        ) from None
    # What a parser quotes of this file may be a secret.
    except ValueError as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "not UTF-8"
        raise TieoutError(f"{path} ({VARIABLE}) is not JSON ({where}): correct it, see docs/fetching.md.") from None
    if not isinstance(listed, dict) or (unknown := sorted(listed.keys() - _READERS.keys())):
        what = f"'{unknown[0]}' has no client" if isinstance(listed, dict) else "it holds no object"
        raise TieoutError(f"{path} ({VARIABLE}): {what}; sources with an API client: {', '.join(_READERS)}.")
    entries = listed.get(source, [])
    if not isinstance(entries, list):
        raise TieoutError(f"{path} ({VARIABLE}): '{source}' is no list: write [{{…}}, …], an object per account.")
    accounts = [_READERS[source](_Entry(path, source, number, entry)) for number, entry in enumerate(entries, 1)]
    names = [account.account for account in accounts]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise TieoutError(f"{path} ({VARIABLE}): account {twice} of {source} stands there twice: remove one.")
    return accounts


class _Entry:
    """One account's object in the file; messages name its place and keys, never what stands there."""

    def __init__(self, path: Path, source: str, number: int, given: Any) -> None:
        self._path, self._place = path, f"{path} ({VARIABLE}): account {number} of {source}"
        self._given = given if isinstance(given, dict) else self._refuse("is no object: write {…}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._given.get(key, default)
        return value if isinstance(value, str) and value else self._refuse(f"needs '{key}', a text")

    def account(self, key: str) -> str:
        value = self.text(key)
        return value if _ACCOUNT.fullmatch(value) else self._refuse(f"'{key}' may hold letters, digits, - and _ only")

    def file(self, key: str) -> Path:
        # A relative path lies beside the credentials, so that the folder can be moved or mounted as a whole.
        return self._path.parent / self.text(key)

    def address(self, key: str, default: str) -> str:
        value = self.text(key, default).rstrip("/")
        return value if is_protected(value) else self._refuse(f"'{key}' has to begin with https://")

    def streams(self, known: tuple[str, ...]) -> tuple[str, ...]:
        value = self._given.get("streams", list(known))
        if not isinstance(value, list) or not value or any(stream not in known for stream in value):
            self._refuse(f"'streams' may list {' and '.join(known)} only")
        return tuple(stream for stream in known if stream in value)

    def only(self, *known: str) -> None:
        if unknown := sorted(self._given.keys() - set(known)):
            self._refuse(f"has '{unknown[0]}', which is unknown; known: {', '.join(known)}")

    def _refuse(self, what: str) -> Any:
        raise TieoutError(f"{self._place} {what}. See docs/fetching.md.")


def _read_alipay(entry: _Entry) -> AlipayAccount:
    entry.only("account", "app_id", "private_key_file", "alipay_public_key_file", "gateway", "streams")
    return AlipayAccount(
        entry.account("account"),
        entry.text("app_id"),
        entry.file("private_key_file"),
        entry.file("alipay_public_key_file"),
        entry.address("gateway", _ALIPAY_GATEWAY),
        entry.streams(("trade", "signcustomer")),
    )


def _read_wechat(entry: _Entry) -> WechatAccount:
    entry.only(
        *("mchid", "serial_no", "private_key_file", "platform_public_key_file", "platform_public_key_id"),
        *("api", "streams"),
    )
    return WechatAccount(
        entry.account("mchid"),
        entry.text("serial_no"),
        entry.file("private_key_file"),
        entry.file("platform_public_key_file"),
        entry.text("platform_public_key_id"),
        entry.address("api", _WECHAT_API),
        entry.streams(("trade", "fundflow")),
    )


_READERS: dict[str, Callable[[_Entry], Account]] = {"alipay": _read_alipay, "wechat": _read_wechat}
