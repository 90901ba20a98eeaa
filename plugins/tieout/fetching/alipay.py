"""Alipay's open platform: `alipay.data.dataservice.bill.downloadurl.query`, then the zip behind its address.

Calls and error codes are those of opendocs.alipay.com (the method's page, and 公共错误码). The address it gives lives
thirty seconds, so a download that fails begins with a new query.
"""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tieout.core.business_day import SHANGHAI
from tieout.core.errors import TieoutError
from tieout.fetching import signing
from tieout.fetching.bills import Bill, NoStatementError, TransientError
from tieout.fetching.credentials import AlipayAccount
from tieout.fetching.web import Answer, Clock, Web

_METHOD = "alipay.data.dataservice.bill.downloadurl.query"
_NODE = f"{_METHOD.replace('.', '_')}_response"
# "The merchant had no business of this kind" is final once bills are made. "The bill does not exist" is also said of
# one that is late, so it counts a day later only.
_NO_BILL = {"NO_BILL_DATA": 1, "BILL_NOT_EXIST": 2}
_BUSY = {"SYSTEM_RATE_LIMIT", "USER_RATE_LIMIT", "APP_CALL_LIMITED", "METHOD_CALL_LIMITED"}
_BUSY_SECONDS = 60.0
_PASSING = {"UNKNOWN_ERROR", "UNKNOW_ERROR", "SYSTEM_ERROR"}
_ADVICE = {
    "INVALID_SIGNATURE": "the private key is not that of this app, or its public key was replaced on the platform",
    "INVALID_APP_ID": "correct app_id",
    "INVALID_TIMESTAMP": "set this machine's clock right",
    "INSUFFICIENT_ISV_PERMISSIONS": "add the bill product to the app and have it go live",
    "TYPE_NOT_SUPPORTED": "the account has no such bills: leave the stream out of its 'streams'",
    "INVAILID_ARGUMENTS": "the day is too far back (six years are kept), or not over yet",
    "BILL_DATE_BEFORE_REGISTRATION": "the account did not exist on this day",
}


def download(web: Web, account: AlipayAccount, bill: Bill, target: Path, clock: Clock) -> None:
    """Write a bill's zip, as the platform gives it, to `target`.

    Raises NoStatementError, TransientError, or TieoutError where the platform refuses or cannot be trusted.
    """
    answer = _query(web, account, bill, clock)
    url = answer.get("bill_download_url")
    if not url and answer.get("bill_file_code") == "EMPTY_DATA_WITH_BILL_FILE":
        raise NoStatementError("EMPTY_DATA_WITH_BILL_FILE without a file")
    if not isinstance(url, str) or not url:
        raise TieoutError("Alipay's answer names no address to download from: report it with the day.")
    failed = web.save(url, {}, target, follow=True)
    if failed:
        raise TransientError(f"Alipay's download address answers {failed.status}")
    _check_zip(target)


def _query(web: Web, account: AlipayAccount, bill: Bill, clock: Clock) -> Mapping[str, Any]:
    key = signing.load_public_key(account.alipay_public_key_file)
    # Without `secure` the platform gives an http address, over which anybody on the way could change the bill.
    content = {"bill_type": bill.stream, "bill_date": bill.day.isoformat(), "secure": "true"}
    business = {"biz_content": json.dumps(content, separators=(",", ":"))}
    stated = {
        "app_id": account.app_id,
        "method": _METHOD,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": clock().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
        "version": "1.0",
    }
    unsigned = "&".join(f"{name}={value}" for name, value in sorted((stated | business).items()))
    stated["sign"] = signing.sign(signing.load_private_key(account.private_key_file), unsigned)
    answer = web.ask("POST", f"{account.gateway}?{urlencode(stated)}", {}, business)
    node, signature, signed = _open(answer)
    if signature is None and node.get("code") == "10000":
        raise TieoutError("Alipay's answer is not signed, so nothing was fetched: is something between here and there?")
    if signature is not None:
        signed = _verified(key, signed, signature)
        node = json.loads(signed)
    if node.get("code") != "10000":
        _refuse(node, is_proved=signature is not None)
    return node


def _verified(key: Any, signed: str, signature: str) -> str:
    """Give the text that the signature holds for.

    It is over the answer's raw text, never over JSON written again. The platform's own kits also accept it over the
    text with its slashes not escaped, which is the same JSON.
    """
    for text in (signed, signed.replace("\\/", "/")):
        if signing.is_signed(key, text.encode(), signature):
            return text
    raise TieoutError(
        "Alipay's answer does not carry Alipay's signature, so nothing was fetched: check alipay_public_key_file "
        "(支付宝公钥, not 应用公钥); if it is right, something between here and there changes what is sent."
    )


def _open(answer: Answer) -> tuple[Mapping[str, Any], str | None, str]:
    """Give the answer's node, its signature, and the node's text as it came: that is what was signed."""
    try:
        members = _members(answer.content.decode("utf-8"))
        text = members.get(_NODE) or members.get("error_response") or ""
        node = json.loads(text)
        signature = json.loads(members["sign"]) if "sign" in members else None
    except (ValueError, RecursionError):
        node, text, signature = None, "", None
    if not isinstance(node, dict) or not isinstance(signature, str | None):
        raise TieoutError(f"What answers ({answer.status}) is not Alipay's gateway: check 'gateway' and the proxy.")
    return node, signature or None, text


def _members(text: str) -> dict[str, str]:
    """Cut a JSON object into its members, each as the text that stands there. Raises ValueError."""
    read = json.JSONDecoder().raw_decode
    members: dict[str, str] = {}
    place = _skip(text, 0, "{")
    while True:
        name, place = read(text, _skip(text, place))
        start = _skip(text, _skip(text, place, ":"))
        _, place = read(text, start)
        if not isinstance(name, str) or name in members:
            raise ValueError("a name that is no text, or stands there twice")
        members[name] = text[start:place]
        place = _skip(text, place)
        if text[place : place + 1] != ",":
            _skip(text, place, "}")
            return members
        place += 1


def _skip(text: str, place: int, expected: str = "") -> int:
    while text[place : place + 1] in (" ", "\t", "\r", "\n"):
        place += 1
    if not text.startswith(expected, place):
        raise ValueError(f"{expected} is missing")
    return place + len(expected)


def _refuse(node: Mapping[str, Any], is_proved: bool) -> None:
    stated = str(node.get("sub_code") or "")
    # The same code comes as isp.bill_not_exist, isv.invalid-signature or NO_BILL_DATA.
    code = stated.rpartition(".")[2].upper().replace("-", "_")
    words = " ".join(str(node.get(key) or "") for key in ("code", "msg", "sub_code", "sub_msg")).strip()[:300]
    if code in _BUSY:
        raise TransientError(f"Alipay: {words}", _BUSY_SECONDS)
    if code in _PASSING or node.get("code") == "20000":
        raise TransientError(f"Alipay: {words}")
    if code in _NO_BILL and is_proved:
        raise NoStatementError(words, _NO_BILL[code])
    advice = "the answer is not signed, so it confirms nothing" if code in _NO_BILL else _ADVICE.get(code)
    raise TieoutError(f"Alipay refuses: {words}" + (f": {advice}." if advice else "."))


def _check_zip(path: Path) -> None:
    # Nothing states the file's hash; a cut-off zip has no directory at its end, a changed one has wrong checksums.
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        damaged = "all of it"
    if damaged is not None:
        raise TransientError("what came from Alipay's download address is no whole zip: it was cut off, or has expired")
