"""Numbers as the TypeScript runtime holds them."""

from __future__ import annotations

import math
from array import array
from operator import mul
from typing import Any, Iterable, List, Optional, Sequence


def _to_float32(value: float) -> float:
    return float(array("f", [value])[0])


def _to_float32s(values: Iterable[float]) -> List[float]:
    return array("f", values).tolist()


def _read_number(value: Any) -> Optional[float]:
    """A number that a caller gave; None for everything else. An integer may be of any size."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _is_number(value: Any, most: float = math.inf) -> bool:
    """Whether it is a number in [0, most]."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and 0 <= value <= most


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return float(sum(map(mul, left, right)))


def _sigmoid(log_odds: float) -> float:
    """The probability with these log-odds."""
    if log_odds < -700:
        return 0.0
    return 1 / (1 + math.exp(-log_odds))


def _softmax(scores: Sequence[float], temperature: float) -> List[float]:
    highest = max(scores)
    values = [math.exp((score - highest) / temperature) for score in scores]
    total = sum(values)
    return _to_float32s(value / total for value in _to_float32s(values))
