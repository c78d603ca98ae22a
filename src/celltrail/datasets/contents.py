"""The content of a version: in the blobs, where its file is unchanged, or wherever else it is kept."""

from celltrail.config import Settings
from celltrail.datasets.kept import KeptContent, kept_content
from celltrail.errors import VersionGoneError
from celltrail.fingerprint.files import FileDigests
from celltrail.fingerprint.folders import list_folder
from celltrail.store.datasets import DatasetEntry

FOLDER_TYPE = "application/vnd.celltrail.folder+json"
_MOST_BYTES = 2 << 30  # of a folder that is read again
_PLAIN_KINDS = frozenset({"file", "folder"})
_VALUE_KINDS = frozenset({"dataframe", "series", "ndarray", "sparse", "list"})


def content_of(settings: Settings, entry: DatasetEntry) -> KeptContent:
    """The content of a version, whole.

    Raises:
        VersionGoneError: It is nowhere any more, or it was never kept; the message says where it may still be had.
    """
    digest, source = entry.dataset.digest, entry.dataset.source
    found = kept_content(settings.store, settings.root, entry.blob, "") if entry.blob else None
    if found is None and entry.dataset.kind in _PLAIN_KINDS:
        found = _unchanged(settings, entry) or kept_content(settings.store, settings.root, digest, source)
    if found is None:
        raise VersionGoneError.of(entry.name, entry.dataset.version or digest[:24] or "without a digest", _why(entry))
    return found


def _unchanged(settings: Settings, entry: DatasetEntry) -> KeptContent | None:
    path = settings.root / entry.dataset.source
    if entry.dataset.kind == "folder" and path.is_dir():
        listing = list_folder(str(path), FileDigests(), budget_bytes=_MOST_BYTES)
        is_same = bool(listing.digest) and listing.digest == entry.dataset.digest
        found = KeptContent(listing.digest, "the folder itself", len(listing.packed), None, listing.packed)
        return found if is_same else None
    if not entry.dataset.source or FileDigests().digest(path) != entry.dataset.digest:
        return None
    return KeptContent(entry.dataset.digest, "the file itself", path.stat().st_size, path)


def _why(entry: DatasetEntry) -> str:
    dataset = entry.dataset
    if entry.blob:
        return "it was kept, and the blob is not there any more or is damaged"
    if dataset.version and dataset.kind not in _PLAIN_KINDS:
        return (
            f"not here: {dataset.kind} has it; read version {dataset.version} of {dataset.source} with {dataset.kind}"
        )
    if dataset.kind in _VALUE_KINDS:
        return f"its content was not kept ({entry.note or 'celltrail.dataset(..., keep=True) keeps one'})"
    if dataset.kind in _PLAIN_KINDS:
        noted = f", {entry.note}" if entry.note else ""
        return f"neither celltrail, nor DVC's cache, nor git keeps it, and the file is another now{noted}"
    return f"what {dataset.kind} gave then is not kept"
