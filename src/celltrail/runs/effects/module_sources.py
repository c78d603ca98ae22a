"""What is known of the project's own modules, handed to those who follow a session."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ModuleSources:
    """What the project's modules held when the session imported them.

    Attributes:
        texts: Their sources, by dotted name; all that the session imported of the project, or none.
        packages: Which of them are packages.
        later: Other sources that they were reloaded with, by dotted name.
        reloads: The names that were executed again, by the execution that did, or before whose code that happened.
        problem: Why there are none although the session uses some, for people.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    packages: frozenset[str] = frozenset()
    later: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reloads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str = ""


NO_MODULES = ModuleSources()
