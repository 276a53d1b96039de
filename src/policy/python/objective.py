"""The objective of a request."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Dict, Optional

from .notes import _Notes, _quote
from .numbers import _is_number


def _read_objective(policy: Dict[str, Any], asked: Any, notes: _Notes) -> Dict[str, Any]:
    """The objective that a request names or describes; the policy's default if there is none."""
    by_name = {one["name"]: one for one in reversed(policy["objectives"])}
    default: Dict[str, Any] = by_name[policy["defaultObjective"]]
    if asked is None:
        return default
    found: Optional[Dict[str, Any]] = by_name.get(asked) if isinstance(asked, str) else _read_weights(asked)
    if found is not None:
        return found
    notes.add(
        "unknown_objective", f'Unknown objective {_quote(asked)}, "{default["name"]}" used instead. '
    )
    return default


def _read_weights(asked: Any) -> Optional[Dict[str, Any]]:
    names = {"costWeightPerUsd", "latencyWeightPerSecond", "margin"}
    if not isinstance(asked, Mapping) or not names.issuperset(asked):
        return None
    weights = {name: 0 if name == "margin" and asked.get(name) is None else asked.get(name) for name in names}
    for weight in weights.values():
        if not _is_number(weight, sys.float_info.max):
            return None
    return {"name": "custom", **weights}


def _compute_utility(estimate: Dict[str, float], objective: Dict[str, Any]) -> float:
    """NaN where the objective asks for a cost or latency that is not known."""
    utility = estimate["quality"]
    if objective["costWeightPerUsd"] > 0:
        utility -= objective["costWeightPerUsd"] * estimate["costUsd"]
    if objective["latencyWeightPerSecond"] > 0:
        utility -= objective["latencyWeightPerSecond"] * estimate["latencyMs"] / 1000
    return utility
