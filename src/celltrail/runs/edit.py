"""What people do to runs afterwards: tags, a star, the archive, a note; all are events, nothing is deleted."""

from collections.abc import Iterator
from dataclasses import dataclass

from celltrail import clock
from celltrail.errors import EditError
from celltrail.journal import events
from celltrail.records import Tag
from celltrail.store.table import ARCHIVED_TAG, NOTE_TAG, STARRED_TAG

OWN_PREFIX = "celltrail."
MAX_EDITED = 1000
MAX_KEY_LENGTH = 250  # as MLflow's
MAX_VALUE_LENGTH = 8000
MAX_NAME_LENGTH = 120
MAX_VIEW_LENGTH = 100_000
_YES = "yes"


@dataclass(frozen=True, slots=True)
class RunEdit:
    """Changes of runs, all of them on each; what is None or empty stays as it is.

    Attributes:
        run_ids: The runs, by their whole ids; at most 1,000.
        tags: Tags to set.
        removed_tags: Keys of tags to take off.
        is_starred: Star them, or take the star away.
        is_archived: Put them into the archive, or back.
        note: A note in Markdown; an empty one takes it away.
    """

    run_ids: tuple[str, ...]
    tags: tuple[Tag, ...] = ()
    removed_tags: tuple[str, ...] = ()
    is_starred: bool | None = None
    is_archived: bool | None = None
    note: str | None = None


def events_of(edit: RunEdit) -> list[events.Event]:
    """The events that make an edit.

    Raises:
        EditError: It changes nothing, or too many runs, or a tag is none that a user may set.
    """
    _check(edit)
    tags = [*edit.tags, *(Tag(key, value) for key, value in _marks(edit) if value)]
    removed = [*edit.removed_tags, *(key for key, value in _marks(edit) if not value)]
    at = clock.now()
    written: list[events.Event] = []
    for run_id in dict.fromkeys(edit.run_ids):
        if tags:
            written.append(events.TagsSet(run_id, at, tuple(tags)))
        if removed:
            written.append(events.TagsRemoved(run_id, at, tuple(removed)))
    if not written:
        raise EditError("nothing", "is to be changed: name a tag, a star, the archive or a note")
    return written


def view_event(name: str, definition: str) -> events.ViewSaved:
    """The event that keeps a view of the runs table; an empty definition takes it away.

    Raises:
        EditError: The name is none, or one of them is too long.
    """
    if not name.strip() or len(name) > MAX_NAME_LENGTH:
        raise EditError("a view", f"needs a name of 1 to {MAX_NAME_LENGTH} characters")
    if len(definition) > MAX_VIEW_LENGTH:
        raise EditError("the view", f"is longer than {MAX_VIEW_LENGTH:,} characters")
    return events.ViewSaved(clock.now(), name.strip(), definition)


def _marks(edit: RunEdit) -> Iterator[tuple[str, str]]:
    """Celltrail's own tags that an edit sets, or takes off where the value is empty."""
    for key, is_on in ((STARRED_TAG, edit.is_starred), (ARCHIVED_TAG, edit.is_archived)):
        if is_on is not None:
            yield key, _YES if is_on else ""
    if edit.note is not None:
        if len(edit.note) > MAX_VIEW_LENGTH:
            raise EditError("the note", f"is longer than {MAX_VIEW_LENGTH:,} characters: keep it as an artifact")
        yield NOTE_TAG, edit.note


def _check(edit: RunEdit) -> None:
    if not edit.run_ids:
        raise EditError("no run", "is named: say which")
    if len(edit.run_ids) > MAX_EDITED:
        raise EditError(f"{len(edit.run_ids):,} runs", f"are too many at once: {MAX_EDITED:,} at most")
    for tag in edit.tags:
        _check_tag(tag)
    for key in edit.removed_tags:
        _check_key(key)


def _check_tag(tag: Tag) -> None:
    _check_key(tag.key)
    if len(tag.value) > MAX_VALUE_LENGTH:
        raise EditError(f"tag {tag.key}", f"has a value of more than {MAX_VALUE_LENGTH:,} characters")


def _check_key(key: str) -> None:
    if not key.strip() or len(key) > MAX_KEY_LENGTH:
        raise EditError("a tag", f"needs a key of 1 to {MAX_KEY_LENGTH} characters")
    if key.startswith(OWN_PREFIX):
        raise EditError(f"tag {key}", "is celltrail's own: choose another key")
