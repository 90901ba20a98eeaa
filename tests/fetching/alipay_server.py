"""Alipay's gateway and its download server, as strict with a request as the real ones."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from .platforms import BEIJING, Clock, Platform, Reply, Request, is_signed, sign

GATEWAY, FILE = "/gateway.do", "/downloadBillFile.resource"
METHOD = "alipay.data.dataservice.bill.downloadurl.query"
NODE = "alipay_data_dataservice_bill_downloadurl_query_response"
Node = dict[str, str]


@dataclass(frozen=True)
class _Link:
    content: bytes
    until: datetime


def failed(sub_code: str, sub_msg: str = "", code: str = "40004", msg: str = "Business Failed") -> Node:
    """A business answer other than success."""
    return {"code": code, "msg": msg, "sub_code": sub_code, "sub_msg": sub_msg}


class AlipayServer(Platform):
    """`apps` are the public keys that merchants left; `bills` what there is, a node instead of bytes is answered."""

    def __init__(self, clock: Clock, key: RSAPrivateKey) -> None:
        super().__init__(clock)
        self._key, self._links = key, dict[str, _Link]()
        self.apps: dict[str, RSAPublicKey] = {}
        self.bills: dict[tuple[str, str, date], bytes | Node] = {}
        self.tampers, self.signs_unescaped = "", False
        self.link_seconds = [30]
        self.links_to = ""

    def answer(self, request: Request) -> Reply:
        if request.path == GATEWAY and request.method == "POST":
            return self._write(self._query(request))
        if request.path == FILE and request.method == "GET":
            return self._give(dict(parse_qsl(urlsplit(request.target).query)))
        return Reply(404)

    def _query(self, request: Request) -> Node:
        stated = dict(parse_qsl(urlsplit(request.target).query)) | dict(parse_qsl(request.body.decode()))
        signature, key = stated.pop("sign", ""), self.apps.get(stated.get("app_id", ""))
        if key is None:
            return failed("isv.invalid-app-id", "无效的AppID参数", "40002", "Invalid Arguments")
        content = "&".join(f"{name}={stated[name]}" for name in sorted(stated) if stated[name])
        if stated.get("sign_type") != "RSA2" or not is_signed(key, content.encode(), signature):
            return failed("isv.invalid-signature", "验签出错", "40002", "Invalid Arguments")
        stamp = datetime.strptime(stated["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
        if abs(stamp - self.clock()) > timedelta(minutes=10):
            return failed("isv.invalid-timestamp", "非法的时间戳参数", "40002", "Invalid Arguments")
        if (stated["method"], stated["version"], stated["charset"], stated["format"]) != (
            METHOD,
            "1.0",
            "utf-8",
            "JSON",
        ):
            return failed("isv.invalid-method", "不存在的方法名", "40002", "Invalid Arguments")
        asked = json.loads(stated["biz_content"])
        day = date.fromisoformat(asked["bill_date"])
        if day >= self.clock().astimezone(BEIJING).date() or asked.get("secure") != "true":
            return failed("isp.invaild-arguments", "入参不合法")
        found = self.bills.get((stated["app_id"], asked["bill_type"], day), failed("BILL_NOT_EXIST", "账单不存在"))
        return found if isinstance(found, dict) else self._link(found)

    def _link(self, content: bytes) -> Node:
        seconds = self.link_seconds.pop(0) if len(self.link_seconds) > 1 else self.link_seconds[0]
        token = token_hex(16)
        self._links[token] = _Link(content, self.clock() + timedelta(seconds=seconds))
        url = f"{self.links_to or self.address}{FILE}?fileType=csv.zip&token={token}"
        return {"code": "10000", "msg": "Success", "bill_download_url": url}

    def _give(self, query: dict[str, str]) -> Reply:
        link = self._links.get(query.get("token", ""))
        if link is None or self.clock() >= link.until:
            return Reply(200, "<html>下载超时,请重新下载</html>".encode(), {"Content-Type": "text/html"})
        return Reply(200, link.content, {"Content-Type": "application/octet-stream"})

    def _write(self, node: Node) -> Reply:
        # The real gateway escapes slashes, and signs the text with the escapes in it.
        text = json.dumps(node, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
        signature = sign(self._key, text.replace("\\/", "/").encode() if self.signs_unescaped else text.encode())
        if self.tampers == "node":
            text = text.replace("token=", "token=0")
        if self.tampers == "signature":
            signature = sign(self._key, b"another text")
        signed = "" if self.tampers == "unsigned" else f',"sign":"{signature}"'
        return Reply(200, f'{{"{NODE}":{text}{signed}}}'.encode(), {"Content-Type": "text/html;charset=utf-8"})
