"""Keys, links, codes and sealed fields. Nothing here is stored: each is derived again when needed.

One key per purpose comes from the secret by HKDF (RFC 5869); every check runs in constant time, and
whatever a stranger sends in place of a token ends in `BadToken`, never in another error.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAC_BYTES = 16  # 128 bits: OWASP ASVS 5.0 asks for no less in a reference token.
FORM_TOKEN_HOURS = 24
SEALED_LIMIT = 16_000  # characters of a sealed text; addresses of pages stay well below it
FIELDS_LIMIT = 65_536  # bytes of the fields once inflated

_LINK = struct.Struct(">QI")
_TIME = struct.Struct(">q")
_NONCE_BYTES = 12  # AES-GCM, NIST SP 800-38D
_FORM_TOKEN = re.compile(r"([0-9]{1,9})\.([A-Za-z0-9_-]{22})")


class BadToken(Exception):
    """The token is not ours or not good any more. `reason`: malformed, forged or expired."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class LinkToken:
    """What a mailed link says: the row, and which of the row's successive links this is."""

    row_id: int
    generation: int


@lru_cache(maxsize=128)
def derive_key(secret: str, purpose: str) -> bytes:
    """The 32-byte key of one purpose, from the secret of the settings."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"undersigned {purpose}".encode())
    return kdf.derive(secret.encode())


def mac(key: bytes, *parts: str | int) -> bytes:
    """HMAC-SHA256 (32 bytes) over the parts, framed so that no two lists of parts look the same."""
    framed = bytearray()
    for part in parts:
        kind = b"i" if isinstance(part, int) else b"s"
        # A lone surrogate from a broken request must not become an error.
        data = str(part).encode("utf-8", "surrogatepass")
        framed += kind + len(data).to_bytes(4, "big") + data
    return hmac.digest(key, bytes(framed), hashlib.sha256)


def link_token(key: bytes, purpose: str, row_id: int, generation: int) -> str:
    """The token of a mailed link, 38 url-safe characters, good for this purpose, row and generation only."""
    proof = mac(key, "link", purpose, row_id, generation)[:MAC_BYTES]
    return _b64(_LINK.pack(row_id, generation) + proof)


def read_link_token(key: bytes, purpose: str, token: str) -> LinkToken:
    """The row and generation the token was made for. BadToken for anything else."""
    data = _unb64(token, limit=64)
    if len(data) != _LINK.size + MAC_BYTES:
        raise BadToken("malformed")
    row_id, generation = _LINK.unpack(data[: _LINK.size])
    expected = mac(key, "link", purpose, row_id, generation)[:MAC_BYTES]
    if not hmac.compare_digest(expected, data[_LINK.size :]):
        raise BadToken("forged")
    return LinkToken(row_id, generation)


def six_digits(key: bytes, *numbers: int) -> str:
    """The six-digit code that goes with these numbers: of a row, of its mails, of what they showed."""
    return f"{int.from_bytes(mac(key, 'code', *numbers)) % 1_000_000:06d}"


def random_token() -> str:
    """A fresh secret of 192 bits, 32 url-safe characters."""
    return secrets.token_urlsafe(24)


def token_hash(key: bytes, token: str) -> str:
    """The keyed hash of a random token, 64 hex digits: what the database may keep of it."""
    return mac(key, "token", token).hex()


def seal(key: bytes, fields: Mapping[str, Any], now: datetime, purpose: str) -> str:
    """The fields (JSON values), encrypted and authenticated with their time, as url-safe text."""
    data = json.dumps(dict(fields), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = _TIME.pack(int(now.timestamp())) + zlib.compress(data, 9, wbits=-15)
    return _b64(nonce + AESGCM(key).encrypt(nonce, plain, purpose.encode()))


def unseal(key: bytes, sealed: str, now: datetime, purpose: str, max_age: timedelta) -> dict[str, Any]:
    """The fields `seal` was given. BadToken when not ours, of another purpose, or older than `max_age`.

    A time ahead of `now` passes: it is our own, and a clock set back must lock nobody out.
    """
    data = _unb64(sealed, limit=SEALED_LIMIT)
    try:
        plain = AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise BadToken("forged") from error
    if len(plain) < _TIME.size:
        raise BadToken("malformed")
    if now.timestamp() - _TIME.unpack(plain[: _TIME.size])[0] > max_age.total_seconds():
        raise BadToken("expired")
    return _fields(plain[_TIME.size :])


def seal_text(key: bytes, text: str, length: int, purpose: str) -> str:
    """A short text, encrypted and authenticated without a time; all of one `length` in bytes look alike."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _b64(nonce + AESGCM(key).encrypt(nonce, text.encode().ljust(length, b"\0"), purpose.encode()))


def open_text(key: bytes, sealed: str, purpose: str) -> str:
    """The text `seal_text` was given. BadToken when it is not ours or of another purpose."""
    data = _unb64(sealed, limit=SEALED_LIMIT)
    try:
        plain = AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise BadToken("forged") from error
    return plain.rstrip(b"\0").decode()


def form_token(key: bytes, scope: str, now: datetime) -> str:
    """The token of a public form: the same for everybody within one hour, so that pages can be cached."""
    return _form_token(key, scope, _hour(now))


def check_form_token(key: bytes, scope: str, token: str, now: datetime) -> None:
    """BadToken when forged, older than 24 hours, or more than an hour ahead."""
    match = _FORM_TOKEN.fullmatch(token)
    if not match:
        raise BadToken("malformed")
    hour = int(match[1])
    if not hmac.compare_digest(_form_token(key, scope, hour).encode(), token.encode()):
        raise BadToken("forged")
    # The token knows its hour only, so the last minute of hour 24 still counts as a day old.
    if not -1 <= _hour(now) - hour <= FORM_TOKEN_HOURS:
        raise BadToken("expired")


def _form_token(key: bytes, scope: str, hour: int) -> str:
    return f"{hour}.{_b64(mac(key, 'form', scope, hour)[:MAC_BYTES])}"


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // 3600


def _fields(deflated: bytes) -> dict[str, Any]:
    """Inflate within the limit, so that a small text can never become a large one."""
    inflater = zlib.decompressobj(wbits=-15)
    try:
        data = inflater.decompress(deflated, FIELDS_LIMIT)
        fields = json.loads(data.decode("utf-8", "surrogatepass")) if inflater.eof else None
    except (zlib.error, ValueError, RecursionError) as error:
        raise BadToken("malformed") from error
    if not isinstance(fields, dict):
        raise BadToken("malformed")
    return fields


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str, limit: int) -> bytes:
    """The bytes of an unpadded url-safe text; only the one spelling `_b64` writes is accepted."""
    if len(text) > limit:
        raise BadToken("malformed")
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadToken("malformed") from error
    if _b64(data) != text:
        raise BadToken("malformed")
    return data
