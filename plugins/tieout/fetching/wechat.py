"""WeChat Pay v3: `/v3/bill/tradebill` and `/v3/bill/fundflowbill`, then the file behind the address they give.

Calls and error codes are those of pay.weixin.qq.com (doc/v3/merchant/4012556654 申请交易账单, /4013071238 下载账单 and
/4013071254 常见问题). The address is called with a signature of its own and answers without one; instead the signed
answer before it states the file's SHA-1: 「原始账单（gzip需要解压缩）的摘要值」, so over the bill after unpacking.
"""

import gzip
import hashlib
import json
import secrets
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tieout.core.errors import TieoutError
from tieout.fetching import signing
from tieout.fetching.bills import Bill, NoStatementError, NotReadyError, TransientError
from tieout.fetching.credentials import WechatAccount
from tieout.fetching.web import Answer, Clock, Web

_SCHEME = "WECHATPAY2-SHA256-RSA2048"
_CALLS = {
    "trade": ("/v3/bill/tradebill", {"bill_type": "ALL"}),
    "fundflow": ("/v3/bill/fundflowbill", {"account_type": "BASIC"}),
}
_SECONDS_APART = 300
_PASSING = {"SYSTEM_ERROR", "FREQUENCY_LIMITED", "RATELIMIT_EXCEED", "RATELIMIT_EXCEEDED", "FREQUENCY_LIMIT_EXCEED"}
_ADVICE = {
    "SIGN_ERROR": "check that private_key_file is the key of the API certificate with this serial_no, that it belongs "
    "to this mchid, and this machine's clock",
    "NO_AUTH": "the merchant may not fetch this bill: check mchid, and its permissions on pay.weixin.qq.com",
    "PARAM_ERROR": "bills can be fetched for three months back only",
    "INVALID_REQUEST": "bills can be fetched for three months back only",
}


def download(web: Web, account: WechatAccount, bill: Bill, target: Path, clock: Clock) -> None:
    """Write a bill's text, unpacked and proved by its hash, to `target`.

    Raises NotReadyError, NoStatementError, TransientError, or TieoutError where the platform refuses or cannot be
    trusted.
    """
    path, wanted = _CALLS[bill.stream]
    query = urlencode({"bill_date": bill.day.isoformat(), **wanted, "tar_type": "GZIP"})
    url = f"{account.api}{path}?{query}"
    answer = web.ask("GET", url, _headers(account, url, clock, "application/json"))
    is_proved = _is_proved(account, answer, clock)
    stated = _parse(answer)
    if answer.status != 200:
        _refuse(answer, stated, is_proved)
    if not is_proved:
        raise TieoutError(
            "WeChat Pay's answer is not signed, so nothing was fetched: is something between here and there?"
        )
    kind, wanted_hash, place = (stated.get(name) for name in ("hash_type", "hash_value", "download_url"))
    if kind != "SHA1" or not isinstance(wanted_hash, str) or not isinstance(place, str):
        raise TieoutError(f"WeChat Pay's answer names no address with a SHA1 hash (hash_type {kind}): report it.")
    packed = target.with_suffix(".packed.part")
    try:
        failed = web.save(place, _headers(account, place, clock, "*/*"), packed)
        if failed:
            _refuse_download(failed)
        found = _unpack(packed, target, web.limit)
    finally:
        packed.unlink(missing_ok=True)
    if found != wanted_hash.strip().lower():
        # A connection that breaks where nothing states the length shows only here, so it is worth another attempt.
        raise TransientError(f"the downloaded bill is not what WeChat Pay announced: SHA1 {found}, not {wanted_hash}")


def _headers(account: WechatAccount, url: str, clock: Clock, accept: str) -> dict[str, str]:
    """Sign a GET: method, path with query, timestamp, nonce and body, each followed by a line feed."""
    import httpx

    # As it goes over the wire, percent signs and all.
    path = httpx.URL(url).raw_path.decode()
    timestamp, nonce = str(int(clock().timestamp())), secrets.token_hex(16)
    key = signing.load_private_key(account.private_key_file)
    stated = {
        "mchid": account.account,
        "nonce_str": nonce,
        "signature": signing.sign(key, f"GET\n{path}\n{timestamp}\n{nonce}\n\n"),
        "timestamp": timestamp,
        "serial_no": account.serial_no,
    }
    authorization = ",".join(f'{name}="{value}"' for name, value in stated.items())
    # With its id the platform answers with the key that is at hand, while it moves merchants from certificates to keys.
    return {
        "Authorization": f"{_SCHEME} {authorization}",
        "Accept": accept,
        "Wechatpay-Serial": account.platform_public_key_id,
    }


def _is_proved(account: WechatAccount, answer: Answer, clock: Clock) -> bool:
    """Whether an answer is signed by the platform, now. Raises TieoutError where it is signed in any other way.

    An answer to a rightly signed call is signed, errors too; one to a call that was not (401) is not.
    """
    names = ("Timestamp", "Nonce", "Signature", "Serial")
    timestamp, nonce, signature, serial = (answer.headers.get(f"Wechatpay-{name}") for name in names)
    if signature is None:
        return False
    if serial != account.platform_public_key_id:
        raise TieoutError(
            f"WeChat Pay signs with key {serial}, the credentials have {account.platform_public_key_id}: put its "
            "public key and id there (商户平台 → 账户中心 → API安全)."
        )
    signed = f"{timestamp}\n{nonce}\n".encode() + answer.content + b"\n"
    if not signing.is_signed(signing.load_public_key(account.platform_public_key_file), signed, signature):
        raise TieoutError(
            "WeChat Pay's answer does not carry its platform's signature, so nothing was fetched: check "
            "platform_public_key_file; if it is right, something between here and there changes what is sent."
        )
    if not (timestamp or "").isdigit() or abs(clock().timestamp() - int(timestamp or 0)) > _SECONDS_APART:
        raise TieoutError(
            "WeChat Pay's answer was signed over five minutes away from this machine's clock: set it right."
        )
    return True


def _parse(answer: Answer) -> Mapping[str, Any]:
    try:
        stated = json.loads(answer.content)
    except (ValueError, RecursionError):
        stated = None
    if not isinstance(stated, dict):
        raise TieoutError(f"What answers ({answer.status}) is not WeChat Pay's API: check 'api' and the proxy.")
    return stated


def _refuse(answer: Answer, stated: Mapping[str, Any], is_proved: bool) -> None:
    code = str(stated.get("code") or "")
    words = f"{answer.status} {code} {stated.get('message') or ''}".strip()[:300]
    if code == "STATEMENT_CREATING":
        raise NotReadyError(words)
    if code == "NO_STATEMENT_EXIST" and is_proved:
        raise NoStatementError(words)
    if code in _PASSING:
        raise TransientError(f"WeChat Pay: {words}")
    unproved = "the answer is not signed, so it confirms nothing"
    advice = unproved if code == "NO_STATEMENT_EXIST" else _ADVICE.get(code)
    raise TieoutError(f"WeChat Pay refuses: {words}" + (f": {advice}." if advice else "."))


def _refuse_download(failed: Answer) -> None:
    words = f"WeChat Pay's download address answers {failed.status}"
    if failed.status in (401, 403):
        raise TieoutError(f"{words}: {_ADVICE['SIGN_ERROR']}.")
    # An address that has expired is refused as a wrong request; the next attempt asks for a new one.
    raise TransientError(words)


def _unpack(packed: Path, target: Path, limit: int) -> str:
    """Write the bill to `target`, unpacked where it is packed, and give its SHA-1 in hex."""
    with packed.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    # The platform names the algorithm; the signature over the answer that states it is what is trusted.
    digest = hashlib.sha1(usedforsecurity=False)
    size = 0
    try:
        with gzip.open(packed) if is_packed else packed.open("rb") as source, target.open("wb") as sink:
            while chunk := source.read(1 << 20):
                size += len(chunk)
                if size > limit:
                    raise TieoutError(f"the bill unpacks to more than {limit} bytes: fetch it by hand, in parts.")
                digest.update(chunk)
                sink.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise TransientError("what came from WeChat Pay's download address is cut off or damaged") from None
    return digest.hexdigest()
