"""What DVC has of a file: the md5 in its .dvc file or dvc.lock, and the cache; read without DVC and without YAML.

DVC writes both kinds of files itself, in one plain style, of which the lists of outputs are all that is read here.
What is written in another style is not found, and never found wrongly: an md5 is 32 hexadecimal digits.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from celltrail.lean import record

LOCK_FILE = "dvc.lock"
_ENTRY = re.compile(r"^(?P<indent> *)(?P<item>- )?(?P<key>[\w-]+):(?: (?P<value>.*))?$")
_MD5 = re.compile(r"[0-9a-f]{32}(?:\.dir)?", re.ASCII)
_SECTIONS = frozenset({"outs", "deps", "params", "stages"})
_MAX_BYTES = 16 << 20


@record
class Out:
    """One output that DVC tracks: `path` as its file has it; the md5 of a folder ends in `.dir`."""

    path: str
    md5: str


@record
class TrackedFile:
    """A file that DVC tracks.

    Attributes:
        md5: What DVC has of the file, or of the folder that it lies in.
        within: Its path in that folder; empty where it is tracked by itself.
        said_by: The .dvc file or dvc.lock.
        out: The output's path, as that file has it.
        repository: The folder with `.dvc`.
    """

    md5: str
    within: str
    said_by: Path
    out: str
    repository: Path


def repository_of(path: str | Path) -> Path | None:
    """The nearest folder above a path that holds a `.dvc` folder."""
    folder, before = os.path.dirname(path), ""  # noqa: PTH120 - a Path costs ten times as much here
    while folder != before:
        if os.path.isdir(f"{folder}/.dvc"):  # noqa: PTH112 - as above, and never raises
            return Path(folder)
        folder, before = os.path.dirname(folder), folder  # noqa: PTH120 - as above
    return None


def tracking(path: Path, repository: Path | None = None) -> TrackedFile | None:
    """What tracks an absolute path now; a few `stat` calls where nothing does.

    A pipeline stage with a working directory of its own names its outputs from there, and is not followed.

    Args:
        path: The path.
        repository: Its repository, where that is known.
    """
    repository = repository or repository_of(path)
    if repository is None:
        return None
    for said_by, out in _places(path, repository):
        for found in outs_in(_text(said_by)):
            if os.path.normpath(found.path) == out:
                within = path.relative_to(said_by.parent / out).as_posix()
                return TrackedFile(found.md5, "" if within == "." else within, said_by, out, repository)
    return None


def _places(path: Path, repository: Path) -> Iterator[tuple[Path, str]]:
    """The files that may track a path, and what each of them would call it or a folder around it."""
    tracked = path
    while tracked != repository and tracked.is_relative_to(repository):
        yield tracked.with_name(tracked.name + ".dvc"), tracked.name
        folder = tracked.parent
        while folder.is_relative_to(repository):
            yield folder / LOCK_FILE, tracked.relative_to(folder).as_posix()
            folder = folder.parent
        tracked = tracked.parent


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            return ""
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def outs_in(text: str) -> tuple[Out, ...]:
    """The outputs in the text of a .dvc file or a dvc.lock."""
    found: list[Out] = []
    for fields in _items(text):
        path, md5 = _scalar(fields.get("path", "")), fields.get("md5", "").strip()
        if path and _MD5.fullmatch(md5):
            found.append(Out(path, md5))
    return tuple(found)


def _items(text: str) -> Iterator[dict[str, str]]:
    """The items of every list `outs`, key by key as they are written."""
    is_outs, item, last = False, dict[str, str](), ""
    for line in text.splitlines():
        match = _ENTRY.match(line)
        if match is None:
            if last and line.startswith("  "):  # a long text goes on
                item[last] += " " + line.strip()
            continue
        key, value = match["key"], match["value"] or ""
        if match["item"] or not (match["indent"] or item.keys() & {key}):
            yield item
            item = {}
        if key in _SECTIONS and not value:
            is_outs = key == "outs"
        last = key if is_outs and value else ""
        if last:
            item[key] = value
    yield item


def _scalar(text: str) -> str:
    text = text.strip()
    if text.startswith("'") and text.endswith("'") and len(text) > 1:
        return text[1:-1].replace("''", "'")
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        return ""


def cached(repository: Path, md5: str, within: str = "") -> Path | None:
    """Where DVC's cache has a content; None where it does not, or has only the list of a folder."""
    if not _MD5.fullmatch(md5):
        return None
    if not md5.endswith(".dir"):
        return _in_cache(repository, md5)
    inner = listed_md5(repository, md5, within)
    return _in_cache(repository, inner) if inner is not None else None


def listed_md5(repository: Path, md5: str, within: str) -> str | None:
    """The md5 of a file in a folder, as the folder's list in the cache has it; None where it does not."""
    listed = _in_cache(repository, md5)
    if listed is None or not within:
        return None
    try:
        entries = json.loads(_text(listed) or "[]")
        inner = str(next(one["md5"] for one in entries if one["relpath"] == within))
    except (ValueError, KeyError, TypeError, StopIteration):
        return None
    return inner if _MD5.fullmatch(inner) and not inner.endswith(".dir") else None


def _in_cache(repository: Path, md5: str) -> Path | None:
    folder = cache_folder(repository)
    for base in (folder / "files" / "md5", folder):  # DVC 3, and what DVC 2 left
        path = base / md5[:2] / md5[2:]
        if os.path.isfile(path):  # noqa: PTH113 - never raises
            return path
    return None


def cache_folder(repository: Path) -> Path:
    """The local cache: `cache.dir` of the repository's own settings, else `.dvc/cache`."""
    import configparser  # 2 ms, which a cell that reads a file need not pay

    named = ""
    for name in ("config", "config.local"):
        settings = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            settings.read_string(_text(repository / ".dvc" / name))
        except configparser.Error:
            continue
        named = settings.get("cache", "dir", fallback=named)
    return repository / ".dvc" / (Path(named).expanduser() if named else "cache")
