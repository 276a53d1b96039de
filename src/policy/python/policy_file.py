"""The members of a policy file."""

from __future__ import annotations

import math
from typing import Any, Dict, List

from .decoders import (
    _amount,
    _ascending,
    _bytes,
    _count,
    _Decoder,
    _flag,
    _floats,
    _list_of,
    _nullable,
    _number,
    _object,
    _one_of,
    _optional,
    _text,
    _variant,
)
from .errors import _refuse

_STRUCTURAL_COUNT = 21
_BLOCK_COUNT = 4
_MAX_FEATURES = 65_534
_LIMITS = {"tasks": 1000, "models": 500, "estimates": 50_000, "weights": 3_000_000, "characters": 65_536}

_decode_price = _object(
    inputPerMillionUsd=_amount,
    outputPerMillionUsd=_amount,
    cachedInputPerMillionUsd=_optional(_amount),
    cacheWritePerMillionUsd=_optional(_amount),
    date=_text,
)
_decode_interval = _object(mean=_number(), low=_number(), high=_number())
_decode_evidence = _object(
    objective=_text,
    routes=_flag,
    bestConstant=_text,
    quality=_number(),
    constantQuality=_number(),
    qualityDifference=_decode_interval,
    costUsd=_nullable(_number()),
    constantCostUsd=_nullable(_number()),
    latencyMs=_optional(_amount),
    constantLatencyMs=_optional(_amount),
    utilityDifference=_decode_interval,
    promptsNeeded=_optional(_amount),
)
_decode_verdict = _object(
    decision=_one_of("ROUTE", "DON'T ROUTE"),
    reason=_text,
    heldOutPrompts=_count(),
    bestConstant=_optional(_text),
    promptsNeeded=_optional(_amount),
    evidence=_list_of(_decode_evidence),
)
_decode_provenance = _object(
    outcomesDigest=_text,
    featureSpecDigest=_text,
    pricesDigest=_text,
    seed=_number(),
    prompts=_count(),
)


def _refuse_more(path: str, count: int, maximum: int) -> None:
    if count > maximum:
        _refuse(path, f"must be at most {maximum}, not {count}", "Train it on fewer.")


def _create_name_decoder(list_path: str, names: List[str], minimum: int = 1) -> _Decoder:
    """Reads one of the names of a list. None may be there twice: the second would never be meant."""
    distinct = set(names)
    if len(distinct) < max(len(names), minimum):
        _refuse(list_path, f"must have at least {minimum}, each once")

    def decode(value: Any, path: str) -> str:
        name: str = _text(value, path)
        return name if name in distinct else _refuse(path, f"is none of the {list_path}")

    return decode


def _create_objective_decoder(model_id: _Decoder) -> _Decoder:
    return _object(
        name=_text,
        description=_text,
        costWeightPerUsd=_amount,
        latencyWeightPerSecond=_amount,
        margin=_amount,
        confidenceLimit=_optional(_amount),
        constantModel=_optional(model_id),
        promise=_optional(_one_of("shown", "not_shown")),
    )


def _quality(value: Any, path: str) -> float:
    amount: float = _amount(value, path)
    return amount if amount <= 1 else _refuse(path, "must be at most 1")


def _create_model_decoder(task_count: int) -> _Decoder:
    per_task = _list_of(_amount, task_count)
    return _object(
        id=_text,
        price=_optional(_decode_price),
        contextWindow=_optional(_number(1)),
        capabilities=_optional(_object(vision=_flag, tools=_flag, json=_flag, reasoning=_flag)),
        effort=_optional(_object(of=_text, level=_text)),
        cost=_variant(
            tokens=_object(
                price=_decode_price,
                fixedInputTokens=_amount,
                inputTokensPerCharacter=_amount,
                outputTokens=per_task,
            ),
            recorded=_object(costUsd=per_task),
            unknown=_object(),
        ),
        latency=_variant(recorded=_object(medianMs=per_task, p95Ms=per_task), unknown=_object()),
    )


def _decode_policy(file: Any) -> Dict[str, Any]:
    """Checks a parsed policy file member by member, except for its digest."""
    version = _object(format=_one_of("routesmith-policy"), schemaVersion=_count())(file, "")
    if version["schemaVersion"] != 1:
        _refuse(
            "schemaVersion",
            f"version {version['schemaVersion']} is not read here, only version 1",
            "Train the policy again, or use the Routesmith that wrote it.",
        )
    tasks: List[str] = _object(tasks=_list_of(_text))(file, "")["tasks"]
    _create_name_decoder("tasks", tasks)
    _refuse_more("tasks", len(tasks), _LIMITS["tasks"])
    models = _object(models=_list_of(_create_model_decoder(len(tasks))))(file, "")["models"]
    _refuse_more("models", len(models), _LIMITS["models"])
    _refuse_more("tasks times models", len(tasks) * len(models), _LIMITS["estimates"])
    model_id = _create_name_decoder("models", [model["id"] for model in models], 2)
    policy: Dict[str, Any] = _object(
        digest=_text,
        signature=_optional(_text),
        golden=_list_of(_list_of(_quality, len(models))),
        createdBy=_text,
        simulated=_flag,
        scorer=_create_scorer_decoder(len(tasks), len(models)),
        baseline=model_id,
        fallbackOrder=_list_of(model_id),
        objectives=_list_of(_create_objective_decoder(model_id)),
        defaultObjective=_text,
        noveltyLimit=_amount,
        verdict=_decode_verdict,
        provenance=_decode_provenance,
    )(file, "")
    objectives, verdict = policy["objectives"], policy["verdict"]
    routes = {objective["name"] for objective in objectives if "constantModel" not in objective}
    # Where an objective is there twice, the first entry holds.
    shown = {item["objective"]: item["routes"] for item in reversed(verdict["evidence"])}
    if routes and (verdict["decision"] != "ROUTE" or not all(map(shown.get, routes))):
        _refuse("objectives", "must not route against the verdict")
    names = [objective["name"] for objective in objectives]
    _create_name_decoder("objectives", names)(policy["defaultObjective"], "defaultObjective")
    _create_name_decoder("fallbackOrder", policy["fallbackOrder"], len(models))
    return {**policy, "tasks": tasks, "models": models}


def _version(value: Any, path: str) -> int:
    return int(value) if isinstance(value, float) and value in (3, 4) else _refuse(path, "must be 3 or 4")


_decode_spec = _object(
    version=_version,
    bucketBits=_count(8, 20),
    wordNgrams=_count(1, 2),
    shortestCharacterNgram=_count(1, 8),
    longestCharacterNgram=_count(1, 8),
    maxWordCharacters=_count(1, 256),
    maxDistinctWords=_count(16, 4096),
    maxFieldCharacters=_count(256, _LIMITS["characters"]),
)


def _decode_follow_ups(value: Any, path: str) -> Dict[str, Any]:
    count = _object(wordCount=_count(0, _MAX_FEATURES))(value, path)["wordCount"]
    decoded: Dict[str, Any] = _object(
        wordBuckets=_ascending(count, 2**20),
        weights=_bytes(count),
        unknownWeight=_count(-127, 127),
        bias=_count(-127, 127),
    )(value, path)
    return decoded


def _create_scorer_decoder(task_count: int, model_count: int) -> _Decoder:
    def decode(value: Any, path: str) -> Dict[str, Any]:
        kind = _object(kind=_one_of("constant", "task_mixture"))(value, path)["kind"]
        if kind == "task_mixture":
            return {"kind": kind, **_decode_mixture(value, path, task_count, model_count)}
        if task_count > 1:
            _refuse("tasks", "must be a single one where the scorer is constant")
        return {"kind": kind, **_object(quality=_floats(model_count))(value, path)}

    return decode


def _decode_mixture(value: Any, path: str, task_count: int, model_count: int) -> Dict[str, Any]:
    counts = _object(
        features=_object(
            taskFeatureCount=_count(0, _MAX_FEATURES),
            otherFeatureCount=_count(0, _MAX_FEATURES),
            spec=_decode_spec,
        )
    )(value, path)["features"]
    spec, task_features = counts["spec"], counts["taskFeatureCount"]
    kept = task_features + counts["otherFeatureCount"]
    _refuse_more(f"{path}.features", kept, _MAX_FEATURES)
    outputs = task_count + model_count
    _refuse_more(f"{path}.features times outputs", kept * outputs, _LIMITS["weights"])
    bucket_limit = _BLOCK_COUNT << spec["bucketBits"]

    def linear_map(rows: int, output_count: int) -> _Decoder:
        return _object(
            weights=_bytes((rows + _STRUCTURAL_COUNT) * output_count),
            shifts=_bytes(rows + _STRUCTURAL_COUNT),
            scales=_floats(output_count),
            bias=_floats(output_count),
        )

    decoded: Dict[str, Any] = _object(
        temperature=_number(math.ulp(0.0)),
        features=_object(
            taskBuckets=_ascending(task_features, bucket_limit),
            otherBuckets=_ascending(kept - task_features, bucket_limit),
            idf=_bytes(kept, f"{kept} idf steps"),
            blockWeights=_list_of(_amount, _BLOCK_COUNT),
            structuralMean=_floats(_STRUCTURAL_COUNT),
            structuralDeviation=_floats(_STRUCTURAL_COUNT),
            structuralScale=_amount,
            seenWords=_bytes(2 ** spec["bucketBits"] // 8),
            unseenIdf=_amount,
            followUps=_decode_follow_ups if spec["version"] > 3 else lambda _value, _path: None,
        ),
        taskClassifier=linear_map(task_features, task_count),
        heads=linear_map(kept, model_count),
        bias=_floats(model_count),
        taskQuality=_floats(task_count * model_count),
        headWeight=_floats(task_count * model_count),
    )(value, path)
    features = decoded["features"]
    features["spec"] = spec
    features["buckets"] = features.pop("taskBuckets") + features.pop("otherBuckets")
    words = sum(bucket >> spec["bucketBits"] == 0 for bucket in features["buckets"])
    task_words = _object(taskWords=_bytes(math.ceil(words * task_count / 8)))(value, path)
    return {**decoded, **task_words, "taskFeatureCount": task_features}
