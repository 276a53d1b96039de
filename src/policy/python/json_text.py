"""JSON as JavaScript reads and writes it."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Dict, Union

from .errors import _refuse

_MAX_DEPTH = 200
_MAX_MEMBERS = 500_000
_MAX_CHARACTERS = 16_000_000
_PASS_CONTENT = "Pass its content, not its path or URL."
# Strings are skipped whole, so that what they contain is not counted.
_JSON_MARKS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{},]', re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _parse_policy_file(source: Union[str, bytes, bytearray, memoryview, Mapping[str, Any]]) -> Any:
    """The parsed file; every number is a float, as in JavaScript."""
    if isinstance(source, Mapping):
        return _use_floats(source)
    if isinstance(source, (bytes, bytearray, memoryview)):
        text = _decode_bytes(bytes(source))
    elif isinstance(source, str):
        text = source
    else:
        _refuse("", f"must be text, bytes or parsed JSON, not {type(source).__name__}", _PASS_CONTENT)
    if text.startswith("\x1f"):
        _refuse("", "is compressed with gzip", _PASS_CONTENT)
    _refuse_excess(text)
    text = text[1:] if text.startswith("\ufeff") else text
    try:
        return json.loads(text, parse_int=float, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        fix = (_PASS_CONTENT,) if not text.lstrip().startswith("{") else ()
        return _refuse("", "is cut off, or no JSON", *fix)


def _decode_bytes(data: bytes) -> str:
    """UTF-8, or UTF-16 by its byte order mark, as PowerShell writes it."""
    text = data.decode("utf-8", "replace")
    if text.startswith("\ufffd\ufffd"):
        text = data.decode("utf-16-le", "replace")
    return text[1:] if text.startswith("\ufeff") else text


def _refuse_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")


def _refuse_excess(text: str) -> None:
    if len(text) < 2 * _MAX_DEPTH:
        return
    if len(text) > _MAX_CHARACTERS:
        _refuse("", f"is longer than {_MAX_CHARACTERS} characters")
    depth = members = 0
    for mark in _JSON_MARKS.finditer(text):
        first = text[mark.start()]
        if first == ",":
            members += 1
        elif first in "[{":
            members += 1
            depth += 1
            if depth > _MAX_DEPTH:
                _refuse("", f"is nested more than {_MAX_DEPTH} levels deep")
        elif first in "]}":
            depth -= 1
    if members > _MAX_MEMBERS:
        _refuse("", f"has more than {_MAX_MEMBERS} members")


def _use_floats(value: Any, depth: int = 0) -> Any:
    """A copy of parsed JSON in which every number is a float."""
    if depth > _MAX_DEPTH:
        _refuse("", f"is nested more than {_MAX_DEPTH} levels deep")
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    if isinstance(value, Mapping):
        return {key: _use_floats(member, depth + 1) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_use_floats(item, depth + 1) for item in value]
    return value


def _format_number(value: float) -> str:
    """A number as JavaScript writes it."""
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e21:
        # Of a whole number, JavaScript writes the shortest digits and fills up with zeros.
        return format(Decimal(repr(number)), "f").split(".")[0] if number else "0"
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + int(exponent)
    minus = "-" if sign else ""
    if 0 < point <= 21:
        return minus + text[:point] + ("." + text[point:] if point < len(text) else "")
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    fraction = "." + text[1:] if len(text) > 1 else ""
    return f"{minus}{text[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _format_beyond(value: float, limit: float) -> str:
    """Three significant digits, and as many more as it takes to be on the same side of a limit."""
    rounded, digits = value, 3
    while math.isfinite(value):
        rounded = float(Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value)))
        if rounded > limit if value > limit else rounded < limit:
            break
        digits += 1
    return _format_number(rounded)


def _write_text(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def _write_canonical(value: Any) -> str:
    """JSON with sorted keys and no white space (RFC 8785)."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return _write_text(value)
    if isinstance(value, float) and math.isfinite(value):
        return _format_number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(_write_canonical, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_write_text(key)}:{_write_canonical(value[key])}" for key in keys) + "}"
    raise TypeError(f"JSON cannot hold {value!r:.80}")


def _compute_digest(file: Dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a policy file without its digest and signature."""
    content = {key: file[key] for key in file if key not in ("digest", "signature")}
    try:
        data = _write_canonical(content).encode("utf-8")
    except (AttributeError, RecursionError, TypeError, ValueError):
        _refuse("", "its digest cannot be computed", "It holds what JSON cannot. Export it again.")
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
