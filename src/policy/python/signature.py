"""Ed25519 signatures of a policy's digest."""

from __future__ import annotations

import re
from typing import Any, Optional, Sequence

from .decoders import _decode_base64
from .errors import _refuse

_PREFIX = "ed25519:"
# Keys for which anyone can make signatures (RFC 8032, section 7); their first six bytes tell them apart.
_SMALL_ORDER = re.compile(
    "[01](,0){5}|23[678](,255){5}|38,232,149,143,194,178|199,23,106,112,61,77"
)


def _read_serial(signature: Optional[str]) -> int:
    """The serial number of a signature; 0 if it has none."""
    match = re.match("ed25519:([0-9]{1,15}):", signature or "")
    return int(match.group(1)) if match else 0


def _check_signature(digest: str, signature: Optional[str], public_keys: Sequence[str]) -> None:
    """Refuses a policy that none of the keys has signed, and every policy without `cryptography`."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        _refuse(
            "signature",
            "cannot be checked, because the package cryptography is not installed",
            "Run: pip install cryptography",
        )
    serial = _read_serial(signature)
    signed = _read_key((signature or "").replace(f":{serial}:", ":", 1))
    text = f"routesmith policy\n{digest}" + (f"\n{serial}" if serial else "")
    for public_key in public_keys:
        raw = _read_key(public_key)
        if signed is None or raw is None or len(signed) != 64 or len(raw) != 32:
            continue
        if _SMALL_ORDER.fullmatch(",".join(map(str, raw[:6]))):
            continue
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signed, text.encode("utf-8", "replace"))
            return
        except (InvalidSignature, ValueError):
            continue
    _refuse(
        "signature",
        "no given key signed this policy",
        'Sign it with "routesmith sign", and pass its public key.',
    )


def _read_key(text: Any) -> Optional[bytes]:
    is_key = isinstance(text, str) and text.startswith(_PREFIX)
    return _decode_base64(text[len(_PREFIX) :]) if is_key else None
