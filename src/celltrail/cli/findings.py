"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: `remedy` is what to do, empty where all is well."""

    what: str
    verdict: Verdict
    says: str
    remedy: str = ""


def ok(what: str, says: str) -> Finding:
    """All is well."""
    return Finding(what, Verdict.OK, says)


def warn(what: str, says: str, remedy: str) -> Finding:
    """It works, but not as it should."""
    return Finding(what, Verdict.WARN, says, remedy)


def fail(what: str, says: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(what, Verdict.FAIL, says, remedy)
