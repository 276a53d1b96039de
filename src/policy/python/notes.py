"""Sentences for people."""

from __future__ import annotations

from typing import Any, List, Optional


class _Notes:
    """Options that were not followed: codes for programs, and sentences for people."""

    def __init__(self) -> None:
        self.codes: List[str] = []
        self._sentences = ""

    def add(self, code: str, sentence: Optional[str] = None) -> None:
        self.codes.append(code)
        self._sentences += sentence or f"Note: {code.replace('_', ' ')}. "

    def text(self) -> str:
        return self._sentences


def _quote(value: Any) -> str:
    """What the caller wrote, for a sentence; it may be anything."""
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "object"
