"""Hashes of words, and many of them at once."""

from __future__ import annotations

import struct
from typing import List, Sequence

_MASK = 0xFFFFFFFF
_SEED = 0x811C9DC5
_MULTIPLIER = 0x01000193
_GRAM_SEED = 0x9747B28C
_WORDS, _CHARACTERS, _PAIRS, _CONTEXT = range(4)


def _hash_units(units: str, seed: int = _SEED) -> int:
    """FNV-1a by code unit."""
    value = seed
    for unit in units:
        value = ((value ^ ord(unit)) * _MULTIPLIER) & _MASK
    return value


def _mix(value: int) -> int:
    """murmur3's 32-bit finalizer (Austin Appleby, public domain)."""
    value = ((value ^ (value >> 16)) * 0x85EBCA6B) & _MASK
    value = ((value ^ (value >> 13)) * 0xC2B2AE35) & _MASK
    return value ^ (value >> 16)


def _text_hash(text: str, seed: int = 0) -> int:
    """As `textHash` of the TypeScript runtime, of code units."""
    return _mix(_hash_units(text, _SEED ^ seed))


def _list_pair_buckets(hashes: Sequence[int], bucket_bits: int) -> List[int]:
    """The bucket of each word with the one before it; the first has the beginning before it.

    All hashes are one integer, each in 64 bits of it: an operation on that integer is one on all of
    them, and takes a fiftieth of the time of a loop.
    """
    count = len(hashes)
    lanes = struct.Struct(f"<{count}Q")
    ones = int.from_bytes(b"\1\0\0\0\0\0\0\0" * count, "little")
    mask = ones * _MASK
    second = int.from_bytes(lanes.pack(*hashes), "little")
    first = ((second << 64) & ((1 << 64 * count) - 1)) | _SEED
    value = ((first * _MULTIPLIER) & mask) ^ second
    value = ((value ^ ((value >> 16) & mask)) * 0x85EBCA6B) & mask
    value = ((value ^ ((value >> 13) & mask)) * 0xC2B2AE35) & mask
    value = ((value ^ ((value >> 16) & mask)) >> (32 - bucket_bits)) & (ones * ((1 << bucket_bits) - 1))
    value |= ones * (_PAIRS << bucket_bits)
    return list(lanes.unpack(value.to_bytes(8 * count, "little")))
