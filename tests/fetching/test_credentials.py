"""The credentials: who may read them, what they must say, and that no message shows what they hold."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tieout.core.errors import TieoutError
from tieout.fetching import credentials

from .merchant import Merchant


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_what_others_can_read_is_refused(merchant: Merchant, mode: int) -> None:
    merchant.credentials.chmod(mode)
    with pytest.raises(TieoutError, match=rf"mode {mode:04o}.*chmod 600 .*credentials\.json"):
        merchant.fetch("wechat")
    merchant.credentials.chmod(0o600)
    (merchant.secrets / "merchant.pem").chmod(mode)
    with pytest.raises(TieoutError, match=r"chmod 600 .*merchant\.pem"):
        merchant.fetch("wechat")
    assert merchant.wechat.requests == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mchid": ""}, "account 1 of wechat needs 'mchid', a text"),
        ({"mchid": "../../etc"}, "'mchid' may hold letters, digits"),
        ({"mchid": 1900000109}, "needs 'mchid', a text"),
        ({"mchid": "1230000109"}, "account 1230000109 of wechat stands there twice"),
        ({"api": "http://api.mch.weixin.qq.com"}, "'api' has to begin with https://"),
        ({"private_key": "secret"}, "has 'private_key', which is unknown; known: mchid, serial_no, private_key_file"),
        ({"streams": ["fundflow", "settlement"]}, "'streams' may list trade and fundflow only"),
        ({"streams": []}, "'streams' may list trade and fundflow only"),
    ],
)
def test_an_entry_that_is_not_understood_is_refused_by_its_place(
    merchant: Merchant, changes: dict[str, object], words: str
) -> None:
    merchant.write({"wechat": merchant.wechat_accounts(**changes)})
    with pytest.raises(TieoutError, match=words) as caught:
        merchant.fetch("wechat")
    assert "secret" not in str(caught.value).replace(str(merchant.secrets), "")


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ('{"wechat": [{"private_key_file": "hush"', "is not JSON (line 1)"),
        ("[]", "it holds no object"),
        ('{"paypal": []}', "'paypal' has no client; sources with an API client"),
        ('{"wechat": {"hush": 1}}', "'wechat' is no list"),
        ('{"wechat": ["hush"]}', "account 1 of wechat"),
    ],
)
def test_a_file_that_is_not_understood_is_refused_without_quoting_it(
    merchant: Merchant, listed: str, words: str
) -> None:
    merchant.write(listed)
    with pytest.raises(TieoutError) as caught:
        merchant.fetch("wechat")
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_mistake_in_one_source_leaves_the_other_alone(merchant: Merchant) -> None:
    merchant.write({"alipay": "?", "wechat": merchant.wechat_accounts()})
    assert len(merchant.fetch("wechat").written) == 4


@pytest.mark.parametrize(
    "content", ["aHVzaA==", "-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----", "hush!"]
)
def test_a_key_that_cannot_be_read_is_named_and_not_shown(merchant: Merchant, content: str) -> None:
    (merchant.secrets / "merchant.pem").write_text(content)
    with pytest.raises(TieoutError, match=r"merchant\.pem holds no RSA private key") as caught:
        merchant.fetch("wechat")
    shown = str(caught.value) + repr(caught.value.__cause__)
    assert "hush" not in shown
    assert "aHVz" not in shown


def test_a_platform_key_of_the_wrong_kind_is_refused(merchant: Merchant) -> None:
    merchant.one_bill("wechat", platform_public_key_file="merchant.pem")
    with pytest.raises(TieoutError, match="holds a private key where the platform's public key is expected"):
        merchant.fetch("wechat")
    merchant.keep("curve.pem", generate_private_key(SECP256R1()).public_key())  # type: ignore[arg-type]
    merchant.one_bill("wechat", platform_public_key_file="curve.pem")
    with pytest.raises(TieoutError, match="not RSA of 2048 bits"):
        merchant.fetch("wechat")
    merchant.one_bill("wechat", platform_public_key_file="none.pem")
    with pytest.raises(TieoutError, match=r"none\.pem cannot be opened"):
        merchant.fetch("wechat")
    assert merchant.inbox() == {}


def test_a_platform_certificate_does_as_well_as_a_public_key(merchant: Merchant) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign")])
    now = datetime(2026, 5, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, merchant.keys.wechat.public_key(), 1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365))
        .sign(merchant.keys.wechat, SHA256())
    )
    (merchant.secrets / "platform_cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    merchant.one_bill("wechat", platform_public_key_file="platform_cert.pem")
    assert len(merchant.fetch("wechat").written) == 1


def test_the_documented_file_is_understood(merchant: Merchant) -> None:
    text = (Path(__file__).parents[2] / "docs" / "fetching.md").read_text(encoding="utf-8")
    example = json.loads(text.split("```json\n")[1].split("```")[0])
    merchant.write(example)
    [alipay, _] = credentials.read("alipay")
    [wechat] = credentials.read("wechat")
    assert (alipay.account, wechat.account) == ("20882026050100010156", "1900000109")
    assert isinstance(alipay, credentials.AlipayAccount)
    assert alipay.gateway == "https://openapi.alipay.com/gateway.do"
    assert isinstance(wechat, credentials.WechatAccount)
    assert wechat.api == "https://api.mch.weixin.qq.com"
