"""What libraries keep for later: handlers that they call back, and the one object that everybody gets."""

from celltrail.runs.effects.library import words
from celltrail.runs.effects.memory import SHELL_PATH

_HOOKED = words("logging atexit gc sys warnings")
_HOOKING = words("addHandler addFilter basicConfig append register")
_LOGGING = words("debug info warning error critical exception log")
_THE_ONE = {
    "builtins.get_ipython": SHELL_PATH,
    "logging.getLogger": "logging.logger",
    "decimal.getcontext": "decimal.context",
}


def the_one(path: str) -> str:
    """What a function gives that gives the same object each time; empty for any other function."""
    return _THE_ONE.get(path, "")


def keeps_a_hook(path: str) -> bool:
    """Whether a call gives a library something to call back from now on."""
    return path.partition(".")[0] in _HOOKED and path.rpartition(".")[2] in _HOOKING


def calls_its_hooks(path: str) -> bool:
    """Whether a call makes a library call back what it was given before."""
    return path.partition(".")[0] == "logging" and path.rpartition(".")[2] in _LOGGING
