"""What a word adds to the scores of a prompt."""

from __future__ import annotations

from typing import Any, Dict, NamedTuple

from .hashes import _CHARACTERS, _CONTEXT, _GRAM_SEED, _hash_units, _mix, _WORDS
from .linear_maps import _LinearMaps
from .numbers import _to_float32
from .tokens import _is_symbol, _is_word

# Words and n-grams that are remembered; the memory is emptied when it is full.
_MAX_WORDS = 8192
_MAX_GRAMS = 65_536


class _Word(NamedTuple):
    hash: int
    # Its own row in the lower half, the sum of its n-grams' rows in the upper one.
    rows: int
    # Squared length of its own feature and of its n-grams, in 256ths.
    word_square: int
    gram_square: int
    # Its share of the prompt's idf mass, 0 for a symbol; the same if training never saw it, else 0.
    mass: float
    unseen_mass: float
    # Its number among the kept words; -1 if it was not kept.
    kept: int


class _Vocabulary:
    """Looks words up, and remembers what was computed for them."""

    def __init__(self, features: Dict[str, Any], maps: _LinearMaps) -> None:
        spec = features["spec"]
        self._maps = maps
        self._bits: int = spec["bucketBits"]
        self._max_characters: int = spec["maxWordCharacters"]
        self._lengths = range(spec["shortestCharacterNgram"], spec["longestCharacterNgram"] + 1)
        self._idf: bytes = features["idf"]
        self._seen: bytes = features["seenWords"]
        self._unseen_mass = _to_float32(features["unseenIdf"])
        self.feature_of: Dict[int, int] = {
            bucket: feature for feature, bucket in enumerate(features["buckets"])
        }
        words = [feature for feature, bucket in enumerate(features["buckets"]) if bucket >> self._bits == 0]
        self._number_of = {feature: number for number, feature in enumerate(words)}
        self._words: Dict[str, _Word] = {}
        self._grams: Dict[str, int] = {}
        self._context: Dict[str, int] = {}

    def find(self, token: str) -> _Word:
        word = self._words.get(token)
        if word is not None:
            return word
        word = self._compute(token)
        if len(self._words) >= _MAX_WORDS:
            self._words.clear()
        # Long words are rare, and could take any amount of memory.
        if len(token) <= 2 * self._max_characters:
            self._words[token] = word
        return word

    def find_context(self, token: str) -> int:
        """The kept feature of a word of the system prompt or the tools; -1 if there is none."""
        feature = self._context.get(token)
        if feature is None:
            feature = self.feature_of.get(self._bucket(_hash_units(token), _CONTEXT), -1)
            if len(self._context) >= _MAX_WORDS:
                self._context.clear()
            if len(token) <= 2 * self._max_characters:
                self._context[token] = feature
        return feature

    def _bucket(self, value: int, block: int) -> int:
        return (block << self._bits) + (_mix(value) >> (32 - self._bits))

    def _compute(self, token: str) -> _Word:
        value = _hash_units(token)
        bucket = self._bucket(value, _WORDS)
        feature = self.feature_of.get(bucket)
        is_seen = self._seen[bucket >> 3] >> (bucket & 7) & 1
        rows = square = gram_square = 0
        mass, kept = self._unseen_mass, -1
        if feature is not None:
            idf = self._idf[feature]
            rows, square = idf * self._maps.row(feature), idf * idf
            mass, kept = idf / 16, self._number_of.get(feature, -1)
        if _is_symbol(token):
            mass = 0.0
        if _is_word(token):
            gram_rows, gram_square = self._add_grams(token)
            rows += gram_rows << self._maps.row_bits
        return _Word(value, rows, square, gram_square, mass, 0.0 if is_seen else mass, kept)

    def _add_grams(self, word: str) -> "tuple[int, int]":
        """The sum of the rows of a word's n-grams, and their squared length."""
        padded = f" {word[:self._max_characters]} "
        rows = square = 0
        for length in self._lengths:
            for first in range(len(padded) - length + 1):
                feature = self._find_gram(padded[first : first + length])
                if feature >= 0:
                    idf = self._idf[feature]
                    rows += idf * self._maps.row(feature)
                    square += idf * idf
        return rows, square

    def _find_gram(self, gram: str) -> int:
        """The kept feature of an n-gram; -1 if there is none."""
        # One access, because another thread may empty the memory meanwhile.
        known = self._grams.get(gram)
        if known is not None:
            return known
        feature = self.feature_of.get(self._bucket(_hash_units(gram, _GRAM_SEED), _CHARACTERS), -1)
        if len(self._grams) >= _MAX_GRAMS:
            self._grams.clear()
        self._grams[gram] = feature
        return feature
