"""Decides on values of every kind, which must raise nothing, and in several threads at once.

    python3 python-odd-values.py FOLDER POLICY

Prints how many decisions were made, and how many of those in threads differ from those of one thread.
"""

import random
import sys
import threading

sys.path.insert(0, sys.argv[1])
from routesmith_policy import load_policy  # noqa: E402

with open(sys.argv[2], "rb") as file:
    data = file.read()
policy = load_policy(data)
name = policy.policy["models"][0]["id"]
huge = 10**400
odd = [None, True, 0, -1, 1.5, float("nan"), float("inf"), huge, -huge, "", "x", b"x", [], [[]], {}]
odd += [{"a": 1}, {1: 2}, object(), set(), name, [name], {name: "down"}, {name: {"capabilities": [1]}}]
decisions = 0


def decide(prompt="hello", **options):
    global decisions
    decisions += 1
    return policy.decide(prompt, **options)


limits = ["maxCostUsd", "maxLatencyMs", "minQuality", "maxOutputTokens", "contextMargin"]
for value in odd:
    for option in ["objective", "constraints", "task", "model", "current", "explore", "models"]:
        decide(**{option: value})
    for limit in limits + ["allow", "deny", "capabilities"]:
        decide(constraints={limit: value})
    decide(current={"model": name, "cachedTokens": value})
    decide(explore={"share": value, "seed": 1})
    decide(explore={"share": 1, "seed": value})
    decide(models={name: value})
    decide(objective={"costWeightPerUsd": value, "latencyWeightPerSecond": 0})
    part = {"type": value, "text": value, "source": value}
    for messages in [value, [value], [{"role": "user", "content": [part, value]}], [{"role": value}]]:
        decide(messages)
        decide({"messages": messages, "tools": value, "max_tokens": value, "response_format": value})
    decide({"messages": [], "tools": [value]})

draw = random.Random(1)
letters = "abcdefghij"
texts = [" ".join("".join(draw.choices(letters, k=5)) for _ in range(200)) for _ in range(40)]
expected = [policy.decide(text) for text in texts]
shared = load_policy(data)
different = []


def decide_all():
    different.extend(text for text, decision in zip(texts, expected) if shared.decide(text) != decision)


sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=decide_all) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(decisions, len(different))
