"""Prompts that hold objects of other packages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Sequence

from .notes import _Notes

_MAX_DEPTH_OF_OBJECTS = 100
_PLAIN = (str, int, float, type(None))
_BYTES = (bytes, bytearray, memoryview)
# A request may have other members, such as a proxy's own, which are not read.
_READ_MEMBERS = ("messages", "system", "tools", "functions")


def _read_prompt(prompt: Any, notes: _Notes) -> Any:
    """A copy in which messages of OpenAI's and LiteLLM's packages are mappings.

    What cannot be read is None there, and a note says that it is not counted.
    """
    reader = _Reader()
    plain = reader.read_request(prompt)
    if reader.is_partial:
        notes.add("unread_messages", "A part of the prompt cannot be read and is not counted. ")
    return plain


class _Reader:
    def __init__(self) -> None:
        self.is_partial = False

    def read_request(self, prompt: Any) -> Any:
        if not isinstance(prompt, Mapping):
            plain = self.read(prompt)
            return {**plain, **_describe_format(plain)} if isinstance(plain, dict) else plain
        members = {name: self.read(prompt[name]) for name in _READ_MEMBERS if name in prompt}
        return {**prompt, **members, **_describe_format(prompt)}

    def read(self, value: Any, depth: int = 0) -> Any:
        if isinstance(value, _PLAIN) or depth > _MAX_DEPTH_OF_OBJECTS:
            return value
        if isinstance(value, Mapping):
            return {key: self.read(member, depth + 1) for key, member in value.items()}
        if isinstance(value, (list, tuple)) or _is_other_list(value):
            return [self.read(item, depth + 1) for item in value]
        members = _list_members_of(value)
        if members is None:
            self.is_partial = True
            return None
        return self.read(members, depth + 1)


def _is_other_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, _BYTES)


def _list_members_of(value: Any) -> Any:
    """The members of a Pydantic model, or of an object that is like a dictionary; None of another."""
    if isinstance(value, type):
        return None
    try:
        if hasattr(value, "model_dump"):
            members = value.model_dump(exclude_none=True)
        else:
            members = {key: value[key] for key in value.keys()}
    except Exception:  # noqa: BLE001 - a decision never raises for a prompt, whatever the object does
        return None
    return members if isinstance(members, Mapping) else None


def _describe_format(request: Mapping[Any, Any]) -> Any:
    """A model class as `response_format`, of which the packages send the JSON schema."""
    given = request.get("response_format")
    if not isinstance(given, type) or not hasattr(given, "model_json_schema"):
        return {}
    try:
        schema = given.model_json_schema()
    except Exception:  # noqa: BLE001
        schema = {}
    return {"response_format": {"type": "json_schema", "json_schema": {"schema": schema}}}
