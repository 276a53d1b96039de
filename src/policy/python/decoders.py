"""Readers of the members of a policy file, each of which refuses what is not what it must be."""

from __future__ import annotations

import base64
import binascii
import math
import struct
from typing import Any, Callable, Dict, List, Optional, Tuple

from .errors import _refuse

_Decoder = Callable[[Any, str], Any]


class _Absent:
    """The value of a member that the file does not have."""


_ABSENT = _Absent()
_MAX_SAFE_INTEGER = 2**53 - 1


def _text(value: Any, path: str) -> str:
    return value if isinstance(value, str) else _refuse(path, "must be a text")


def _flag(value: Any, path: str) -> bool:
    return value if isinstance(value, bool) else _refuse(path, "must be true or false")


def _number(minimum: float = -math.inf) -> _Decoder:
    limit = "" if minimum == -math.inf else f" of at least {minimum:g}"

    def decode(value: Any, path: str) -> float:
        is_number = isinstance(value, float) and math.isfinite(value) and value >= minimum
        return float(value) if is_number else _refuse(path, f"must be a number{limit}")

    return decode


_amount = _number(0)


def _count(minimum: int = 0, maximum: int = _MAX_SAFE_INTEGER) -> _Decoder:
    def decode(value: Any, path: str) -> int:
        if isinstance(value, float) and value.is_integer() and minimum <= value <= maximum:
            return int(value)
        return _refuse(path, f"must be a whole number from {minimum} to {maximum}")

    return decode


def _one_of(*allowed: str) -> _Decoder:
    def decode(value: Any, path: str) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        return _refuse(path, f"must be {' or '.join(allowed)}")

    return decode


def _optional(decoder: _Decoder) -> _Decoder:
    """An absent member stays absent, which is None afterwards."""
    return lambda value, path: None if value is _ABSENT else decoder(value, path)


def _nullable(decoder: _Decoder) -> _Decoder:
    return lambda value, path: None if value is None else decoder(value, path)


def _list_of(decoder: _Decoder, length: Optional[int] = None) -> _Decoder:
    def decode(value: Any, path: str) -> List[Any]:
        if not isinstance(value, list):
            _refuse(path, "must be a list")
        if length is not None and len(value) != length:
            _refuse(path, f"must hold {length} values")
        return [decoder(item, f"{path}[{index}]") for index, item in enumerate(value)]

    return decode


def _object(**members: _Decoder) -> _Decoder:
    """An object with these members. Absent ones are left out, as are all others."""

    def decode(value: Any, path: str) -> Dict[str, Any]:
        if not isinstance(value, dict):
            _refuse(path, "must be an object")
        decoded = {}
        for key, decoder in members.items():
            given = value.get(key, _ABSENT)
            result = decoder(given, f"{path}.{key}" if path else key)
            if result is not None or given is None:
                decoded[key] = result
        return decoded

    return decode


def _variant(**kinds: _Decoder) -> _Decoder:
    """An object whose `kind` says what its other members are."""
    decode_kind = _object(kind=_one_of(*kinds))

    def decode(value: Any, path: str) -> Dict[str, Any]:
        kind = decode_kind(value, path)["kind"]
        return {"kind": kind, **kinds[kind](value, path)}

    return decode


def _bytes(length: Optional[int], what: str = "") -> _Decoder:
    def decode(value: Any, path: str) -> bytes:
        data = _decode_base64(_text(value, path))
        if data is None or (length is not None and len(data) != length):
            _refuse(path, f"must hold {what or f'{length} bytes'}, packed")
        return data

    return decode


def _floats(length: int) -> _Decoder:
    """`length` float32 values, little-endian."""
    decode_bytes = _bytes(4 * length, f"{length} numbers")

    def decode(value: Any, path: str) -> Tuple[float, ...]:
        values = struct.unpack(f"<{length}f", decode_bytes(value, path))
        if not all(map(math.isfinite, values)):
            _refuse(path, f"must hold {length} numbers, packed")
        return values

    return decode


def _ascending(count: int, limit: int) -> _Decoder:
    """`count` distinct whole numbers below `limit` in ascending order, packed as gaps."""
    problem = f"must hold {count} bucket numbers, packed"
    decode_bytes = _bytes(None, f"{count} bucket numbers")

    def decode(value: Any, path: str) -> List[int]:
        values: List[int] = []
        previous, gap, shift = -1, 0, 0
        for byte in decode_bytes(value, path):
            if shift > 21:
                _refuse(path, problem)
            gap |= (byte & 127) << shift
            shift += 7
            if byte > 127:
                continue
            previous += 1 + gap
            if len(values) == count or previous >= limit:
                _refuse(path, problem)
            values.append(previous)
            gap = shift = 0
        return values if len(values) == count and shift == 0 else _refuse(path, problem)

    return decode


def _decode_base64(text: str) -> Optional[bytes]:
    """Bytes of padded base64, or None where the text is not exactly that."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode("ascii") == text else None
