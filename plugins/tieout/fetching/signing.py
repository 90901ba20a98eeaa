"""RSA with SHA-256 (PKCS#1 v1.5), which both platforms sign with, and reading keys without ever showing them."""

import base64
import binascii
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.core.errors import TieoutError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

_LEAST_BITS = 2048


def sign(key: "RSAPrivateKey", content: str) -> str:
    """Sign a text (UTF-8) and give the signature in base64."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return base64.b64encode(key.sign(content.encode(), PKCS1v15(), SHA256())).decode()


def is_signed(key: "RSAPublicKey", content: bytes, signature: str) -> bool:
    """Whether the signature (base64) over the content is the key owner's; what is no base64 is not."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        key.verify(base64.b64decode(signature, validate=True), content, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def load_private_key(path: Path) -> "RSAPrivateKey":
    """Read an RSA private key: PEM, or the bare base64 that Alipay's key tool writes (PKCS#8 or PKCS#1).

    Raises TieoutError where others may read the file or where it holds no such key; neither shows what it holds.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    check_private(path)
    content = _read(path)
    key: object
    try:
        if b"-----BEGIN" in content:
            key = serialization.load_pem_private_key(content, None)
        else:
            key = serialization.load_der_private_key(base64.b64decode(content), None)
    # Whatever the library says of a key it cannot read (it may quote it) is kept out of the message.
    except Exception:
        raise TieoutError(
            f"{path} holds no RSA private key that can be read: it has to be PEM or bare base64, without a password."
        ) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise TieoutError(f"{path} holds a key that is not RSA of {_LEAST_BITS} bits or more: the platforms take RSA2.")
    return key


def load_public_key(path: Path) -> "RSAPublicKey":
    """Read an RSA public key: PEM, bare base64, or an X.509 certificate. Raises TieoutError where it holds none."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import load_pem_x509_certificate

    content = _read(path)
    key: object
    try:
        if b"BEGIN CERTIFICATE" in content:
            key = load_pem_x509_certificate(content).public_key()
        elif b"PRIVATE KEY-----" in content:
            raise TieoutError(f"{path} holds a private key where the platform's public key is expected.")
        elif b"-----BEGIN" in content:
            key = serialization.load_pem_public_key(content)
        else:
            key = serialization.load_der_public_key(base64.b64decode(content))
    except ValueError:
        raise TieoutError(
            f"{path} holds no public key that can be read: PEM, bare base64 or an X.509 certificate is expected."
        ) from None
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS:
        raise TieoutError(f"{path} holds a key that is not RSA of {_LEAST_BITS} bits or more.")
    return key


def check_private(path: Path) -> None:
    """Refuse a file with secrets that anybody but its owner may read or write."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise TieoutError(f"{path} cannot be opened ({error.strerror}): correct its path or its owner.") from error
    if mode & 0o077:
        raise TieoutError(
            f"{path} can be read by others than its owner (mode {mode & 0o777:04o}): run `chmod 600 {path}`; if others "
            "have seen it, have its keys replaced."
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes().strip()
    except OSError as error:
        raise TieoutError(f"{path} cannot be opened ({error.strerror}): correct its path or its owner.") from error
