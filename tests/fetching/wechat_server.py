"""WeChat Pay's API v3, as strict with a request as the real one."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from .platforms import BEIJING, Clock, Platform, Reply, Request, is_signed, sign

TRADE, FUNDFLOW, FILE = "/v3/bill/tradebill", "/v3/bill/fundflowbill", "/v3/billdownload/file"
KEY_ID = "PUB_KEY_ID_0119000001092024101100397200000006"
_WANTED = {TRADE: ("trade", "bill_type", "ALL"), FUNDFLOW: ("fundflow", "account_type", "BASIC")}
_CREDENTIAL = re.compile(r'WECHATPAY2-SHA256-RSA2048 ((?:[a-z_]+="[^"]*",?)+)')


@dataclass(frozen=True)
class Merchant:
    """The serial number of a merchant's API certificate, and its public key."""

    serial_no: str
    key: RSAPublicKey


@dataclass(frozen=True)
class _Link:
    mchid: str
    content: bytes
    until: datetime


@dataclass(frozen=True)
class Refusal:
    """An error answer."""

    status: int
    code: str
    message: str = ""


CREATING = Refusal(400, "STATEMENT_CREATING", "账单生成中")
NO_STATEMENT = Refusal(400, "NO_STATEMENT_EXIST", "请求的账单文件不存在")


class WechatServer(Platform):
    """`bills` is what there is, by mchid, stream and day; a refusal instead of bytes is answered."""

    def __init__(self, clock: Clock, key: RSAPrivateKey) -> None:
        super().__init__(clock)
        self._key, self._links, self._nonces = key, dict[str, _Link](), set[str]()
        self.merchants: dict[str, Merchant] = {}
        self.bills: dict[tuple[str, str, date], bytes | Refusal] = {}
        self.key_id = KEY_ID
        self.tampers = ""
        self.link_seconds = [300]

    def answer(self, request: Request) -> Reply:
        mchid = self._authorize(request)
        if mchid is None:
            return self._plain(Refusal(401, "SIGN_ERROR", "签名信息错误，验签失败"))
        query = dict(parse_qsl(urlsplit(request.target).query))
        if request.path == FILE:
            return self._give(mchid, query)
        if request.path not in _WANTED or request.headers.get("accept") != "application/json":
            return self._signed(Refusal(404, "RESOURCE_NOT_EXISTS"))
        stream, key, value = _WANTED[request.path]
        today = self.clock().astimezone(BEIJING).date()
        day = date.fromisoformat(query.pop("bill_date"))
        if query != {key: value, "tar_type": "GZIP"} or not today - timedelta(days=92) < day < today:
            return self._signed(Refusal(400, "PARAM_ERROR", "参数错误"))
        found = self.bills.get((mchid, stream, day), NO_STATEMENT)
        return self._signed(found if isinstance(found, Refusal) else self._link(mchid, found))

    def _authorize(self, request: Request) -> str | None:
        header = _CREDENTIAL.fullmatch(request.headers.get("authorization", ""))
        stated = dict(re.findall(r'([a-z_]+)="([^"]*)"', header[1])) if header else {}
        merchant = self.merchants.get(stated.get("mchid", ""))
        if merchant is None or stated["serial_no"] != merchant.serial_no or not request.headers.get("user-agent"):
            return None
        parts = (request.method, request.target, stated["timestamp"], stated["nonce_str"], request.body.decode())
        content = "".join(f"{part}\n" for part in parts)
        is_new = stated["nonce_str"] not in self._nonces
        self._nonces.add(stated["nonce_str"])
        is_now = abs(int(stated["timestamp"]) - self.clock().timestamp()) <= 300
        fits = is_new and is_now and is_signed(merchant.key, content.encode(), stated["signature"])
        return stated["mchid"] if fits else None

    def _link(self, mchid: str, content: bytes) -> dict[str, str]:
        seconds = self.link_seconds.pop(0) if len(self.link_seconds) > 1 else self.link_seconds[0]
        token = f"{token_hex(16)}+/="
        self._links[token] = _Link(mchid, content, self.clock() + timedelta(seconds=seconds))
        # The digest of the bill itself, whatever it is packed in on its way.
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        digest = digest[::-1] if self.tampers == "hash" else digest
        escaped = token.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
        return {"hash_type": "SHA1", "hash_value": digest, "download_url": f"{self.address}{FILE}?token={escaped}"}

    def _give(self, mchid: str, query: dict[str, str]) -> Reply:
        link = self._links.get(query.get("token", ""))
        if link is None or self.clock() >= link.until:
            return self._plain(Refusal(400, "INVALID_REQUEST", "请重新获取账单地址后再请求"))
        if link.mchid != mchid:
            return self._plain(Refusal(403, "NO_AUTH", "权限异常"))
        content = link.content + b"`1\r\n" if self.tampers == "file" else link.content
        return Reply(200, gzip.compress(content), {"Content-Type": "application/octet-stream"})

    def _plain(self, refusal: Refusal) -> Reply:
        return Reply(refusal.status, _json({"code": refusal.code, "message": refusal.message}), _JSON)

    def _signed(self, stated: Refusal | dict[str, str]) -> Reply:
        if self.tampers == "unsigned":
            return self._plain(stated) if isinstance(stated, Refusal) else Reply(200, _json(stated), _JSON)
        status, body = 200, stated
        if isinstance(stated, Refusal):
            status, body = stated.status, {"code": stated.code, "message": stated.message}
        content, nonce = _json(body), token_hex(16)
        stamp = str(int(self.clock().timestamp()) - (301 if self.tampers == "old" else 0))
        signature = sign(self._key, f"{stamp}\n{nonce}\n".encode() + content + b"\n")
        headers = {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": f"WECHATPAY/SIGNTEST/{signature}" if self.tampers == "probe" else signature,
            "Wechatpay-Serial": self.key_id,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }
        content = content.replace(b"token=", b"token=0") if self.tampers == "body" else content
        return Reply(status, content, _JSON | headers)


_JSON = {"Content-Type": "application/json; charset=utf-8"}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
