from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from tieout import world
from tieout.core.settings import Settings
from tieout.fetching.credentials import VARIABLE

from .alipay_server import AlipayServer
from .merchant import Merchant
from .platforms import BEIJING, Clock, serving
from .wechat_server import WechatServer


@dataclass(frozen=True)
class Keys:
    """One key a party; `stranger` is nobody's."""

    merchant: RSAPrivateKey
    alipay: RSAPrivateKey
    wechat: RSAPrivateKey
    stranger: RSAPrivateKey


@cache
def _generate() -> Keys:
    return Keys(*(generate_private_key(65537, 2048) for _ in range(4)))


@pytest.fixture(scope="session")
def keys() -> Keys:
    return _generate()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inbox of a small world: its bills are what the platforms give, byte by byte."""
    folder = tmp_path_factory.mktemp("world") / "world"
    world.write(200, 7, 1, folder)
    return folder / "inbox"


@pytest.fixture
def clock() -> Clock:
    """Half past ten on the morning after the business date."""
    return Clock(datetime(2026, 5, 5, 10, 30, tzinfo=BEIJING))


@pytest.fixture
def platforms(clock: Clock, keys: Keys) -> Iterator[tuple[AlipayServer, WechatServer]]:
    alipay, wechat = AlipayServer(clock, keys.alipay), WechatServer(clock, keys.wechat)
    with serving(alipay), serving(wechat):
        yield alipay, wechat


@pytest.fixture
def merchant(
    tmp_path: Path,
    made: Path,
    keys: Keys,
    platforms: tuple[AlipayServer, WechatServer],
    monkeypatch: pytest.MonkeyPatch,
) -> Merchant:
    # A proxy of whoever runs the tests has no business with this machine.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    one = Merchant(Settings(tmp_path / "home"), tmp_path / "secrets", made, platforms[0].clock, keys, *platforms)
    one.sign_up()
    monkeypatch.setenv(VARIABLE, str(one.credentials))
    return one
