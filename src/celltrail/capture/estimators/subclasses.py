"""Every class that derives from a base: those that exist, and each new one as it is defined."""

from collections.abc import Callable
from typing import Any

from celltrail.capture.boundary import guarded


def watch(base: Any, adopt: Callable[[type], None]) -> Callable[[], None]:
    """Tell `adopt` of each subclass of `base` as it is defined.

    Returns:
        A function that takes the hook back.
    """
    own = vars(base).get("__init_subclass__")

    def init_subclass(cls: type, /, **kwargs: Any) -> None:
        try:
            super(base, cls).__init_subclass__(**kwargs)
        except BaseException as error:
            # a bare raise adds no entry of its own: this frame leaves the traceback (see calls.py)
            error.__traceback__ = error.__traceback__.tb_next if error.__traceback__ else None
            raise
        with guarded("class"):
            adopt(cls)

    base.__init_subclass__ = classmethod(init_subclass)
    return lambda: _restore(base, own, init_subclass)


def _restore(base: Any, own: Any, ours: Any) -> None:
    if getattr(vars(base).get("__init_subclass__"), "__func__", None) is not ours:
        return
    if own is None:
        del base.__init_subclass__
    else:
        base.__init_subclass__ = own


def known(base: type) -> list[type]:
    """The classes that derive from `base` now."""
    found: dict[type, None] = {}
    waiting = [base]
    while waiting:
        below: list[type] = type.__subclasses__(waiting.pop())
        new = [cls for cls in below if cls not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return list(found)
