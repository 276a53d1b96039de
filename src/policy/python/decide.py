"""The decision."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Union

from .estimates import (
    _estimate_cache,
    _find_constraint_problem,
    _find_exclusion,
    _list_estimates,
    _read_cached_tokens,
)
from .explore import _explore
from .notes import _Notes, _quote
from .objective import _compute_utility, _read_objective
from .prompt import _find_needs, _Needs, _split_fields
from .read_prompt import _read_prompt
from .scorer import _ConstantScorer, _MixtureScorer, _Scores
from .tokens import _trim
from .types import Decision, RankedModel



class _Choice(NamedTuple):
    model: int
    reason: str
    # The rest of a sentence that begins with the model's name.
    why: str
    # Why the estimates for the prompt are not to be trusted; None where they are.
    distrust: Optional[str] = None


class _Options(NamedTuple):
    objective: Any
    constraints: Any
    task: Any
    model: Any
    current: Any
    explore: Any
    models: Any


class _Decider:
    """Decides by a policy. Options that cannot be followed are named in the decision's notes."""

    def __init__(
        self,
        policy: Dict[str, Any],
        models: List[Dict[str, Any]],
        unavailable: Sequence[str],
        scorer: Union[_ConstantScorer, _MixtureScorer],
    ) -> None:
        self._policy = policy
        self._models = models
        self._unavailable = frozenset(unavailable)
        self._scorer = scorer
        self._index = {model["id"]: index for index, model in enumerate(models)}
        self._baseline = self._index[policy["baseline"]]
        self._fallbacks = [self._index[name] for name in policy["fallbackOrder"]]

    def decide(self, prompt: Any, options: _Options) -> Decision:
        policy = self._policy
        notes = _Notes()
        prompt = _read_prompt(prompt, notes)
        fields = _split_fields(prompt)
        objective = _read_objective(policy, options.objective, notes)
        task = policy["tasks"].index(options.task) if options.task in policy["tasks"] else -1
        if options.task is not None and task < 0:
            notes.add("unknown_task")
        if not _trim(fields.user_text):
            notes.add("no_text")
        scores = self._scorer.score(fields, task)
        needs = _find_needs(prompt)
        if needs.has_files:
            notes.add("unknown_files")
        estimates = _list_estimates(self._models, scores.quality, needs, scores.posterior)
        current, needs = self._read_current(options.current, needs, notes)
        cache_usd = self._weigh_cache(current, estimates, scores, needs)
        utilities = [_compute_utility(estimate, objective) for estimate in estimates]
        excluded = self._list_exclusions(estimates, scores, needs, options)
        feasible = [index for index, reason in enumerate(excluded) if reason is None]

        named = self._read_named(options.model, feasible, notes)
        if named >= 0:
            choice = _Choice(named, "named_model", "was named in the request")
        else:
            choice = self._find_wanted(objective, scores, estimates, utilities, task >= 0)
        if choice.model not in feasible:
            choice = self._find_next_best(choice, objective, estimates, utilities, feasible)
        decision: Decision = {
            "kind": "no_feasible_model",
            "model": None,
            "reason": "no_feasible_model",
            "explanation": f'{notes.text()}No model meets the constraints; see "excluded" for each reason.',
            "objective": objective["name"],
            "weights": {
                "costWeightPerUsd": objective["costWeightPerUsd"],
                "latencyWeightPerSecond": objective["latencyWeightPerSecond"],
                "margin": objective["margin"],
            },
            "task": self._rank_tasks(scores),
            "novelty": scores.novelty,
            "confidence": scores.confidence,
            "policyDigest": policy["digest"],
            "simulated": policy["simulated"],
            "notes": notes.codes,
            "excluded": [
                {"model": model["id"], "reason": reason}
                for model, reason in zip(self._models, excluded)
                if reason is not None
            ],
            "session": None,
            "propensity": 1.0,
            "exploration": None,
            "ranked": [],
        }
        if choice.model < 0:
            return decision
        instead = choice.model
        if current >= 0:
            gain = utilities[instead] - utilities[current]
            decision["session"] = {
                "currentModel": self._id(current),
                "cacheValueUsd": 0.0 - cache_usd[current],
                "cacheWriteUsd": max(0.0, cache_usd[instead]),
                "gain": _none_if_unknown(gain),
            }
            if named < 0 and gain <= objective["margin"] and instead != current and current in feasible:
                why = f"is kept: the gain of {self._id(instead)} is too small to switch"
                choice = _Choice(current, "session_kept", why)
        drawn = None
        if named < 0 and options.explore is not None:
            drawn = _explore(options.explore, fields.user_text, choice.model, list(self._index), feasible, notes)
        if drawn is not None:
            decision["propensity"], decision["exploration"] = drawn.propensity, drawn.record
            if drawn.model != choice.model:
                why = f"was sampled for exploration, not {self._id(choice.model)}"
                choice = _Choice(drawn.model, "explored", why)
        model = self._id(choice.model)
        decision["kind"] = "chosen"
        decision["model"] = model
        decision["reason"] = choice.reason
        decision["explanation"] = f"{notes.text()}{model} {choice.why}."
        decision["ranked"] = self._rank_models(choice.model, estimates, utilities, feasible)
        return decision

    def _id(self, index: int) -> str:
        return str(self._models[index]["id"])

    def _index_of(self, name: Any) -> int:
        return self._index.get(name, -1) if isinstance(name, str) else -1

    def _read_current(self, current: Any, needs: _Needs, notes: _Notes) -> "tuple[int, _Needs]":
        """Index of the conversation's model, -1 if there is none, and the needs with what is cached."""
        if current is None:
            return -1, needs
        given = current if isinstance(current, Mapping) else {}
        chosen = self._index_of(given.get("model"))
        if chosen < 0:
            notes.add("unknown_current_model")
            return -1, needs
        return chosen, needs._replace(cached_tokens=_read_cached_tokens(given.get("cachedTokens")))

    def _weigh_cache(
        self, current: int, estimates: List[Dict[str, float]], scores: _Scores, needs: _Needs
    ) -> List[float]:
        """Counts a conversation's prompt cache as a saving of its model, and a new one as a cost.

        :returns: what it adds to the cost of each model, below 0 for the conversation's own
        """
        if current < 0:
            return []
        changes = []
        for index, (model, estimate) in enumerate(zip(self._models, estimates)):
            value, write = _estimate_cache(model, estimate["costUsd"], scores.posterior, needs)
            changes.append(-value if index == current else write)
            estimate["costUsd"] += changes[index]
        return changes

    def _list_exclusions(
        self, estimates: List[Dict[str, float]], scores: _Scores, needs: _Needs, options: _Options
    ) -> List[Optional[str]]:
        """For each model the reason why it may not be used, or None."""
        constraints = {} if options.constraints is None else options.constraints
        states = options.models if isinstance(options.models, Mapping) else {}
        problem = _find_constraint_problem(constraints)

        def state_of(name: str) -> Mapping[str, Any]:
            state = states.get(name)
            return state if isinstance(state, Mapping) else {}

        return [
            "not available"
            if model["id"] in self._unavailable
            else problem
            or _find_exclusion(model, estimate, scores.posterior, needs, constraints, state_of(model["id"]))
            for model, estimate in zip(self._models, estimates)
        ]

    def _read_named(self, asked: Any, feasible: List[int], notes: _Notes) -> int:
        if asked is None:
            return -1
        named = self._index_of(asked)
        if named in feasible:
            return named
        note = "unknown_model" if named < 0 else "model_excluded"
        notes.add(note, f"The policy does not know or may not use {_quote(asked)}. ")
        return -1

    def _find_wanted(
        self,
        objective: Dict[str, Any],
        scores: _Scores,
        estimates: List[Dict[str, float]],
        utilities: List[float],
        is_task_known: bool,
    ) -> _Choice:
        """What the policy would choose if nothing were excluded."""
        if "constantModel" in objective:
            why = f'takes all prompts: routing did not pay for "{objective["name"]}"'
            return _Choice(self._index[objective["constantModel"]], "routing_does_not_pay", why)
        if not is_task_known:
            if scores.novelty > self._policy["noveltyLimit"]:
                return self._leave("novel_prompt", "the prompt is out of distribution")
            if scores.confidence < objective.get("confidenceLimit", 0):
                return self._leave("uncertain_task", "no task is certain enough")
        model = self._choose(objective, estimates, utilities, range(len(estimates)))
        name, baseline = objective["name"], self._baseline
        if model == baseline:
            return _Choice(
                model, "baseline_holds", f'is the baseline, and no model is known to beat it for "{name}"'
            )
        why = (
            "is the best whose utility is known"
            if math.isnan(utilities[baseline])
            else f"is expected to beat the baseline {self._id(baseline)}"
        )
        return _Choice(model, "best_utility", f'{why} for "{name}"')

    def _leave(self, reason: str, distrust: str) -> _Choice:
        return _Choice(self._baseline, reason, f"is the baseline: {distrust}", distrust)

    def _find_next_best(
        self,
        choice: _Choice,
        objective: Dict[str, Any],
        estimates: List[Dict[str, float]],
        utilities: List[float],
        feasible: List[int],
    ) -> _Choice:
        """The next best model where the wanted one is excluded; -1 where all are."""
        if choice.distrust is not None:
            model = next((index for index in self._fallbacks if index in feasible), -1)
        else:
            model = self._choose(objective, estimates, utilities, feasible)
        why = "is the best eligible model"
        if choice.distrust is not None:
            why += f" by mean quality: {choice.distrust}"
        elif model == self._baseline:
            why = "is the baseline, and no eligible model is known to beat it"
        return _Choice(model, "next_best", why)

    def _choose(
        self,
        objective: Dict[str, Any],
        estimates: List[Dict[str, float]],
        utilities: List[float],
        feasible: Sequence[int],
    ) -> int:
        """The model of greatest utility, unless it does not beat the baseline by the margin."""
        best, best_utility = -1, -math.inf
        for index in feasible:
            if utilities[index] > best_utility:
                best, best_utility = index, utilities[index]
        baseline = self._baseline
        if best < 0:
            if baseline in feasible or not feasible:
                return baseline if feasible else -1
            return max(feasible, key=lambda index: estimates[index]["quality"])
        if best == baseline or baseline not in feasible:
            return best
        gain = best_utility - utilities[baseline]
        return best if gain > objective["margin"] or math.isnan(utilities[baseline]) else baseline

    def _rank_tasks(self, scores: _Scores) -> List[Any]:
        if self._policy["scorer"]["kind"] == "constant":
            return []
        pairs = zip(self._policy["tasks"], scores.posterior)
        likely = [{"task": task, "probability": value} for task, value in pairs if value >= 0.01]
        return sorted(likely, key=lambda one: -one["probability"])

    def _rank_models(
        self,
        chosen: int,
        estimates: List[Dict[str, float]],
        utilities: List[float],
        feasible: List[int],
    ) -> List[RankedModel]:
        """The feasible models: the chosen one, then by utility, those of unknown utility last."""

        def key(index: int) -> "tuple[bool, bool, float]":
            utility = utilities[index]
            is_unknown = math.isnan(utility)
            return index != chosen, is_unknown, 0.0 if is_unknown else -utility

        return [
            {
                "model": self._id(index),
                "quality": estimates[index]["quality"],
                "costUsd": _none_if_unknown(estimates[index]["costUsd"]),
                "latencyMs": _none_if_unknown(estimates[index]["latencyMs"]),
                "utility": _none_if_unknown(utilities[index]),
            }
            for index in sorted(feasible, key=key)
        ]


def _none_if_unknown(value: float) -> Optional[float]:
    return None if math.isnan(value) else value
