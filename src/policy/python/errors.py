"""The error of an unreadable policy."""

from __future__ import annotations

from typing import NoReturn

_DAMAGED = "The file is damaged, or no policy. Export it again."
_PRICE_MEMBERS = "Pass inputPerMillionUsd, outputPerMillionUsd and date."


class PolicyError(ValueError):
    """A policy that is refused. The message says what is wrong, where, and what to do.

    `where` names the member of the file, or the option. `code` is `invalid_policy`, or `usage` for an
    option.
    """

    code = "invalid_policy"

    def __init__(self, where: str, problem: str, fix: str) -> None:
        super().__init__(f"{where}: {problem}\n  {fix}")
        self.where = where
        self.fix = fix


def _refuse(path: str, problem: str, fix: str = _DAMAGED) -> NoReturn:
    if path.startswith("options"):
        error = PolicyError(path, problem, _PRICE_MEMBERS)
        error.code = "usage"
        raise error
    raise PolicyError(f"policy file, {path}" if path else "policy file", problem, fix)
