"""The forms of options and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, List, Optional, Sequence, TypedDict, Union

# A text, messages in OpenAI's form, or a request with `messages` and `tools`. Messages may also be objects
# of OpenAI's or LiteLLM's package.
Prompt = Union[str, Sequence[Any], Mapping[str, Any]]


class Price(TypedDict, total=False):
    """USD per million tokens. `date` is the day of the price, ISO 8601; all but cached ones are needed."""

    inputPerMillionUsd: float
    outputPerMillionUsd: float
    cachedInputPerMillionUsd: Optional[float]
    cacheWritePerMillionUsd: Optional[float]
    date: str


class Constraints(TypedDict, total=False):
    """Limits of a request. A model that breaks one is not considered."""

    # Highest expected cost in USD, and highest expected 95th percentile of latency in milliseconds.
    maxCostUsd: Optional[float]
    maxLatencyMs: Optional[float]
    # Lowest estimated quality, in [0, 1].
    minQuality: Optional[float]
    allow: Optional[Sequence[str]]
    deny: Optional[Sequence[str]]
    # Of `vision`, `tools`, `json` and `reasoning`.
    capabilities: Optional[Sequence[str]]
    maxOutputTokens: Optional[float]
    # Share by which the prompt's tokens may be underestimated; 0.1 if absent.
    contextMargin: Optional[float]


class ObjectiveWeights(TypedDict, total=False):
    """How much a USD and a second are worth in quality; `margin` is 0 if absent."""

    costWeightPerUsd: float
    latencyWeightPerSecond: float
    margin: Optional[float]


class CurrentModel(TypedDict, total=False):
    """The model of a conversation, and the input tokens that its provider has cached of it."""

    model: str
    cachedTokens: Optional[float]


class _ExplorationShare(TypedDict):
    share: float
    seed: Union[float, str]


class Exploration(_ExplorationShare, total=False):
    """The share of requests that go to another model; seed and prompt decide which requests.

    `candidate` is the only model to explore; without it, any feasible one.
    """

    candidate: Optional[str]


class ExplorationRecord(TypedDict):
    """What could have been chosen instead; `candidate` is None where any feasible model could."""

    share: float
    candidate: Optional[str]
    usual: str


class ModelState(TypedDict, total=False):
    """The current state of a model; overrides the policy."""

    unavailable: Optional[str]
    capabilities: Optional[Mapping[str, bool]]


class RankedModel(TypedDict):
    """A feasible model with what is expected of it; None where nothing is known."""

    model: str
    quality: float
    costUsd: Optional[float]
    latencyMs: Optional[float]
    utility: Optional[float]


class ExcludedModel(TypedDict):
    """A model that is not considered, and why."""

    model: str
    reason: str


class TaskProbability(TypedDict):
    """A task that the prompt may be of."""

    task: str
    probability: float


class SessionDecision(TypedDict):
    """Whether a conversation stayed with its model, and what that weighed."""

    currentModel: str
    cacheValueUsd: float
    cacheWriteUsd: float
    gain: Optional[float]


class Decision(TypedDict):
    """What `decide` returns. `model` is None where `kind` is `no_feasible_model`."""

    kind: str
    model: Optional[str]
    reason: str
    explanation: str
    objective: str
    weights: ObjectiveWeights
    task: List[TaskProbability]
    novelty: float
    confidence: float
    policyDigest: str
    simulated: bool
    notes: List[str]
    excluded: List[ExcludedModel]
    session: Optional[SessionDecision]
    propensity: float
    exploration: Optional[ExplorationRecord]
    ranked: List[RankedModel]


class PolicyReport(TypedDict, total=False):
    """Something about a loaded policy that its user should know; `ageDays` of a stale price."""

    model: str
    kind: str
    ageDays: int


