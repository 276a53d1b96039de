"""The two linear maps of a policy, as integers."""

from __future__ import annotations

import math
import struct
from typing import Any, Dict, List, Optional, Sequence

from .policy_file import _STRUCTURAL_COUNT

# More bits than the sum of a prompt's features needs, besides those of the shifts: 7 of a weight, 8 of
# an idf, 7 of a count, 12 of distinct words, 12 of the n-grams of a word, 2 of the sign.
_SUM_BITS = 48


class _LinearMaps:
    """Both maps as one matrix of whole numbers, a row for each feature; columns are tasks, then models.

    A row is a single Python integer that holds each column in a lane of its own: adding rows, times a
    whole number each, takes one operation for all columns, and is exact.
    """

    def __init__(self, scorer: Dict[str, Any], task_count: int, model_count: int) -> None:
        tasks, heads = scorer["taskClassifier"], scorer["heads"]
        self._parts = ((tasks, task_count, scorer["taskFeatureCount"]), (heads, model_count, None))
        self.width = task_count + model_count
        self.biases: List[float] = [*tasks["bias"], *heads["bias"]]
        self.kept = len(scorer["features"]["buckets"])
        self._top_shift = max([*tasks["shifts"], *heads["shifts"]])
        self._lane_bytes = max(8, (_SUM_BITS + self._top_shift + 7) // 8)
        self.lane_bits = 8 * self._lane_bytes
        self.row_bits = self.lane_bits * self.width
        self._scales = [math.ldexp(scale, -self._top_shift) for scale in (*tasks["scales"], *heads["scales"])]
        lane_ones = int.from_bytes((b"\1" + bytes(self._lane_bytes - 1)) * self.width, "little")
        self._offset = 1 << (self.lane_bits - 1)
        self._offsets = lane_ones * self._offset
        self._rows: List[Optional[int]] = [None] * self.kept
        self._unpack = struct.Struct(f"<{self.width}Q").unpack if self._lane_bytes == 8 else None
        self.structural = self._list_structural_columns()

    def row(self, feature: int) -> int:
        """What a kept feature adds to each column, before its scale."""
        row = self._rows[feature]
        if row is None:
            row = self._rows[feature] = self._pack_row(feature)
        return row

    def _pack_row(self, feature: int) -> int:
        row = 0
        column = 0
        for part, count, kept in self._parts:
            if kept is None or feature < kept:
                data = part["weights"][feature * count : (feature + 1) * count]
                lanes = 0
                for weight in reversed(data):
                    lanes = (lanes << self.lane_bits) + (weight - 256 if weight > 127 else weight)
                shift = self._top_shift - part["shifts"][feature]
                row += lanes << (shift + column * self.lane_bits)
            column += count
        return row

    def unpack(self, total: int) -> List[float]:
        """The columns of a sum of rows, scaled."""
        data = (total + self._offsets).to_bytes(self._lane_bytes * self.width, "little")
        if self._unpack is not None:
            offset = self._offset
            return [(lane - offset) * scale for lane, scale in zip(self._unpack(data), self._scales)]
        step = self._lane_bytes
        lanes = (int.from_bytes(data[place : place + step], "little") for place in range(0, len(data), step))
        return [(lane - self._offset) * scale for lane, scale in zip(lanes, self._scales)]

    def _list_structural_columns(self) -> List[Sequence[float]]:
        """For each column the weights of the structural features, which are no whole numbers."""
        columns: List[Sequence[float]] = []
        for part, count, kept in self._parts:
            first = self.kept if kept is None else kept
            for column in range(count):
                values = []
                for row in range(first, first + _STRUCTURAL_COUNT):
                    weight = part["weights"][row * count + column]
                    signed = weight - 256 if weight > 127 else weight
                    values.append(math.ldexp(signed * part["scales"][column], -part["shifts"][row]))
                columns.append(values)
        return columns
