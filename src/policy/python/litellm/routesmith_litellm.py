"""A hook of the LiteLLM proxy that chooses the model of requests for `routesmith` by a policy.

The configuration beside this file names it:

    litellm_settings:
      callbacks: routesmith_litellm.handler

Requests for other models pass unchanged. What is chosen, and why, is in the request's metadata, which
LiteLLM logs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Optional

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
        states = self._exclude_other_efforts(data.get("reasoning_effort"))
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
                return data
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


handler = RoutesmithHandler(load_policy((Path(__file__).parent / POLICY_FILE).read_bytes()))
