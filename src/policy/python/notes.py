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


def _explain(reason: str, baseline: str, objective: str, instead: str) -> str:
    """Why a model was chosen: the rest of a sentence that begins with its name."""
    return {
        "named_model": "was named in the request",
        "routing_does_not_pay": f'takes all prompts: routing did not pay for "{objective}" on held-out ones',
        "novel_prompt": "is the baseline: the prompt is out of distribution",
        "uncertain_task": "is the baseline: no task is certain enough for this prompt",
        "baseline_holds": f'is the baseline, and no model beats it for "{objective}"',
        "next_best": "is the best eligible model",
        "best_utility": f'is expected to beat the baseline {baseline} for "{objective}"',
        "session_kept": f"is kept: the gain of {instead} does not cover the lost prompt cache",
        "explored": f"was sampled for exploration, not {instead}",
    }[reason]


def _quote(value: Any) -> str:
    """What the caller wrote, for a sentence; it may be anything."""
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "object"
