"""Does on each line of standard input what it asks for, and answers with a line of JSON."""

import base64
import json
import sys

sys.path.insert(0, sys.argv[1])
from routesmith_policy import PolicyError, load_policy  # noqa: E402

policies = {}


def answer(request):
    if "load" in request:
        source = request["load"]
        options = request.get("options", {})
        try:
            given = base64.b64decode(source) if request.get("bytes") else source
            policy = load_policy(given, **options)
        except PolicyError as error:
            return {"refused": str(error)}
        policies[request["name"]] = policy
        return {
            "digest": policy.digest,
            "reports": policy.reports,
            "checked": policy.is_signature_checked,
        }
    policy = policies[request["name"]]
    return policy.decide(request["prompt"], **request.get("options", {}))


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
