"""Texts as UTF-16 code units, and their words."""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from collections import Counter
from functools import lru_cache
from typing import Dict, List, NamedTuple, Pattern, Tuple

from .character_tables import _LOWER_CASE, _SHAPE_RUNS, _UNICODE_VERSION

# What a code unit counts as, numbered as in character-shape.ts; a part of a word from _LETTER on.
_SPACE, _LINE_BREAK, _PUNCTUATION, _PARENTHESIS, _CODE, _MATH, _QUESTION, _QUOTE, _CELL = range(9)
_IDEOGRAPH, _LETTER, _DIGIT, _ACCENTED, _CYRILLIC, _ARABIC, _INDIC = range(9, 16)
_JS_WHITE_SPACE = "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def _expand_shapes() -> bytes:
    """The shape of each of the 65,536 code units."""
    ends = [start for start, _ in _SHAPE_RUNS[1:]] + [0x10000]
    return b"".join(bytes([shape]) * (end - start) for (start, shape), end in zip(_SHAPE_RUNS, ends))


_SHAPES = _expand_shapes()
_ASCII_SHAPES = _SHAPES[:128] + bytes(128)
_SHAPE_BYTES = [bytes([shape]) for shape in range(16)]


def _class_of(*shapes: int) -> str:
    """A class for regular expressions of the code units of these shapes, without its brackets."""
    parts = []
    ends = [start for start, _ in _SHAPE_RUNS[1:]] + [0x10000]
    for (start, shape), end in zip(_SHAPE_RUNS, ends):
        if shape in shapes:
            parts.append(f"{re.escape(chr(start))}-{re.escape(chr(end - 1))}")
    return "".join(parts)


_WORD_CLASS = _class_of(*range(_LETTER, 16))
_SPACE_CLASS = _class_of(_SPACE)
_TOKEN: Pattern[str] = re.compile(f"[{_WORD_CLASS}]+|[^{_WORD_CLASS}{_SPACE_CLASS}\n]")
_ASCII_TOKEN: Pattern[str] = re.compile("[0-9A-Z_a-z]+|[^0-9A-Z_a-z\\x00-\\x20\\x7f]")
_LINE: Pattern[str] = re.compile(f"[^{_SPACE_CLASS}\n][^\n]*")
_OPTION: Pattern[str] = re.compile(
    f"(?:\\A|\n)[{_class_of(_SPACE, _PARENTHESIS, _IDEOGRAPH)}]*[{_WORD_CLASS}][.)]"
)


class _Tokens(NamedTuple):
    """The words and symbols of a text, and the counts of its code units and lines."""

    tokens: List[str]
    # Number of code units that were read.
    length: int
    shapes: List[int]
    lines: int
    option_lines: int


def _count_units(text: str) -> int:
    """Length of a text as JavaScript counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _trim(text: str) -> str:
    return text.strip(_JS_WHITE_SPACE)


def _to_units(text: str) -> str:
    """A text with one character per UTF-16 code unit: characters beyond the BMP become two."""
    if text.isascii():
        return text
    units = array("H", text.encode(_UTF16, "surrogatepass"))
    return text if len(units) == len(text) else "".join(map(chr, units))


_UTF16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


def _fold(text: str, max_characters: int) -> str:
    """The code units of a text in lower case; of a text that is too long, only its two ends."""
    if text.isascii():
        if len(text) > max_characters:
            half = max_characters >> 1
            text = f"{text[:half]} {text[len(text) - half:]}"
        return text.lower()
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) > 2 * max_characters:
        size = max_characters >> 1 << 1
        data = data[:size] + b" \0" + data[len(data) - size:]
    # Decoding also joins surrogates that were given as two characters.
    return _to_units(_lower_case(data.decode("utf-16-le", "surrogatepass")))


def _lower_case(text: str) -> str:
    """As `text.lower()`, by the version of Unicode that the tables were generated with."""
    changed, targets = _find_case_changes()
    if not targets:
        return text.lower()
    # Whatever this Python folds in another way is kept apart meanwhile.
    kept = [targets[character] for character in changed.findall(text)] + [""]
    return "".join(part.lower() + own for part, own in zip(changed.split(text), kept))


@lru_cache(maxsize=None)
def _find_case_changes() -> Tuple[Pattern[str], Dict[str, str]]:
    """The characters that this Python folds differently, and what they have to become."""
    folded = {}
    for start, count, step, delta in _LOWER_CASE:
        for code in range(start, start + count * step, step):
            folded[code] = code + delta
    changes = {chr(code): chr(lower) for code, lower in folded.items() if chr(code).lower() != chr(lower)}
    if unicodedata.unidata_version > _UNICODE_VERSION:
        # What a later Unicode folds besides. The dotted capital I becomes two characters in each.
        for code in range(0x80, 0x20000):
            character = chr(code)
            if code not in folded and code != 0x130 and character.lower() != character:
                changes[character] = character
    pattern = f"[{re.escape(''.join(sorted(changes)))}]" if changes else "(?!)"
    return re.compile(pattern), changes


def _list_tokens(text: str, max_characters: int) -> List[str]:
    folded = _fold(text, max_characters)
    return (_ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)


def _read_tokens(text: str, max_characters: int) -> _Tokens:
    """Splits a text into words, ideographs and symbols, in lower case, and measures it."""
    folded = _fold(text, max_characters)
    if folded.isascii():
        shapes = folded.encode("ascii").translate(_ASCII_SHAPES)
        counts = [shapes.count(shape) for shape in _SHAPE_BYTES]
        tokens = _ASCII_TOKEN.findall(folded)
    else:
        counts = [0] * 16
        for unit, times in Counter(folded).items():
            counts[_SHAPES[ord(unit)]] += times
        tokens = _TOKEN.findall(folded)
    return _Tokens(
        tokens,
        len(folded),
        counts,
        sum(1 for _ in _LINE.finditer(folded)),
        sum(1 for _ in _OPTION.finditer(folded)),
    )


def _is_symbol(token: str) -> bool:
    return _SHAPES[ord(token[0])] < _IDEOGRAPH


def _is_word(token: str) -> bool:
    return _SHAPES[ord(token[0])] >= _LETTER


