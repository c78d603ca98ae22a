"""What is known of living objects: which run made a model, and which run a prediction comes from.

Nothing is kept alive: an object is known by its identity while a weak reference to it lives, so that an identity which
is used again is never mistaken. Content is known by digests taken when the prediction was made.
"""

import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from celltrail.capture.attribution import contents
from celltrail.capture.attribution.stamps import stamp
from celltrail.capture.snapshots import identity
from celltrail.lean import mutable, record

_MAX_CONTENTS = 20_000
_MAX_MEMBERS = 1_000
_MAX_DEPTH = 3


@record
class Origin:
    """Where a value comes from: its runs (several for a blend), and the dataset that they predicted on.

    `digests` are of the value, and of each column of a small table, as they were when this was noted. `rows` counts
    what was predicted, 0 where that cannot be compared; `slice_name` is the part of it that the value was made from.
    """

    run_ids: frozenset[str]
    dataset_name: str = ""
    dataset_digest: str = ""
    digests: tuple[str, ...] = ()
    is_derived: bool = False
    rows: int = 0
    slice_name: str = ""

    def bare(self) -> "Origin":
        """The same without what belongs to one value: its digests."""
        return replace(self, digests=(), is_derived=False)


@mutable
class _Span:
    start: int
    stop: int
    origin: Origin


class _Known:
    """What is known of one object; each tree of a forest has one."""

    __slots__ = ("is_opaque", "items", "origins", "reference", "run_ids", "spans")

    def __init__(self, reference: weakref.ref[Any]) -> None:
        self.reference = reference
        self.origins: list[Origin] = []
        self.spans: list[_Span] = []
        self.items: dict[str, Origin] = {}
        self.run_ids: frozenset[str] = frozenset()
        self.is_opaque = False


class Registry:
    """The models and predictions of one session that are alive.

    Thread safety: each method is one or two dictionary operations; callers are the threads of cells.
    """

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._contents: OrderedDict[str, dict[str, Origin]] = OrderedDict()

    # --- models -----------------------------------------------------------------------------------------------------

    def own_model(self, model: object, run_ids: frozenset[str], *, is_opaque: bool = False) -> None:
        """The model was made by these runs; several where a refit failed half-way.

        An opaque one says predictions by whatever name, and does not show in its attributes that it was trained again.
        """
        known = self._entry(model)
        if known is not None:
            known.run_ids = run_ids
            known.is_opaque |= is_opaque

    def disown(self, model: object) -> None:
        """The model was fitted where nothing is recorded: no run made it as it is now."""
        known = self._find(model)
        if known is not None:
            known.run_ids = frozenset()

    def model_runs(self, model: object) -> frozenset[str]:
        """The runs that made a model; empty where none did, or where it is no model."""
        known = self._find(model)
        return known.run_ids if known is not None else frozenset()

    def models_of(self, run_ids: frozenset[str]) -> list[object]:
        """The living models that one of these runs made."""
        found = [known.reference() for known in list(self._known.values()) if known.run_ids & run_ids]
        return [model for model in found if model is not None]

    def stamps(self) -> dict[int, tuple[object, ...]]:
        """What each living model looks like now, for `forget_changed`."""
        return {place: stamp(known.reference()) for place, known in list(self._known.items()) if known.run_ids}

    def forget_changed(self, stamps: Mapping[int, tuple[object, ...]]) -> None:
        """Models that do not look as they did then may have been fitted since: no run made them as they are now."""
        for place, known in list(self._known.items()):
            if known.run_ids and (known.is_opaque or stamps.get(place) != stamp(known.reference())):
                known.run_ids = frozenset()

    # --- predictions ------------------------------------------------------------------------------------------------

    def note(self, value: object, origin: Origin, *, is_new: bool = False) -> None:
        """The value comes from `origin`, only from it if it `is_new`; each part of a list or tuple does."""
        if isinstance(value, list | tuple):
            for part in value[:_MAX_MEMBERS]:
                if contents.is_array_like(part):
                    self.note(part, origin, is_new=is_new)
            return
        rows = origin.rows or (0 if origin.is_derived else contents.row_count(value))
        origin = replace(origin, digests=contents.digests(value), rows=rows)
        known = self._entry(value)
        if known is not None:
            known.origins = [origin] if is_new else [*_others(known.origins, origin), origin]
        self._note_memory(value, origin)
        if not origin.is_derived:
            self._note_content(origin)

    def _note_memory(self, value: object, origin: Origin) -> None:
        span = contents.span(value)
        if span is None or span.owner is value:
            return
        known = self._entry(span.owner)
        if known is not None:
            known.spans = [old for old in known.spans if (old.start, old.stop) != (span.start, span.stop)]
            known.spans.append(_Span(span.start, span.stop, origin))

    def _note_content(self, origin: Origin) -> None:
        if len(origin.run_ids) != 1:
            return
        for digest in origin.digests:
            by_run = self._contents.setdefault(digest, {})
            by_run.update(dict.fromkeys(origin.run_ids, origin))
            self._contents.move_to_end(digest)
        while len(self._contents) > _MAX_CONTENTS:
            self._contents.popitem(last=False)

    def exact(self, value: object) -> list[Origin]:
        """The origins of the very object; empty where it is not known."""
        known = self._find(value)
        return list(known.origins) if known is not None else []

    def view(self, value: object) -> list[Origin]:
        """The origins of the memory that the value is a view of."""
        span = contents.span(value)
        if span is None:
            return []
        known = self._find(span.owner)
        if known is None:
            return []
        found = [old.origin for old in known.spans if old.start < span.stop and span.start < old.stop]
        return found if found or span.owner is value else list(known.origins)

    def equal(self, value: object) -> dict[str, Origin]:
        """The runs that predicted exactly this content, with where they did."""
        digest = contents.digest(value)
        return dict(self._contents.get(digest, {})) if digest else {}

    # --- columns of a frame, keys of a dictionary -------------------------------------------------------------------

    def note_item(self, owner: object, key: str, origin: Origin) -> None:
        """`owner[key]` comes from `origin`; its digests are those of the item as it is now."""
        known = self._entry(owner)
        if known is not None:
            known.items[key] = origin

    def item(self, owner: object, key: str) -> Origin | None:
        """Where `owner[key]` comes from."""
        known = self._find(owner)
        return known.items.get(key) if known is not None else None

    def forget_item(self, owner: object, key: str) -> None:
        """`owner[key]` is something else now."""
        known = self._find(owner)
        if known is not None:
            known.items.pop(key, None)

    # --- any value --------------------------------------------------------------------------------------------------

    def origins_of(self, value: object, depth: int = 0) -> frozenset[Origin]:
        """All that a value has to do with: as a model, a prediction, or a container of either."""
        known = self._find(value)
        found: set[Origin] = set()
        if known is not None and known.run_ids and (known.is_opaque or can_predict(value)):
            found.add(Origin(known.run_ids))
        found.update(origin.bare() for origin in self.exact(value) or self.view(value))
        if known is not None:
            found.update(origin.bare() for origin in known.items.values())
        if depth < _MAX_DEPTH:
            for member in _members(value):
                found |= self.origins_of(member, depth + 1)
        return frozenset(found)

    def has_facts(self) -> bool:
        """Whether anything is known at all."""
        return bool(self._known)

    def _find(self, value: object) -> _Known | None:
        known = self._known.get(identity(value))
        return known if known is not None and known.reference() is value else None

    def _entry(self, value: object) -> _Known | None:
        known = self._find(value)
        if known is not None:
            return known
        place = identity(value)
        try:
            reference = weakref.ref(value, self._forgetter(place))
        except TypeError:  # no weak reference to it: a list, or a class with __slots__
            return None
        known = self._known[place] = _Known(reference)
        return known

    def _forgetter(self, place: int) -> Callable[[weakref.ref[Any]], None]:
        known = self._known

        def forget(reference: weakref.ref[Any]) -> None:
            entry = known.get(place)
            if entry is not None and entry.reference is reference:
                del known[place]

        return forget


def can_predict(model: object) -> bool:
    """Whether a model says anything itself; a scaler or an encoder only passes on what another said."""
    return any(hasattr(type(model), name) for name in ("predict", "fit_predict", "score_samples"))


def common_dataset(origins: Iterable[Origin]) -> tuple[str, str]:
    """Name and digest of the one dataset that these predictions were made on; empty where it is not one."""
    names = {(origin.dataset_name, origin.dataset_digest) for origin in origins if origin.dataset_name}
    return names.pop() if len(names) == 1 else ("", "")


def common_rows(origins: Iterable[Origin]) -> int:
    """How many rows these predictions have; 0 where they are of several lengths or datasets."""
    sizes = {(origin.rows, origin.dataset_digest) for origin in origins if origin.rows}
    return sizes.pop()[0] if len(sizes) == 1 else 0


def _others(origins: list[Origin], newest: Origin) -> list[Origin]:
    return [origin for origin in origins if origin.run_ids != newest.run_ids and origin.digests == newest.digests]


def _members(value: object) -> Iterable[object]:
    if type(value) is dict:
        return list(value.values())[:_MAX_MEMBERS]
    if isinstance(value, list | tuple | set | frozenset) and type(value).__module__ == "builtins":
        return list(value)[:_MAX_MEMBERS]
    return ()
