"""CPU time of a decision on prompts of about 1 kB, next to scikit-learn's with features of the same kind.

    python3 scripts/bench/python/time_decisions.py FOLDER POLICY PROMPTS

FOLDER holds routesmith_policy.py; PROMPTS has a JSON text in each line. Prints a line of JSON.
"""

import json
import os
import random
import statistics
import sys
import time
import warnings

# Before numpy is loaded: one thread, so that CPU time is what a request waits for.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
sys.path.insert(0, sys.argv[1])
from routesmith_policy import load_policy  # noqa: E402

ROUNDS = 7


def read_prompts(path):
    """Prompts of about 1 kB, each of them texts that were not in another one."""
    with open(path, encoding="utf-8") as lines:
        texts = [json.loads(line) for line in lines]
    prompts, current = [], ""
    for text in texts:
        current += text + "\n"
        if len(current) >= 1000:
            prompts.append(current[:1000])
            current = ""
    return prompts


def time_each(decide, prompts):
    """Median over rounds of the CPU microseconds of a prompt that was not decided on just before."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for prompt in prompts:
            decide(prompt)
        rounds.append((time.process_time() - start) / len(prompts) * 1e6)
    return statistics.median(rounds)


def build_scikit_learn(prompts, tasks, models):
    """Words, pairs and character n-grams, hashed, weighted by tf-idf, into logistic and linear models."""
    try:
        import numpy
        import sklearn
        from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
        from sklearn.linear_model import LogisticRegression, Ridge
        from sklearn.pipeline import make_pipeline, make_union
    except ImportError:
        return None
    # Weights of any quality take the same time.
    warnings.simplefilter("ignore")
    draw = random.Random(1)
    words = HashingVectorizer(n_features=2**17, ngram_range=(1, 2), norm=None, alternate_sign=False)
    grams = HashingVectorizer(
        n_features=2**17, analyzer="char_wb", ngram_range=(3, 4), norm=None, alternate_sign=False
    )
    features = make_pipeline(
        make_union(words, grams), TfidfTransformer(sublinear_tf=True)
    )
    matrix = features.fit_transform(prompts)
    classes = [index % tasks for index in range(len(prompts))]
    classifier = LogisticRegression(max_iter=5).fit(matrix, classes)
    targets = numpy.array([[draw.random() for _ in range(models)] for _ in prompts])
    heads = Ridge(solver="lsqr", max_iter=5).fit(matrix, targets)

    def decide(prompt):
        row = features.transform([prompt])
        classifier.predict_proba(row)
        return int(heads.predict(row).argmax())

    return sklearn.__version__, decide


def main():
    with open(sys.argv[2], "rb") as file:
        policy = load_policy(file.read())
    prompts = read_prompts(sys.argv[3])
    fresh = prompts[: len(prompts) // 2]
    start = time.process_time()
    for prompt in fresh:
        policy.decide(prompt)
    first = (time.process_time() - start) / len(fresh) * 1e6
    result = {
        "python": sys.version.split()[0],
        "prompts": len(prompts),
        "tasks": len(policy.policy["tasks"]),
        "models": len(policy.policy["models"]),
        "microsecondsAtFirst": round(first),
        "microseconds": round(time_each(policy.decide, prompts)),
    }
    other = build_scikit_learn(prompts, result["tasks"], result["models"])
    if other is not None:
        version, decide = other
        result["scikitLearn"] = {"version": version, "microseconds": round(time_each(decide, prompts))}
    print(json.dumps(result))


main()
