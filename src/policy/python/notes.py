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


def _explain(reason: str, baseline: Optional[str], objective: str, instead: str) -> str:
    """Why a model was chosen: the rest of a sentence that begins with its name.

    :param baseline: None where its utility is unknown, so that no model was compared with it
    """
    return {
        "named_model": "was named in the request",
        "routing_does_not_pay": f'takes all prompts: routing did not pay for "{objective}"',
        "novel_prompt": "is the baseline: the prompt is out of distribution",
        "uncertain_task": "is the baseline: no task is certain enough",
        "baseline_holds": f'is the baseline, and no model is known to beat it for "{objective}"',
        "next_best": "is the best eligible model",
        "best_utility": f'is the best whose utility is known for "{objective}"'
        if baseline is None
        else f'is expected to beat the baseline {baseline} for "{objective}"',
        "session_kept": f"is kept: the gain of {instead} is too small to switch",
        "explored": f"was sampled for exploration, not {instead}",
    }[reason]


def _quote(value: Any) -> str:
    """What the caller wrote, for a sentence; it may be anything."""
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "object"
