"""Random generators as they stood before a recorded cell: what a replay begins such a cell with."""

from pathlib import Path

from celltrail import config
from celltrail.capture import active
from celltrail.journal.blobs import BlobStore


def restore_generators(digest: str) -> None:
    """Set the global random generators of Python, numpy and torch to states that celltrail kept before a cell.

    Args:
        digest: The kept states, as the notebook of a replay names them: "blake3:…".

    Raises:
        BlobNotFoundError: This project's store does not have them.
        ValueError: They were kept by a newer celltrail.
    """
    from celltrail.fingerprint import seed

    session = active.current_session()
    settings = session.settings if session is not None else config.load_settings(Path.cwd())
    seed.restore(BlobStore(settings.store).read(digest))
