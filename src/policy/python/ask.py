"""What is asked now, in a conversation."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Pattern, Tuple

from .hashes import _hash_units, _mix
from .prompt import _Fields
from .tokens import _count_units, _is_symbol, _list_tokens, _trim

_MAX_FOLLOW_UP_CHARACTERS = 160
_MAX_BLOCKS = 64
# Ignoring case also takes the two letters beyond ASCII that fold to ASCII ones.
_BLOCK: Pattern[str] = re.compile(
    "<(?![Uu][Ss\u017f][Ee][Rr].[Qq][Uu][Ee][Rr][Yy])([A-Za-z\u017f\u212a][A-Za-z0-9\u017f\u212a]*[-_][-0-9A-Z_a-z\u017f\u212a]{0,40}(?![-0-9A-Z_a-z\u017f\u212a]))[^<>]{0,200}>"
)


def _create_ask_reader(features: Dict[str, Any]) -> Callable[[_Fields], _Fields]:
    """Prepares to reduce a prompt to the last ask; features of version 3 read all turns as they are."""
    follow_ups = features.get("followUps")
    if follow_ups is None:
        return lambda fields: fields
    signed = [byte - 256 if byte > 127 else byte for byte in follow_ups["weights"]]
    weights = dict(zip(follow_ups["wordBuckets"], signed))
    unknown, bias = follow_ups["unknownWeight"], follow_ups["bias"]
    shift = 32 - features["spec"]["bucketBits"]
    max_characters = features["spec"]["maxFieldCharacters"]

    def is_follow_up(turn: str) -> bool:
        if _count_units(turn) > _MAX_FOLLOW_UP_CHARACTERS:
            return False
        odds = bias
        for token in _list_tokens(turn, max_characters):
            if not _is_symbol(token):
                odds += weights.get(_mix(_hash_units(token)) >> shift, unknown)
        return bool(odds >= 0)

    def read_ask(fields: _Fields) -> _Fields:
        asked: List[str] = []
        system = fields.system
        for place in range(len(fields.user_turns) - 1, -1, -1):
            own, blocks = _split_blocks(fields.user_turns[place])
            asked.append(own)
            system += blocks
            if place > 0 and not is_follow_up(own):
                break
        text = "\n".join(reversed(asked))
        if text == fields.user_text or not _trim(text):
            return fields
        return fields._replace(user_text=text, user_turns=(text,), system=system)

    return read_ask


def _split_blocks(turn: str) -> Tuple[str, str]:
    """Takes a client's own blocks out of a turn."""
    text = blocks = ""
    end = place = 0
    for _ in range(_MAX_BLOCKS):
        match = _BLOCK.search(turn, place)
        if match is None:
            break
        place = match.end()
        closing = f"</{match.group(1)}>"
        close = turn.find(closing, place)
        if close < 0:
            continue
        text += turn[end : match.start()]
        blocks += "\n" + turn[place:close]
        end = place = close + len(closing)
    return text + turn[end:], blocks
