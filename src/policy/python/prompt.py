"""A prompt taken apart, and what a request needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, List, NamedTuple, Optional, Pattern, Tuple

from .numbers import _read_number
from .tokens import _count_units

_IMAGE: Pattern[str] = re.compile("(?:input_)?image(?:_url)?")


class _Fields(NamedTuple):
    # What the user asks: all user turns, oldest first, joined.
    user_text: str
    user_turns: Tuple[str, ...]
    system: str
    tools: str
    turns: int
    tool_count: int
    image_count: int


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _is_image_type(kind: Any) -> bool:
    """As `isImageType` in llm/content-parts.ts."""
    return isinstance(kind, str) and _IMAGE.fullmatch(kind) is not None


def _split_fields(prompt: Any) -> _Fields:
    """Takes a prompt apart. Whatever does not have the expected form is not counted."""
    if isinstance(prompt, str):
        return _Fields(prompt, (prompt,), "", "", 1, 0, 0)
    messages = prompt if _is_list(prompt) else _member(prompt, "messages")
    user, system, tools = [], [], []
    images = 0
    for message in messages if _is_list(messages) else ():
        if not isinstance(message, Mapping):
            continue
        role, content = message.get("role"), message.get("content")
        if role == "user":
            user.append(_read_text(content))
            images += sum(_is_image_type(_member(part, "type")) for part in _list_parts(content))
        elif role in ("system", "developer"):
            system.append(_read_text(content))
        elif role == "tool":
            tools.append(_read_text(content))
    given = _member(prompt, "tools")
    definitions = given if _is_list(given) else ()
    tools.extend(_describe_tool(definition) for definition in definitions)
    return _Fields(
        "\n".join(user),
        tuple(user),
        "\n".join(system),
        "\n".join(tools),
        len(user),
        len(definitions),
        images,
    )


def _list_parts(content: Any) -> List[Any]:
    return [part for part in content if isinstance(part, Mapping)] if _is_list(content) else []


def _read_text(content: Any) -> str:
    if isinstance(content, str):
        return content
    texts = [part.get("text") for part in _list_parts(content) if part.get("type") == "text"]
    return "\n".join(text for text in texts if isinstance(text, str) and text)


def _describe_tool(definition: Any, depth: int = 0) -> str:
    """The words of a tool definition that say what it is for: names and descriptions."""
    if depth > 6:
        return ""
    words = []
    for key, value in _list_members(definition):
        if isinstance(value, str):
            if key in ("name", "description"):
                words.append(value)
        elif isinstance(value, Mapping) or _is_list(value):
            if depth > 0 and not _is_list(value):
                words.append(key)
            words.append(_describe_tool(value, depth + 1))
    return " ".join(filter(None, words))


def _list_members(value: Any) -> List[Tuple[str, Any]]:
    """Members of an object or a list, in the order of JavaScript: array indices first."""
    if _is_list(value):
        return [(str(index), item) for index, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return []
    members = [(str(key), member) for key, member in value.items()]
    numbers = [one for one in members if _INDEX.fullmatch(one[0]) and int(one[0]) < 2**32 - 1]
    names = [one for one in members if one not in numbers] if numbers else members
    return sorted(numbers, key=lambda one: int(one[0])) + names


_INDEX: Pattern[str] = re.compile("0|[1-9][0-9]{0,9}")

_TOKENS_PER_ATTACHMENT = 1000
_MAX_DEPTH_OF_REQUEST = 99
_FILE: Pattern[str] = re.compile("(?:input_)?(?:file|audio|video|document)(?:_url)?")


class _Needs(NamedTuple):
    capabilities: Tuple[str, ...]
    # Of all that is sent as text.
    characters: int
    # Those before the last message: what a provider may have cached.
    earlier_characters: int
    attachment_tokens: int
    has_files: bool
    max_output_tokens: Optional[float]
    # Input tokens that a provider is known to have cached after the last answer.
    cached_tokens: Optional[float] = None


def _find_needs(prompt: Any) -> _Needs:
    """What a model must be able to do to take a request, and how long the request is."""
    if isinstance(prompt, str):
        return _Needs((), _count_units(prompt), 0, 0, False, None)
    request = prompt if isinstance(prompt, Mapping) else {}
    response_format = request.get("response_format")
    format_type = _member(response_format, "type")
    limit = request.get("max_completion_tokens")
    limit = request.get("max_tokens") if limit is None else limit
    messages = request.get("messages") if isinstance(prompt, Mapping) else prompt
    messages = prompt if messages is None else messages
    last = (messages[-1] if messages else None) if _is_list(messages) else messages
    sent = _Survey()
    sent.add(messages)
    sent.add(request.get("system"))
    tools = _measure(request.get("tools")) + _measure(request.get("functions"))
    characters = (
        sent.characters
        + tools
        + _measure(_member(response_format, "json_schema"))
    )
    newest = _Survey()
    newest.add(last)
    capabilities = []
    if sent.images:
        capabilities.append("vision")
    if tools > 0:
        capabilities.append("tools")
    if format_type in ("json_object", "json_schema"):
        capabilities.append("json")
    most = _read_number(limit)
    return _Needs(
        tuple(capabilities),
        characters,
        characters - newest.characters,
        _TOKENS_PER_ATTACHMENT * (sent.images + sent.files),
        sent.files > 0,
        most if most is not None and most >= 0 else None,
    )


class _Survey:
    """Counts texts and attachments, whose data and URLs are no text."""

    def __init__(self) -> None:
        self.characters = self.images = self.files = 0

    def add(self, value: Any, depth: int = 0) -> None:
        if isinstance(value, str):
            self.characters += _count_units(value)
        elif depth > _MAX_DEPTH_OF_REQUEST:
            return
        elif _is_list(value):
            for item in value:
                self.add(item, depth + 1)
        elif isinstance(value, Mapping):
            self._add_members(value, depth)

    def _add_members(self, value: Mapping[Any, Any], depth: int) -> None:
        kind, source = value.get("type"), value.get("source")
        if _is_image_type(kind):
            self.images += 1
        elif isinstance(kind, str) and _FILE.fullmatch(kind):
            # Anthropic's documents may be plain text.
            if _member(source, "type") == "text":
                self.characters += _measure(_member(source, "data"))
            else:
                self.files += 1
        else:
            for key, member in value.items():
                if key == "tool_calls":
                    self.characters += _measure(member)
                elif key not in ("role", "type"):
                    self.add(member, depth + 1)


def _measure(value: Any, depth: int = 0) -> int:
    """Roughly the length of a value as JSON."""
    if isinstance(value, str):
        return _count_units(value)
    if depth > _MAX_DEPTH_OF_REQUEST:
        return 0
    if _is_list(value):
        return sum(3 + _measure(item, depth + 1) for item in value)
    if isinstance(value, Mapping):
        return sum(4 + _count_units(str(key)) + _measure(member, depth + 1) for key, member in value.items())
    return 0
