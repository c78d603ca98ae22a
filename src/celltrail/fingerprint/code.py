"""The code version: commit, branch and what differs, as git tells, without running a program of the repository's."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from celltrail import clock, config
from celltrail.fingerprint.digest import of_bytes
from celltrail.fingerprint.files import digest_bytes
from celltrail.lean import record
from celltrail.records import CodeVersion

TIMEOUT_S = 10.0
DIFF_LIMIT_BYTES = 4 << 20
STATUS_LIMIT_BYTES = 1 << 20
_SHOWN_UNTRACKED = 1_000
_CONFIG_LIMIT_BYTES = 1 << 16
_OUT_OF_THE_ORDINARY = ("HEAD", ".git/commondir", ".git/config.worktree")
_LEADS_TO_FILTERS = (b"filter", b"include", b"worktreeconfig")  # parts of a configuration, in small letters
_TRANSPORTS = ("ext", "file", "git", "http", "https", "ssh")
# A repository's own configuration may name programs to run; none is to run because somebody executed a cell. A partial
# clone would fetch what a diff needs, by a command of the configuration's choice: so no transport is allowed.
_HARMLESS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "diff.external=",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.algorithm=default",
    "diff.context=3",
    "diff.interHunkContext=0",
    "diff.renames=true",
    "protocol.allow=never",
    *(f"protocol.{name}.allow=never" for name in _TRANSPORTS),
)
_DIFF = (
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--binary",
    "--full-index",
    "--ignore-submodules=dirty",
)


@record
class Answer:
    """What git wrote; `is_whole` is False where it failed, took too long, or wrote more than was wanted."""

    text: bytes
    is_whole: bool


def current(root: Path) -> tuple[CodeVersion, bytes]:
    """The state of the repository that `root` lies in; up to some tens of milliseconds, more in a huge one.

    Args:
        root: A folder of the working tree; linked worktrees and submodules have their own state.

    Returns:
        The version, and the difference from its commit: comment lines with the untracked names, then a patch of staged
        and unstaged changes that `git apply` reads; empty where nothing differs. Where it was cut at 4 MB, or git did
        not answer within ten seconds, its first line says so and the version counts as dirty. Outside a repository, or
        without git, the version has an empty commit.
    """
    if not _may_be_in_a_repository(root):
        return _version("", "", "", b"")
    git = Git(root)
    status = git.ask(
        "status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=dirty", limit=STATUS_LIMIT_BYTES
    )
    if not status.is_whole and not status.text:
        return _unread(git)
    commit, branch, tracked, untracked = _read_status(status.text)
    notes = [] if status.is_whole else ["# the list of changes was cut: there are very many"]
    patch = Answer(b"", is_whole=True)
    if tracked or not status.is_whole:
        patch = git.difference(has_commit=bool(commit))
        if not patch.is_whole:
            notes.append(f"# the patch was cut at {DIFF_LIMIT_BYTES} bytes or {TIMEOUT_S:.0f} s: it does not apply")
    notes += [f"# untracked: {_one_line(name)}" for name in untracked[:_SHOWN_UNTRACKED]]
    if len(untracked) > _SHOWN_UNTRACKED:
        notes.append(f"# and {len(untracked) - _SHOWN_UNTRACKED} more untracked")
    return _version(commit, branch, "".join(note + "\n" for note in notes), patch.text)


def _may_be_in_a_repository(root: Path) -> bool:
    """Whether git has anything to find: a question to it costs as much as a small cell."""
    if config.names_git_folder():
        return True
    folder = os.path.realpath(root)
    return any((place / mark).exists() for place in (Path(folder), *Path(folder).parents) for mark in (".git", "HEAD"))


def may_have_filters(root: Path) -> bool:
    """Whether the configuration of a repository that `root` may lie in could name a filter, by a look at the files.

    To ask git itself is one process more each time. What is out of the ordinary may: a folder without its own
    configuration (a linked worktree, a submodule), a bare repository, an included file.
    """
    if config.names_git_folder():
        return True
    folder = Path(os.path.realpath(root))
    return any(_may_filter(place) for place in (folder, *folder.parents))


def _may_filter(folder: Path) -> bool:
    # os.path.exists, because Path.exists raises where a folder may not be looked into
    if any(os.path.exists(f"{folder}/{name}") for name in _OUT_OF_THE_ORDINARY):  # noqa: PTH110 - see above
        return True
    try:
        with (folder / ".git" / "config").open("rb") as file:
            content = file.read(_CONFIG_LIMIT_BYTES + 1).lower()
    except FileNotFoundError:
        return False
    except OSError:  # `.git` is a file that names the folder, or may not be read
        return True
    return len(content) > _CONFIG_LIMIT_BYTES or any(word in content for word in _LEADS_TO_FILTERS)


def _one_line(name: bytes) -> str:
    """A file name that cannot end the comment that it stands in."""
    return os.fsdecode(name).replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _version(commit: str, branch: str, notes: str, patch: bytes) -> tuple[CodeVersion, bytes]:
    difference = notes.encode("utf-8", "surrogateescape") + patch
    diff_digest = digest_bytes(difference) if difference else ""
    version = CodeVersion(
        digest=of_bytes(f"{commit} {diff_digest}".encode()),
        commit=commit,
        branch=branch,
        is_dirty=bool(difference),
        diff_digest=diff_digest,
    )
    return version, difference


def _unread(git: "Git") -> tuple[CodeVersion, bytes]:
    """No repository, or one that is too large to be compared in time: then its commit at least is known."""
    head = git.ask("rev-parse", "--verify", "--quiet", "HEAD")
    if not head.is_whole:
        return _version("", "", "", b"")
    branch = git.ask("symbolic-ref", "--quiet", "--short", "HEAD").text.decode("utf-8", "replace").strip()
    notes = f"# git did not list the changes within {TIMEOUT_S:.0f} s: there may be some\n"
    return _version(head.text.decode("ascii", "replace").strip(), branch, notes, b"")


def _read_status(text: bytes) -> tuple[str, str, int, list[bytes]]:
    """Commit, branch, the count of changed tracked files, and the untracked names."""
    commit, branch, tracked, untracked = "", "", 0, []
    for entry in text.split(b"\0"):
        if entry.startswith(b"# branch.oid "):
            oid = entry.removeprefix(b"# branch.oid ").decode("ascii", "replace")
            commit = "" if oid.startswith("(") else oid
        elif entry.startswith(b"# branch.head "):
            name = entry.removeprefix(b"# branch.head ").decode("utf-8", "replace")
            branch = "" if name == "(detached)" else name
        elif entry.startswith(b"? "):
            untracked.append(entry[2:])
        elif entry[:2] in {b"1 ", b"2 ", b"u "}:
            tracked += 1
    return commit, branch, tracked, untracked


class Git:
    """Asks git about one folder; each question is one process with a time limit.

    Args:
        root: The folder.
        environment: The environment of those processes; this process's own if None.
    """

    def __init__(self, root: Path, environment: Mapping[str, str] | None = None) -> None:
        self._environment = environment
        self._command: list[str] = ["git", "-C", os.fspath(root), "--no-optional-locks", "--no-pager"]
        for setting in _HARMLESS:
            self._command += ["-c", setting]
        if environment is not None or may_have_filters(root):
            for setting in self._filters():
                self._command += ["-c", setting]

    def ask(self, *arguments: str, limit: int = STATUS_LIMIT_BYTES) -> Answer:
        """What git answers, at most `limit` bytes of it; nothing where there is no git."""
        try:
            process = subprocess.Popen(
                [*self._command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
            )
        except OSError:
            return Answer(b"", is_whole=False)
        timer = clock.call_after(TIMEOUT_S, process.kill)
        if timer is None:  # Python is ending, and nobody would end a git that hangs
            process.kill()
        with process:
            text = process.stdout.read(limit + 1) if process.stdout else b""
            if len(text) > limit:
                process.kill()
        if timer is not None:
            timer.cancel()
        return Answer(text[:limit], is_whole=process.returncode == 0 and len(text) <= limit)

    def difference(self, *, has_commit: bool) -> Answer:
        """The patch from the commit to the working tree, staged changes included; from nothing without a commit."""
        if has_commit:
            return self.ask(*_DIFF, "HEAD", limit=DIFF_LIMIT_BYTES)
        staged = self.ask(*_DIFF, "--cached", limit=DIFF_LIMIT_BYTES)
        unstaged = self.ask(*_DIFF, limit=DIFF_LIMIT_BYTES)
        return Answer(staged.text + unstaged.text, staged.is_whole and unstaged.is_whole)

    def _filters(self) -> Sequence[str]:
        """Settings that switch off the content filters of the repository's own configuration; the user's own stay."""
        listed = self.ask("config", "--list", "--show-scope", "--name-only", "-z").text.split(b"\0")
        pairs = zip(listed[::2], listed[1::2], strict=False)
        own = [os.fsdecode(key) for scope, key in pairs if scope in {b"local", b"worktree"}]
        names = {key.removeprefix("filter.").rpartition(".")[0] for key in own if key.startswith("filter.")}
        return [
            f"filter.{name}.{part}"
            for name in sorted(names)
            for part in ("clean=", "process=", "smudge=", "required=false")
            if "=" not in name
        ]
