"""Estimated qualities of one prompt."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Dict, Iterable, List, NamedTuple, Sequence, Set, Tuple

from .ask import _create_ask_reader
from .hashes import _CONTEXT, _list_pair_buckets, _PAIRS, _WORDS, _CHARACTERS
from .linear_maps import _LinearMaps
from .numbers import _dot, _sigmoid, _softmax, _to_float32s
from .prompt import _Fields
from .tokens import (
    _ACCENTED,
    _ARABIC,
    _CELL,
    _CODE,
    _count_units,
    _CYRILLIC,
    _DIGIT,
    _IDEOGRAPH,
    _INDIC,
    _is_symbol,
    _LINE_BREAK,
    _list_tokens,
    _MATH,
    _PUNCTUATION,
    _QUESTION,
    _QUOTE,
    _read_tokens,
    _SPACE,
    _Tokens,
)
from .words import _Vocabulary, _Word

_STRUCTURAL_CLIP = 3
# Tasks that are less probable than this are not added up.
_NEGLIGIBLE = 1e-7
# Weight of a number of occurrences, in 16ths; more count as 255.
_TERM_WEIGHTS = [0] + [math.floor(16 * (1 + math.log(count)) + 0.5) for count in range(1, 256)]


class _Scores(NamedTuple):
    quality: Sequence[float]
    # P(task | prompt), for each task; a single 1 of a constant policy.
    posterior: Sequence[float]
    novelty: float
    confidence: float


class _ConstantScorer:
    def __init__(self, scorer: Dict[str, Any]) -> None:
        self._scores = _Scores(list(scorer["quality"]), [1.0], 0.0, 1.0)

    def score(self, _fields: _Fields, _task: int = -1) -> _Scores:
        return self._scores


class _MixtureScorer:
    """A task mixture. Nothing of a prompt is kept, so that threads can share it."""

    def __init__(self, scorer: Dict[str, Any], task_count: int, model_count: int) -> None:
        self._features = scorer["features"]
        self._spec = self._features["spec"]
        self._maps = _LinearMaps(scorer, task_count, model_count)
        self._words = _Vocabulary(self._features, self._maps)
        self._read_ask = _create_ask_reader(self._features)
        self._task_count = task_count
        self._task_words: bytes = scorer["taskWords"]
        self._temperature: float = scorer["temperature"]
        self._bias: Sequence[float] = scorer["bias"]
        self._task_quality = _split_rows(scorer["taskQuality"], model_count)
        self._head_weight = _split_rows(scorer["headWeight"], model_count)
        self._row_mask = (1 << self._maps.row_bits) - 1
        self._half = 1 << (self._maps.row_bits - 1)

    def score(self, fields: _Fields, task: int = -1) -> _Scores:
        scores, novelty, words, mass = self._project(self._read_ask(fields))
        task_scores = scores[: self._task_count]
        posterior = _softmax(task_scores, self._temperature)
        likeliest = task_scores.index(max(task_scores))
        confidence = 1.0
        if task < 0:
            familiarity = self._measure_familiarity(likeliest, words) / (mass or 1)
            confidence = posterior[likeliest] * math.sqrt(familiarity)
        else:
            posterior = [0.0] * self._task_count
            posterior[task] = 1.0
        offsets, slopes = list(self._bias), [0.0] * len(self._bias)
        for index, probability in enumerate(posterior):
            if probability >= _NEGLIGIBLE:
                quality, weight = self._task_quality[index], self._head_weight[index]
                offsets = [sum_ + probability * value for sum_, value in zip(offsets, quality)]
                slopes = [sum_ + probability * value for sum_, value in zip(slopes, weight)]
        heads = scores[self._task_count :]
        quality = [_sigmoid(sum_ + slope * head) for sum_, slope, head in zip(offsets, slopes, heads)]
        return _Scores(_to_float32s(quality), posterior, novelty, confidence)

    def _project(self, fields: _Fields) -> Tuple[List[float], float, List[_Word], float]:
        """What the maps say: scores of tasks and models, novelty, the distinct words, their idf mass."""
        spec, maps = self._spec, self._maps
        read = _read_tokens(fields.user_text, spec["maxFieldCharacters"])
        tokens, counts = _limit_words(read.tokens, spec["maxDistinctWords"])
        find = self._words.find
        by_token = {token: find(token) for token in counts}
        words = list(by_token.values())
        scores = list(maps.biases)
        total = word_square = gram_square = 0
        mass = unseen = 0.0
        for word, count in zip(words, counts.values()):
            weight = _TERM_WEIGHTS[count if count < 255 else 255]
            total += weight * word.rows
            word_square += weight * weight * word.word_square
            gram_square += weight * weight * word.gram_square
            mass += word.mass
            unseen += word.unseen_mass
        # The lower half may be negative, and has then borrowed from the upper one.
        own = ((total + self._half) & self._row_mask) - self._half
        weights = self._features["blockWeights"]
        self._add_block(scores, own, weights[_WORDS], word_square)
        self._add_block(scores, (total - own) >> maps.row_bits, weights[_CHARACTERS], gram_square)
        pairs: Iterable[int] = ()
        if spec["wordNgrams"] > 1 and tokens:
            hashes = [by_token[token].hash for token in tokens]
            get = self._words.feature_of.get
            pairs = (get(bucket, -1) for bucket in _list_pair_buckets(hashes, spec["bucketBits"]))
        self._add_features(scores, Counter(pairs), weights[_PAIRS])
        self._add_features(scores, self._count_context(fields), weights[_CONTEXT])
        self._add_structural(scores, _compute_structural(fields, read))
        return scores, unseen / mass if mass else 1.0, words, mass

    def _count_context(self, fields: _Fields) -> "Counter[int]":
        counts: "Counter[int]" = Counter()
        for text in (fields.system, fields.tools):
            if text:
                for token, count in Counter(_list_tokens(text, self._spec["maxFieldCharacters"])).items():
                    if not _is_symbol(token):
                        counts[self._words.find_context(token)] += count
        return counts

    def _add_features(self, scores: List[float], counts: "Counter[int]", block_weight: float) -> None:
        idf, row = self._features["idf"], self._maps.row
        total = square = 0
        for feature, count in counts.items():
            if feature >= 0:
                value = _TERM_WEIGHTS[count if count < 255 else 255] * idf[feature]
                square += value * value
                total += value * row(feature)
        self._add_block(scores, total, block_weight, square)

    def _add_block(self, scores: List[float], total: int, weight: float, square: int) -> None:
        """Adds the rows of a block, scaled so that its values have this length."""
        if square == 0:
            return
        scale = weight / math.sqrt(square)
        for column, value in enumerate(self._maps.unpack(total)):
            scores[column] += scale * value

    def _add_structural(self, scores: List[float], values: List[float]) -> None:
        features = self._features
        scaled = []
        deviations, means = features["structuralDeviation"], features["structuralMean"]
        for value, mean, deviation in zip(values, means, deviations):
            if deviation == 0:
                scaled.append(0.0)
                continue
            standardized = max(-_STRUCTURAL_CLIP, min(_STRUCTURAL_CLIP, (value - mean) / deviation))
            scaled.append(features["structuralScale"] * standardized)
        for column, weights in enumerate(self._maps.structural):
            scores[column] += _dot(scaled, weights)

    def _measure_familiarity(self, task: int, words: List[_Word]) -> float:
        """The idf mass of the words that training prompts of a task contained."""
        known, bits, width = 0.0, self._task_words, self._task_count
        for word in words:
            if word.kept >= 0:
                bit = word.kept * width + task
                if bits[bit >> 3] >> (bit & 7) & 1:
                    known += word.mass
        return known


def _split_rows(values: Sequence[float], width: int) -> List[Sequence[float]]:
    return [values[start : start + width] for start in range(0, len(values), width)]


def _limit_words(tokens: List[str], most: int) -> "Tuple[List[str], Counter[str]]":
    """The tokens up to a number of distinct ones, and how often each occurs."""
    counts = Counter(tokens)
    if len(counts) <= most:
        return tokens, counts
    seen: Set[str] = set()
    for place, token in enumerate(tokens):
        if token not in seen and len(seen) == most:
            tokens = tokens[:place]
            break
        seen.add(token)
    return tokens, Counter(tokens)


def _compute_structural(fields: _Fields, read: _Tokens) -> List[float]:
    """The shape of a prompt, as `computeStructuralFeatures` measures it."""
    shapes, log1p = read.shapes, math.log1p
    characters = max(1, read.length)

    def share(shape: int) -> float:
        return math.sqrt(shapes[shape] / characters)

    symbols = sum(shapes[_PUNCTUATION : _CELL + 1])
    words = len(read.tokens) - symbols
    spaces = shapes[_SPACE] + shapes[_LINE_BREAK]
    return _to_float32s(
        [
            log1p(_count_units(fields.user_text)),
            log1p(words),
            log1p((read.length - symbols - spaces) / max(1, words)),
            math.log(max(1, read.lines)),
            share(_DIGIT),
            math.sqrt(symbols / characters),
            share(_CODE),
            share(_MATH),
            log1p(shapes[_QUESTION]),
            log1p(read.option_lines),
            log1p(shapes[_CELL]),
            log1p(shapes[_QUOTE]),
            share(_ACCENTED),
            share(_CYRILLIC),
            share(_ARABIC),
            share(_INDIC),
            share(_IDEOGRAPH),
            log1p(fields.turns),
            log1p(fields.tool_count),
            log1p(fields.image_count),
            log1p(_count_units(fields.system)),
        ]
    )
