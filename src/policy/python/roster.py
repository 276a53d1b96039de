"""Today's prices and models in place of those of the file."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from collections.abc import Mapping
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .policy_file import _decode_price
from .json_text import _use_floats
from .types import PolicyReport

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _apply_roster(
    policy: Dict[str, Any],
    prices: Mapping[str, Any],
    unavailable: Sequence[str],
    max_age_days: float,
    now: Optional[datetime],
) -> Tuple[List[Dict[str, Any]], List[PolicyReport]]:
    """The models with the given prices, and what should be known of them."""
    reports: List[PolicyReport] = []
    ids = [model["id"] for model in policy["models"]]
    for name in [*prices, *unavailable]:
        if name not in ids:
            reports.append({"model": name, "kind": "unknown_model"})
    moment = now or datetime.now(timezone.utc)
    models = []
    for model in policy["models"]:
        given = prices.get(model["id"])
        cost = model["cost"]
        if given is not None:
            price = _decode_price(_use_floats(_drop_absent(given)), f"options, prices.{model['id']}")
            if cost["kind"] != "tokens":
                reports.append({"model": model["id"], "kind": "price_not_used"})
            else:
                cost = {**cost, "price": price}
            model = {**model, "price": price, "cost": cost}
        models.append(model)
        price = cost["price"] if cost["kind"] == "tokens" else model.get("price")
        # A model that costs nothing, or that does not exist, has no price of the day.
        is_free = not price or not (price["inputPerMillionUsd"] or price["outputPerMillionUsd"])
        if is_free or policy["simulated"]:
            continue
        age_days = _find_age_days(price["date"], moment)
        if age_days is None:
            reports.append({"model": model["id"], "kind": "undated_price"})
        elif not age_days <= max_age_days:
            reports.append({"model": model["id"], "kind": "stale_price", "ageDays": age_days})
    reports.extend({"model": name, "kind": "unavailable_model"} for name in ids if name in unavailable)
    return models, reports


def _drop_absent(given: Any) -> Any:
    """A price without the members that are None."""
    if not isinstance(given, Mapping):
        return given
    return {name: value for name, value in given.items() if value is not None}


def _find_age_days(date: str, now: datetime) -> Optional[int]:
    """Whole days since the day that a date in ISO 8601 begins with; None for a text of another form."""
    if not _DAY.fullmatch(date[:10]):
        return None
    try:
        day = datetime.fromisoformat(date[:10]).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    current = now if now.tzinfo else now.replace(tzinfo=timezone.utc)
    return (current - day).days
