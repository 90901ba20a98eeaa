"""A merchant with two accounts on each platform, whose bills of 2026-05-04 are those of the made-up world."""

import base64
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tieout.core.settings import Settings
from tieout.fetching import Fetched, fetch

from . import wechat_server
from .alipay_server import GATEWAY, AlipayServer
from .platforms import Clock
from .wechat_server import KEY_ID, WechatServer

if TYPE_CHECKING:
    from .conftest import Keys

DAY = date(2026, 5, 4)
ALIPAY = {"2021000100000001": "20882026050100010156", "2021000100000002": "20882026050100020156"}
WECHAT = {
    "1900000109": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    "1230000109": "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C",
}
OURS = {
    ("alipay", "trade"): "{}_20260504_trade.zip",
    ("alipay", "signcustomer"): "{}_20260504_signcustomer.zip",
    ("wechat", "trade"): "{}All20260504.csv",
    ("wechat", "fundflow"): "{}FundFlow20260504.csv",
}


@dataclass(frozen=True)
class Merchant:
    settings: Settings
    secrets: Path
    made: Path
    clock: Clock
    keys: "Keys"
    alipay: AlipayServer
    wechat: WechatServer

    @property
    def credentials(self) -> Path:
        return self.secrets / "credentials.json"

    def sign_up(self) -> None:
        """Leave the public key with both platforms, have the bills there, and write the credentials."""
        self.secrets.mkdir(mode=0o700)
        self.keep("merchant.pem", self.keys.merchant)
        # As Alipay's key tool writes it: no armour, one line.
        self.keep("merchant.txt", self.keys.merchant, bare=True)
        self.keep("alipay.pem", self.keys.alipay.public_key())
        self.keep("wechat.pem", self.keys.wechat.public_key())
        for app_id, account in ALIPAY.items():
            self.alipay.apps[app_id] = self.keys.merchant.public_key()
            for stream in ("trade", "signcustomer"):
                self.alipay.bills[app_id, stream, DAY] = self.ours("alipay", stream, account)
        for mchid, serial_no in WECHAT.items():
            self.wechat.merchants[mchid] = wechat_server.Merchant(serial_no, self.keys.merchant.public_key())
            for stream in ("trade", "fundflow"):
                self.wechat.bills[mchid, stream, DAY] = self.ours("wechat", stream, mchid)
        self.write({"alipay": self.alipay_accounts(), "wechat": self.wechat_accounts()})

    def ours(self, source: str, stream: str, account: str) -> bytes:
        """Give the bill of the day as the world wrote it."""
        return (self.made / source / stream / OURS[source, stream].format(account)).read_bytes()

    def alipay_accounts(self, **changes: Any) -> list[dict[str, Any]]:
        """Give the entries for Alipay; changes are made to the first one."""
        entries = [
            {
                "account": account,
                "app_id": app_id,
                "private_key_file": "merchant.txt",
                "alipay_public_key_file": "alipay.pem",
                "gateway": self.alipay.address + GATEWAY,
            }
            for app_id, account in ALIPAY.items()
        ]
        return [entries[0] | changes, *entries[1:]]

    def wechat_accounts(self, **changes: Any) -> list[dict[str, Any]]:
        """Give the entries for WeChat Pay; changes are made to the first one."""
        entries = [
            {
                "mchid": mchid,
                "serial_no": serial_no,
                "private_key_file": "merchant.pem",
                "platform_public_key_file": "wechat.pem",
                "platform_public_key_id": KEY_ID,
                "api": self.wechat.address,
            }
            for mchid, serial_no in WECHAT.items()
        ]
        return [entries[0] | changes, *entries[1:]]

    def one_bill(self, source: str, **changes: Any) -> None:
        """Have credentials for the first account and its trade bill only, with changes."""
        accounts = self.alipay_accounts if source == "alipay" else self.wechat_accounts
        self.write({source: accounts(streams=["trade"], **changes)[:1]})

    def write(self, listed: Any, mode: int = 0o600) -> None:
        self.credentials.write_text(listed if isinstance(listed, str) else json.dumps(listed))
        self.credentials.chmod(mode)

    def keep(self, name: str, key: RSAPrivateKey | RSAPublicKey, bare: bool = False) -> None:
        encoding = Encoding.DER if bare else Encoding.PEM
        if isinstance(key, RSAPrivateKey):
            content = key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())
        else:
            content = key.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
        (self.secrets / name).write_bytes(base64.b64encode(content) if bare else content)
        (self.secrets / name).chmod(0o600)

    def fetch(self, source: str, *, again: bool = False, said: list[str] | None = None) -> Fetched:
        say = None if said is None else said.append
        return fetch(self.settings, source, DAY, say, again=again, clock=self.clock, sleep=self.clock.sleep)

    def inbox(self) -> dict[str, bytes]:
        """Every file of the inbox, hidden ones too but for the lock, with its bytes."""
        files = (path for path in self.settings.inbox.rglob("*") if path.is_file() and path.name != ".fetching.lock")
        return {path.relative_to(self.settings.inbox).as_posix(): path.read_bytes() for path in files}
