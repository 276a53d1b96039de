"""What a request to a model is expected to cost and take; NaN where that is unknown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .json_text import _format_beyond, _format_number
from .numbers import _dot, _read_number
from .prompt import _Needs

_NUMBER_CONSTRAINTS = ("maxCostUsd", "maxLatencyMs", "minQuality", "maxOutputTokens", "contextMargin")
_LIST_CONSTRAINTS = ("allow", "deny", "capabilities")
_CAPABILITIES = ("vision", "tools", "json", "reasoning")
# Recorded charges say nothing about a request that is longer, in tokens.
_MAX_RECORDED_TOKENS = 8000

_Model = Dict[str, Any]


def _estimate_cost(cost: _Model, needs: _Needs, posterior: Sequence[float]) -> float:
    if cost["kind"] == "unknown":
        return math.nan
    if cost["kind"] == "recorded":
        return _dot(cost["costUsd"], posterior)
    tokens = cost["fixedInputTokens"] + cost["inputTokensPerCharacter"] * needs.characters
    return _price_tokens(cost["price"], tokens + needs.attachment_tokens, _estimate_output_tokens(cost, posterior))


def _price_tokens(price: Mapping[str, float], input_tokens: float, output_tokens: float) -> float:
    """What tokens cost in USD, none of them from a cache."""
    input_usd = input_tokens * price["inputPerMillionUsd"]
    return float((input_usd + output_tokens * price["outputPerMillionUsd"]) / 1e6)


def _estimate_input_tokens(cost: _Model, characters: int) -> float:
    """Tokens that so many characters are likely to be; four characters are one where it is unknown."""
    if cost["kind"] != "tokens":
        return 0.25 * characters
    return float(cost["fixedInputTokens"] + max(0.15, cost["inputTokensPerCharacter"]) * characters)


def _estimate_output_tokens(cost: _Model, posterior: Sequence[float]) -> float:
    return _dot(cost["outputTokens"], posterior) if cost["kind"] == "tokens" else 0.0


def _estimate_latency(latency: _Model, member: str, posterior: Sequence[float]) -> float:
    return math.nan if latency["kind"] == "unknown" else _dot(latency[member], posterior)


def _estimate_cache(model: _Model, cost_usd: float, posterior: Sequence[float], needs: _Needs) -> Tuple[float, float]:
    """USD that a conversation's prompt cache saves if it is this model's, and that a cache of its own costs
    another model besides the price of the input. 0 where prices are unknown. At most the request's input is
    cached, because its caller may have shortened the conversation."""
    cost = model["cost"]
    price = cost["price"] if cost["kind"] == "tokens" else model.get("price")
    if not price:
        return 0.0, 0.0
    tokens = needs.cached_tokens
    if tokens is None:
        tokens = _estimate_input_tokens(cost, needs.earlier_characters)
    tokens = min(tokens, _estimate_tokens(model, needs))
    usual = price["inputPerMillionUsd"]
    read = _find_part(price, "cachedInputPerMillionUsd", usual)
    cached_usd = tokens * usual / 1e6
    # Of a recorded charge, nobody knows what the answer cost.
    input_usd = cost_usd - _price_tokens(price, 0, _estimate_output_tokens(cost, posterior))
    saved_share = 1 - read / usual if read < usual else 0.0
    written = tokens * max(0.0, _find_part(price, "cacheWritePerMillionUsd", usual) - usual) / 1e6
    return (input_usd if cached_usd > input_usd else cached_usd) * saved_share, written


def _find_part(price: Mapping[str, Optional[float]], name: str, usual: float) -> float:
    part = price.get(name)
    return usual if part is None else part


def _read_cached_tokens(cached: Any) -> Optional[float]:
    """The tokens that the caller says are cached; None where that is no such number."""
    number = _read_number(cached)
    return number if number is not None and 0 <= number < math.inf else None


def _find_constraint_problem(constraints: Any) -> Optional[str]:
    """Why constraints cannot be read. They then rule out every model."""
    if not isinstance(constraints, Mapping):
        return "the constraints are not an object"
    for name, value in constraints.items():
        if value is None:
            continue
        if name in _NUMBER_CONSTRAINTS:
            number = _read_number(value)
            if number is None or math.isnan(number):
                return f"the constraint {name} is not a number"
        elif name not in _LIST_CONSTRAINTS:
            return f'unknown constraint "{str(name)[:60]}"'
        elif not isinstance(value, (list, tuple, set, frozenset)):
            return f"the constraint {name} is not a list"
        elif name == "capabilities" and any(item not in _CAPABILITIES for item in value):
            return f"the constraint {name} may list {', '.join(_CAPABILITIES)}"
    return None


def _find_exclusion(
    model: _Model,
    estimates: Mapping[str, float],
    posterior: Sequence[float],
    needs: _Needs,
    constraints: Mapping[str, Any],
    state: Mapping[str, Any],
) -> Optional[str]:
    """Why a model may not be used for a request, or None."""
    identity, limit = model["id"], constraints.get
    if state.get("unavailable") is not None:
        return str(state["unavailable"])
    if limit("allow") is not None and identity not in constraints["allow"]:
        return "not in the allowed models"
    if limit("deny") is not None and identity in constraints["deny"]:
        return "in the denied models"
    for one in needs.capabilities:
        if _can(one, model, state) is False:
            return f"the request needs {one}, which it cannot do"
    for one in limit("capabilities") or ():
        if _can(one, model, state) is not True:
            return f"not known to be capable of {one}"
    return (
        _find_overflow(model, posterior, needs, constraints)
        or _find_cost_excess(model, estimates["costUsd"], needs, _read_number(limit("maxCostUsd")))
        or _find_latency_excess(model, posterior, _read_number(limit("maxLatencyMs")))
        or _find_lack_of_quality(estimates["quality"], _read_number(limit("minQuality")))
    )


def _can(one: str, model: _Model, state: Mapping[str, Any]) -> Any:
    capabilities = state.get("capabilities")
    now = capabilities.get(one) if isinstance(capabilities, Mapping) else None
    return model.get("capabilities", {}).get(one) if now is None else now


def _estimate_tokens(model: _Model, needs: _Needs) -> float:
    """Input tokens that a request is likely to have, with its attachments."""
    return _estimate_input_tokens(model["cost"], needs.characters) + needs.attachment_tokens


def _find_overflow(
    model: _Model, posterior: Sequence[float], needs: _Needs, constraints: Mapping[str, Any]
) -> Optional[str]:
    window, cost = model.get("contextWindow"), model["cost"]
    if window is None:
        return None
    margin = _read_number(constraints.get("contextMargin"))
    output = _read_number(constraints.get("maxOutputTokens"))
    output = needs.max_output_tokens if output is None else output
    if output is None:
        output = _estimate_output_tokens(cost, posterior)
    tokens = _estimate_tokens(model, needs) * (1 + (0.1 if margin is None else margin)) + output
    tokens = math.ceil(tokens) if math.isfinite(tokens) else tokens
    if tokens > window:
        return f"may need {_format_number(tokens)} tokens, and its context window holds {_format_number(window)}"
    return None


def _find_cost_excess(model: _Model, cost: float, needs: _Needs, most: Optional[float]) -> Optional[str]:
    if most is None:
        return None
    if math.isnan(cost):
        return "cost unknown, and maxCostUsd is set"
    if model["cost"]["kind"] == "recorded" and _estimate_tokens(model, needs) > _MAX_RECORDED_TOKENS:
        return "only charges of other requests are known, this one is long, and maxCostUsd is set"
    if cost > most:
        return f"expected to cost ${_format_beyond(cost, most)}, more than ${_format_number(most)}"
    return None


def _find_latency_excess(model: _Model, posterior: Sequence[float], most: Optional[float]) -> Optional[str]:
    if most is None:
        return None
    latency = _estimate_latency(model["latency"], "p95Ms", posterior)
    if math.isnan(latency):
        return "latency unknown, and maxLatencyMs is set"
    if latency > most:
        return f"95 % expected within {_format_beyond(latency, most)} ms, longer than {_format_number(most)} ms"
    return None


def _find_lack_of_quality(quality: float, least: Optional[float]) -> Optional[str]:
    if least is None or not quality < least:
        return None
    return f"estimated quality {_format_beyond(quality, least)}, below {_format_number(least)}"


def _list_estimates(
    models: List[_Model], quality: Sequence[float], needs: _Needs, posterior: Sequence[float]
) -> List[Dict[str, float]]:
    return [
        {
            "quality": value,
            "costUsd": _estimate_cost(model["cost"], needs, posterior),
            "latencyMs": _estimate_latency(model["latency"], "medianMs", posterior),
        }
        for model, value in zip(models, quality)
    ]
