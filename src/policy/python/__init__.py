"""Decide with a Routesmith policy in a Python program.

    from pathlib import Path
    from routesmith_policy import load_policy

    policy = load_policy(Path("mine.policy.json").read_bytes())
    decision = policy.decide("What is 17 percent of 240?", objective="cost")
    decision["model"]

Needs Python 3.9 or later and the standard library. Signatures are checked with the package
`cryptography`, where it is installed. A decision has the same members, and the same choice, as one of
the JavaScript runtime; options have the same names as there. A member that is None counts as absent.
Importing reads no file and starts nothing. A loaded policy can be shared by threads.
"""

from __future__ import annotations

from .errors import PolicyError
from .load import LoadedPolicy, load_policy

__all__ = ["LoadedPolicy", "PolicyError", "load_policy"]
