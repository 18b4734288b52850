"""The operator's seal over a manifest: Ed25519 (RFC 8032), raw and as OpenSSH writes signatures (PROTOCOL.sshsig)."""

from __future__ import annotations

import base64
import hashlib
import struct
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

# Who signs, and for which use; both stand in `allowed_signers`, and ssh-keygen is told them.
SIGNER = NAMESPACE = "undersigned"
_MAGIC = b"SSHSIG"
_HASH = "sha512"


class BadKey(Exception):
    """The file of the seal's key holds no Ed25519 private key without a passphrase."""


class PublicKey(NamedTuple):
    """The public side of a seal: a line as OpenSSH writes it, its fingerprint, and the same key as PEM."""

    line: str
    fingerprint: str
    pem: bytes


def load_key(path: Path) -> Ed25519PrivateKey | None:
    """The key in this file, None where there is no file. Raises BadKey."""
    if not path.is_file():
        return None
    data = path.read_bytes()
    load = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in data else load_pem_private_key
    try:
        key = load(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadKey from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey
    return key


def public_key(key: Ed25519PrivateKey) -> PublicKey:
    """What everybody may know of the key."""
    public = key.public_key()
    line = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    digest = hashlib.sha256(base64.b64decode(line.split()[1])).digest()
    fingerprint = "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
    return PublicKey(line, fingerprint, public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def allowed_signers(key: PublicKey) -> str:
    """The file that `ssh-keygen -Y verify` reads."""
    return f'{SIGNER} namespaces="{NAMESPACE}" {key.line}\n'


def ssh_signature(key: Ed25519PrivateKey, message: bytes) -> str:
    """An armored SSH signature of the message."""
    kept = _string(NAMESPACE.encode()) + _string(b"") + _string(_HASH.encode())
    signature = key.sign(_MAGIC + kept + _string(hashlib.new(_HASH, message).digest()))
    blob = base64.b64decode(public_key(key).line.split()[1])
    whole = _MAGIC + struct.pack(">I", 1) + _string(blob) + kept
    whole += _string(_string(b"ssh-ed25519") + _string(signature))
    text = base64.b64encode(whole).decode()
    rows = [text[start : start + 70] for start in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *rows, "-----END SSH SIGNATURE-----", ""])


def _string(data: bytes) -> bytes:
    """A string as SSH writes it: its length, then itself (RFC 4251 section 5)."""
    return struct.pack(">I", len(data)) + data
