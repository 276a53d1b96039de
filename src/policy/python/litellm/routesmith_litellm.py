"""A hook of the LiteLLM proxy that chooses the model of requests for `routesmith` by a policy.

The configuration beside this file names it:

    litellm_settings:
      callbacks: routesmith_litellm.handler

Requests for other models pass unchanged. What is chosen, and why, is in the request's metadata, which
LiteLLM logs.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Dict, List, Optional

from litellm.integrations.custom_logger import CustomLogger

from routesmith_policy import LoadedPolicy, ModelState, load_policy

POLICY_FILE = "mine.policy.json"
MODEL_NAME = "routesmith"
_COMPLETIONS = ("completion", "acompletion", "text_completion", "atext_completion")
_ANTHROPIC_MESSAGES = ("anthropic_messages", "aanthropic_messages")


class RoutesmithHandler(CustomLogger):  # type: ignore[misc]
    """Replaces the model by the chosen one, and the fallbacks by the next best ones."""

    def __init__(self, policy: LoadedPolicy, objective: Optional[str] = None) -> None:
        super().__init__()
        self.policy = policy
        self.objective = objective

    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: Dict[str, Any], call_type: str
    ) -> Dict[str, Any]:
        """Decides about chat completions, text completions and Anthropic's messages for `routesmith`.

        :raises ValueError: if no model may take the request, or it is of another kind
        """
        if data.get("model") != MODEL_NAME:
            return data
        request = self._read_request(data, call_type)
        states = self._exclude_other_efforts(_find_effort(data))
        decision = self.policy.decide(request, objective=self.objective, models=states)
        model = decision["model"]
        if model is None:
            reasons = [f"{one['model']}: {one['reason']}" for one in decision["excluded"]]
            raise ValueError(f"no model can take the request: {'; '.join(reasons)}")
        others = [one["model"] for one in decision["ranked"][1:]]
        # Anthropic's own `metadata` goes to the provider, which refuses members that it does not know.
        bucket = "litellm_metadata" if call_type in _ANTHROPIC_MESSAGES else "metadata"
        metadata = dict(data.get(bucket) or {})
        metadata["routesmith"] = {
            name: decision[name]  # type: ignore[literal-required]
            for name in ("model", "reason", "objective", "propensity", "policyDigest")
        }
        return {**data, "model": model, "fallbacks": others, bucket: metadata}

    def _read_request(self, data: Dict[str, Any], call_type: str) -> Dict[str, Any]:
        """Without a decision, the proxy would ask the baseline's model as if it had been chosen."""
        text = data.get("prompt")
        if call_type in (*_COMPLETIONS, *_ANTHROPIC_MESSAGES):
            if data.get("messages"):
                return _say_as_chat(data) if call_type in _ANTHROPIC_MESSAGES else data
            if isinstance(text, str) and text:
                return {**data, "messages": [{"role": "user", "content": text}]}
        raise ValueError(
            "the policy decides about chat completions, Anthropic's messages and text completions with one text, "
            f"not about this request ({call_type}): send those for {MODEL_NAME} to /v1/chat/completions, or name "
            "another model"
        )

    def _exclude_other_efforts(self, asked: Any) -> Dict[str, ModelState]:
        """LiteLLM sends the effort of the request in place of the model's own, so that must be the same."""
        state: ModelState = {"unavailable": "the request asks for another effort"}
        return {
            model["id"]: state
            for model in self.policy.policy["models"]
            if isinstance(asked, str) and model.get("effort") and model["effort"]["level"] != asked
        }


def _find_effort(data: Dict[str, Any]) -> Any:
    effort, reasoning = data.get("reasoning_effort"), data.get("reasoning")
    said = reasoning if effort is None else effort
    return said.get("effort") if isinstance(said, dict) else effort


# What a client tells Anthropic about itself at the start of the system prompt.
_CLIENT_LINES = re.compile("^(?:x-anthropic-[-A-Za-z0-9_]+:[^\\n]*(?:\\n+|$))+")


def _say_as_chat(data: Dict[str, Any]) -> Dict[str, Any]:
    """A body of Anthropic's messages in the words of chat completions, which policies learn from.

    Only what a decision reads. What has another form than Anthropic's stays as it is.
    """
    system = [_CLIENT_LINES.sub("", text) for text in _list_texts(data.get("system"))]
    messages: List[Dict[str, Any]] = []
    if any(system):
        messages.append({"role": "system", "content": "\n\n".join(filter(None, system))})
    for message in data["messages"]:
        content = message.get("content") if isinstance(message, dict) else None
        if not isinstance(content, list):
            messages.append(message)
        elif message.get("role") == "assistant":
            messages.extend(_say_answer(content))
        else:
            messages.extend(_say_turn(message, content))
    said: Dict[str, Any] = {"messages": messages, "max_tokens": data.get("max_tokens")}
    if isinstance(data.get("tools"), list):
        said["tools"] = [_say_tool(tool) for tool in data["tools"]]
    return said


def _say_turn(message: Dict[str, Any], blocks: List[Any]) -> List[Dict[str, Any]]:
    """One message for each tool result, and for each run of other blocks between them."""
    messages: List[Dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, dict) and block.get("type") == "tool_result":
            messages.append(_say_tool_result(block))
            continue
        if not messages or messages[-1]["role"] == "tool":
            messages.append({**message, "content": []})
        messages[-1]["content"].append(_say_part(block))
    return messages


def _say_tool_result(block: Dict[str, Any]) -> Dict[str, Any]:
    """What a tool returned besides text stays, because decisions read it: an image needs vision."""
    content = block.get("content")
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    others = [_say_part(part) for part in parts if part.get("type") != "text"]
    texts = _list_texts([part for part in parts if part.get("type") == "text"] if parts else content)
    text = "\n".join(texts)
    said = f"Error: {text}" if block.get("is_error") is True else text
    return {
        "role": "tool",
        "tool_call_id": block.get("tool_use_id") or "",
        "content": [{"type": "text", "text": said}, *others] if others else said,
    }


def _say_answer(blocks: List[Any]) -> List[Dict[str, Any]]:
    """No message for reasoning alone, which no other model may see."""
    parts, calls = [], []
    for block in blocks:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "tool_use":
            called = {"name": block.get("name") or "", "arguments": _write(block.get("input"))}
            calls.append({"id": block.get("id") or "", "type": "function", "function": called})
        elif kind not in ("thinking", "redacted_thinking"):
            parts.append(_say_part(block))
    if not parts and not calls:
        return []
    said: Dict[str, Any] = {"role": "assistant", "content": parts or None}
    return [{**said, "tool_calls": calls} if calls else said]


def _say_part(block: Any) -> Any:
    source = block.get("source") if isinstance(block, dict) else None
    if not isinstance(source, dict) or block.get("type") != "image":
        return block
    url = source.get("url") or f"data:{source.get('media_type')};base64,{source.get('data')}"
    return {"type": "image_url", "image_url": {"url": url}}


def _say_tool(tool: Any) -> Any:
    if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
        return tool
    function = {name: tool[name] for name in ("name", "description") if name in tool}
    function["parameters"] = tool.get("input_schema") or {"type": "object"}
    return {"type": "function", "function": function}


def _list_texts(content: Any) -> List[str]:
    if isinstance(content, str):
        return [content]
    blocks = content if isinstance(content, list) else []
    texts = [block.get("text") for block in blocks if isinstance(block, dict)]
    return [text for text in texts if isinstance(text, str)]


def _write(value: Any) -> str:
    return json.dumps({} if value is None else value, ensure_ascii=False, separators=(",", ":"))


handler = RoutesmithHandler(load_policy((Path(__file__).parent / POLICY_FILE).read_bytes()))
