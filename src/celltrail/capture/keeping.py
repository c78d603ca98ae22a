"""Contents of data put into the blobs: after the cell, in the background, within a session's budget."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from celltrail import clock
from celltrail.capture.background import Background
from celltrail.capture.recorder import Recorder
from celltrail.journal import events
from celltrail.records import DatasetVersion, FileUse

if TYPE_CHECKING:
    from celltrail.capture.datasets import Settled
    from celltrail.capture.frame_files import Packed
    from celltrail.journal.blobs import BlobStore

FOLDER_TYPE = "application/vnd.celltrail.folder+json"
_FILE_TYPE = "application/octet-stream"
_CHANGED = "it changed before it was kept"


class Keeper:
    """Keeps contents for one session; each one is kept once, and said to be kept or why not."""

    def __init__(self, recorder: Recorder, background: Background) -> None:
        self._recorder = recorder
        self._background = background
        self._left = recorder.settings.keep_budget_bytes
        self._asked: set[str] = set()
        self._waiting: dict[str, DatasetVersion] = {}

    def keep_file(self, use: FileUse) -> None:
        """Keep what a cell read from a file, if the file is small enough for the setting `keep_inputs_bytes`."""
        limit = self._recorder.settings.keep_inputs_bytes
        if use.mode == "read" and use.digest and use.size_bytes is not None and use.size_bytes <= limit:
            version = DatasetVersion(use.digest, "file", size_bytes=use.size_bytes, source=use.path)
            self._submit(version, lambda: self._keep_path(version))

    def keep(self, found: "Settled") -> None:
        """Keep what the user asked for."""
        version, named = found.version, found.named
        if not version.digest:
            reason = found.note or "what a URI leads to is not fetched"
            self._say(version, "", 0, "", f"not kept: {reason}")
        elif found.listing is not None:
            self._submit(version, lambda: self._keep_folder(found))
        elif named.path:
            self._submit(version, lambda: self._keep_path(version))
        else:
            self._submit(version, lambda: self._keep_value(version, named.pack))

    def give_up(self) -> None:
        """The session ends: say of what still waits that it was not kept."""
        for version in list(self._waiting.values()):
            self._say(version, "", 0, "", "not kept: it could not be written before the kernel ended")

    # --- in the background ----------------------------------------------------------------------------------------

    def _submit(self, version: DatasetVersion, task: Callable[[], None]) -> None:
        if version.digest in self._asked:
            return
        self._asked.add(version.digest)
        self._waiting[version.digest] = version

        def keep() -> None:
            task()
            self._waiting.pop(version.digest, None)  # one that failed is said not to be kept at the end

        self._background.submit("keep", keep)

    def _keep_path(self, version: DatasetVersion) -> None:
        if self._takes(version, version.size_bytes or 0):
            digest, size = self._blobs().put_file(self._path(version.source))
            if digest == version.digest:
                self._say(version, digest, size, _FILE_TYPE)
            else:
                self._say(version, "", 0, "", f"not kept: {_CHANGED}")

    def _keep_folder(self, found: "Settled") -> None:
        version, listing = found.version, found.listing
        if listing is None or not self._takes(version, listing.size_bytes):
            return
        folder, blobs = self._path(version.source), self._blobs()
        for file in listing.files:
            if blobs.put_file(folder / file.path)[0] != file.digest:
                self._say(version, "", 0, "", f"not kept: {file.path} in it changed before it was kept")
                return
        digest, _ = blobs.put_bytes(listing.packed)
        self._say(version, digest, listing.size_bytes, FOLDER_TYPE)

    def _keep_value(self, version: DatasetVersion, pack: "Callable[[], Packed] | None") -> None:
        packed = pack() if pack is not None else None
        if packed is None or packed.note:
            self._say(version, "", 0, "", f"not kept: {packed.note if packed else 'it could not be written'}")
        elif self._takes(version, len(packed.data)):
            digest, size = self._blobs().put_bytes(packed.data)
            self._say(version, digest, size, packed.media_type)

    def _takes(self, version: DatasetVersion, size: int) -> bool:
        """Whether that much may still be kept; if so it is counted, else it is said."""
        if size > self._left:
            budget = self._recorder.settings.keep_budget_bytes
            left = f"{self._left:,} of the session's {budget:,} bytes are left (keep_budget_bytes)"
            self._say(version, "", 0, "", f"not kept: {size:,} bytes, and {left}")
            return False
        self._left -= size
        return True

    def _say(self, version: DatasetVersion, blob: str, size: int, media_type: str, note: str = "") -> None:  # noqa: PLR0917 - the event's fields
        said = events.ContentKept(clock.now(), version.digest, version.source, blob, size, media_type, note)
        self._recorder.writer.append(said)

    def _blobs(self) -> "BlobStore":
        from celltrail.journal.blobs import BlobStore

        return BlobStore(self._recorder.settings.store)

    def _path(self, source: str) -> Path:
        return self._recorder.settings.root / source
