"""Sampling a model, to learn how the others would do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, List, NamedTuple, Optional

from .hashes import _text_hash
from .json_text import _format_number
from .notes import _Notes
from .numbers import _is_number, _read_number
from .tokens import _count_units, _to_units
from .types import ExplorationRecord

# Number of a prompt's code units that exploration depends on, besides its length.
_DRAWN_CHARACTERS = 4096


class _Draw(NamedTuple):
    model: int
    propensity: float
    record: ExplorationRecord


def _explore(
    asked: Any, user_text: str, usual: int, ids: List[str], feasible: List[int], notes: _Notes
) -> Optional[_Draw]:
    """Samples a model: with probability `share` the candidate, or any feasible one."""
    if not _is_valid_exploration(asked):
        notes.add("unreadable_exploration")
        return None
    named = asked.get("candidate")
    candidate = None if named is None else (ids.index(named) if named in ids else -1)
    if candidate is not None and candidate not in feasible:
        notes.add("unusable_candidate")
        return None
    if candidate == usual:
        return None
    share = asked["share"] + 0
    seed = asked["seed"]
    start = _to_units(user_text[:_DRAWN_CHARACTERS])[:_DRAWN_CHARACTERS]
    prefix = _to_units(seed) if isinstance(seed, str) else _format_number(seed)
    text = f"{prefix}\n{_count_units(user_text)}\n{start}"
    model = usual
    if _text_hash(text) < share * 2**32:
        model = feasible[_text_hash(text, 1) % len(feasible)] if candidate is None else candidate
    chance = 1 / len(feasible) if candidate is None else float(model == candidate)
    propensity = 1 - share + share * chance if model == usual else share * chance
    name = None if candidate is None else ids[candidate]
    return _Draw(model, propensity, {"share": share, "candidate": name, "usual": ids[usual]})


def _is_valid_exploration(explore: Any) -> bool:
    if not isinstance(explore, Mapping):
        return False
    share, seed = explore.get("share"), explore.get("seed")
    number = _read_number(seed)
    is_seed = isinstance(seed, str) or (number is not None and math.isfinite(number))
    return _is_number(share, 1) and is_seed
