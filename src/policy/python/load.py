"""Loading a policy."""

from __future__ import annotations

from datetime import datetime
from collections.abc import Mapping
from typing import Any, Dict, Iterable, List, Optional, Union

from .decide import _Decider, _Options
from .errors import _refuse
from .json_text import _compute_digest, _parse_policy_file
from .policy_file import _decode_policy
from .probe_prompts import _PROBE_PROMPTS
from .prompt import _split_fields
from .roster import _apply_roster
from .scorer import _ConstantScorer, _MixtureScorer
from .signature import _check_signature, _read_serial
from .types import (
    Constraints,
    CurrentModel,
    Decision,
    Exploration,
    ModelState,
    ObjectiveWeights,
    PolicyReport,
    Price,
    Prompt,
)

_PROBE_TOLERANCE = 1e-4
_MAX_PRICE_AGE_DAYS = 90.0


class LoadedPolicy:
    """A policy that is ready to decide. It can be shared by threads."""

    digest: str
    """`sha256:` and hexadecimal digits; in every decision, and equal for equal files."""
    signature: Optional[str]
    """`ed25519:` and base64, or None. It was checked only if `is_signature_checked`."""
    serial: int
    """The serial number of the signature; 0 if it has none."""
    is_signature_checked: bool
    """Whether keys were given, one of which signed the policy."""
    reports: List[PolicyReport]
    """Models that are not known, prices that are old, and what else should be seen."""
    policy: Mapping[str, Any]
    """What the file says of itself: createdBy, simulated, verdict, provenance, objectives, tasks, models."""

    def __init__(self, decider: _Decider, members: Mapping[str, Any]) -> None:
        self._decider = decider
        self.digest = members["digest"]
        self.signature = members["signature"]
        self.serial = members["serial"]
        self.is_signature_checked = members["is_signature_checked"]
        self.reports = members["reports"]
        self.policy = members["policy"]

    def decide(
        self,
        prompt: Prompt,
        *,
        objective: Union[str, ObjectiveWeights, None] = None,
        constraints: Optional[Constraints] = None,
        task: Optional[str] = None,
        model: Optional[str] = None,
        current: Optional[CurrentModel] = None,
        explore: Optional[Exploration] = None,
        models: Optional[Mapping[str, ModelState]] = None,
    ) -> Decision:
        """Chooses the model for a prompt.

        :param prompt: a text, a list of messages, or a request with `messages` and `tools`
        :param objective: one of the policy's objectives by name, or weights; its default if None
        :param constraints: limits of this request; a member that cannot be read excludes all models
        :param task: the prompt's task, where the caller knows it
        :param model: a model named in the request: used if known and allowed
        :param current: the model of the conversation, which is kept unless another gains enough
        :param explore: sends a share of requests to random models
        :param models: current state by model, which overrides the policy
        :returns: the choice, the ranked and the excluded models, and why; never raises for a prompt
        """
        options = _Options(objective, constraints, task, model, current, explore, models)
        return self._decider.decide(prompt, options)


def load_policy(
    source: Union[str, bytes, bytearray, memoryview, Mapping[str, Any]],
    *,
    public_keys: Union[str, Iterable[str], None] = None,
    min_serial: Optional[int] = None,
    prices: Optional[Mapping[str, Price]] = None,
    unavailable: Union[str, Iterable[str], None] = None,
    max_price_age_days: Optional[float] = None,
    now: Optional[datetime] = None,
) -> LoadedPolicy:
    """Loads an exported policy: checks its form, digest, signature and probe prompts.

    None counts as absent, and one text as a list of it.

    :param source: the file's text, its bytes, or its parsed JSON; not its path
    :param public_keys: the policy has to be signed by one of these, which needs `cryptography`
    :param min_serial: the signature must have this serial number or a greater one; needs `public_keys`
    :param prices: prices by model, in place of those of the file
    :param unavailable: models that are not to be used
    :param max_price_age_days: prices that are older are reported; 90 if None
    :param now: the time that prices are compared with; the current one if None
    :raises PolicyError: if the file is damaged, of an unknown version, not signed as asked, or does
        not compute here what was trained; or if a price cannot be read, with the code `usage`
    """
    least_serial = 0 if min_serial is None else min_serial
    max_age_days = _MAX_PRICE_AGE_DAYS if max_price_age_days is None else max_price_age_days
    left_out = _list_texts(unavailable)
    file = _parse_policy_file(source)
    policy = _decode_policy(file)
    digest = _compute_digest(file)
    if digest != policy["digest"]:
        says = policy["digest"][:80]
        _refuse(
            "digest",
            "the content does not match the digest",
            f"It says {says}, not {digest}. Export it again.",
        )
    signature = policy.get("signature")
    serial = _read_serial(signature)
    is_checked = bool(least_serial) or public_keys is not None
    if is_checked:
        _check_signature(digest, signature, _list_texts(public_keys))
    if not serial >= least_serial:
        _refuse(
            "signature",
            f"its serial number {serial} is less than {least_serial}",
            "Sign it again to go back.",
        )
    scorer = _create_scorer(policy)
    _check_probes(policy, scorer)
    models, reports = _apply_roster(policy, prices or {}, left_out, max_age_days, now)
    shown = ("createdBy", "simulated", "verdict", "provenance", "baseline", "fallbackOrder")
    more = ("objectives", "defaultObjective", "noveltyLimit", "tasks")
    members = {
        "digest": digest,
        "signature": signature,
        "serial": serial,
        "is_signature_checked": is_checked,
        "reports": reports,
        "policy": {**{name: policy[name] for name in (*shown, *more)}, "models": models},
    }
    return LoadedPolicy(_Decider(policy, models, left_out, scorer), members)


def _list_texts(given: Union[str, Iterable[str], None]) -> List[str]:
    """A list that can be read more than once. A text is one item, not its letters."""
    if given is None:
        return []
    return [given] if isinstance(given, str) else list(given)


def _create_scorer(policy: Dict[str, Any]) -> Union[_ConstantScorer, _MixtureScorer]:
    scorer = policy["scorer"]
    if scorer["kind"] == "constant":
        return _ConstantScorer(scorer)
    return _MixtureScorer(scorer, len(policy["tasks"]), len(policy["models"]))


def _check_probes(policy: Dict[str, Any], scorer: Union[_ConstantScorer, _MixtureScorer]) -> None:
    """Refuses a policy whose scores of the built-in prompts differ from those at its export."""
    golden = policy["golden"]
    actual = [scorer.score(_split_fields(prompt)).quality for prompt in _PROBE_PROMPTS]
    is_equal = len(golden) == len(actual) and all(
        abs(one - round(value, 6)) <= _PROBE_TOLERANCE
        for expected, values in zip(golden, actual)
        for one, value in zip(expected, values)
    )
    if not is_equal:
        _refuse("golden", "scores differ from the export", "Its features have another version: retrain it.")
