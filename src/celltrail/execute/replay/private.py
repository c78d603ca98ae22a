"""Copies that share nothing with the original: what a replay may write in place of a user's file.

Standard library only: a replay's kernel loads it.
"""

import os
import shutil
import sys
from pathlib import Path

from celltrail.errors import ReplayRefusedError
from celltrail.execute.replay.territory import Territory

COPIED_BYTES = 4 << 30  # of all files of a replay that are copied because its cells write them
_MOST_ENTRIES = 20_000
_DEEPEST = 64
_SHARE_BLOCKS = 0x40049409  # Linux' FICLONE


def copy_file(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> bool:
    """Copy a file with its times; whether it shares its blocks with the original until one is written (reflink).

    Raises:
        OSError: It cannot be read or written.
    """
    is_shared = sys.platform == "linux" and _share(source, target)
    if not is_shared:
        shutil.copyfile(source, target)
    shutil.copystat(source, target)
    return is_shared


def _share(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> bool:
    import fcntl

    with open(source, "rb") as old, open(target, "wb") as new:  # noqa: PTH123 - a kernel's paths are strings
        try:
            fcntl.ioctl(new.fileno(), _SHARE_BLOCKS, old.fileno())
        except OSError:
            return False  # most file systems cannot
    return True


class PrivateCopies:
    """Replaces the links of a replay's tree where something is going to be written, so that it stays in the tree.

    Thread safety: the caller's lock.
    """

    def __init__(self, territory: Territory) -> None:
        self._territory = territory
        self._left = COPIED_BYTES

    def make(self, path: str, *, is_emptied: bool) -> bool:
        """Replace the links on the way to a path, the last one too, by copies and by folders of links.

        Args:
            path: Absolute, as the cell named it.
            is_emptied: Whether the file is opened to be emptied: its content need not be copied.

        Returns:
            Whether the path now is in the tree; False where it leads out of it by no link of ours.

        Raises:
            ReplayRefusedError: It is too much to copy.
        """
        territory = self._territory
        if not territory.is_in_tree(path):
            return False
        place = territory.tree
        for part in Path(path).relative_to(place).parts[:_DEEPEST]:
            place = os.path.join(place, part)  # noqa: PTH118 - strings, as events have them
            if os.path.islink(place) and territory.is_users(os.path.realpath(place)):  # noqa: PTH114
                self._replace(place, is_emptied=is_emptied)
        return territory.is_in_tree(os.path.realpath(path))

    def _replace(self, link: str, *, is_emptied: bool) -> None:
        target = os.path.realpath(link)
        part = f"{link}.{os.getpid()}.part"
        if os.path.isdir(target):  # noqa: PTH112
            _link_entries(target, part)
            os.unlink(link)  # noqa: PTH108
        elif is_emptied or not os.path.exists(target):  # noqa: PTH110
            open(part, "wb").close()  # noqa: PTH123
        else:
            self._copy(target, part)
        os.replace(part, link)  # noqa: PTH105

    def _copy(self, source: str, part: str) -> None:
        size = os.stat(source).st_size  # noqa: PTH116
        left = min(self._left, shutil.disk_usage(os.path.dirname(part)).free // 2)  # noqa: PTH120
        if size > left:
            what = f"copied to be changed: it has {size:,} bytes, and {left:,} are left for that"
            raise ReplayRefusedError(source, what)
        if not copy_file(source, part):
            self._left -= size


def _link_entries(folder: str, part: str) -> None:
    """A folder of links to the entries of a folder: what is made or removed in it leaves the original alone."""
    names = os.listdir(folder)  # noqa: PTH208
    if len(names) > _MOST_ENTRIES:
        what = f"changed: a copy would have {len(names):,} entries, and {_MOST_ENTRIES:,} are the most"
        raise ReplayRefusedError(folder, what)
    os.mkdir(part)  # noqa: PTH102
    for name in names:
        os.symlink(os.path.realpath(os.path.join(folder, name)), os.path.join(part, name))  # noqa: PTH118, PTH211
