"""A replay's guard, in a process of its own: what it refuses, what it lets pass, what it works on a copy of."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from celltrail import codec
from celltrail.execute.replay import private
from celltrail.execute.replay.private import PrivateCopies
from celltrail.execute.replay.territory import Territory, refused, territory_of

BEGIN = """
import os, pathlib, shutil, sqlite3, sys
from celltrail.errors import ReplayRefusedError
from celltrail.execute.replay.guard import protect
protect(sys.argv[1])
def refuses(call, *arguments, **options):
    try:
        call(*arguments, **options)
    except ReplayRefusedError:
        return True
    return False
"""


class Place:
    """A project with files of the user's, its trail, and a tree with links to a large file and a folder."""

    def __init__(self, folder: Path) -> None:
        self.root, self.told = folder / "project", folder / "refused.jsonl"
        self.store = self.root / ".celltrail"
        self.tree = self.store / "replays" / "r" / "tree"
        for path in (self.tree, self.store / "journal", self.root / "linked" / "deep", self.root / "__pycache__"):
            path.mkdir(parents=True)
        for name in ("mine.txt", "agreed.csv", "large.bin", "linked/a.txt", "linked/deep/b.txt", "__pycache__/m.pyc"):
            (self.root / name).write_text("mine", encoding="utf-8")
        for name in ("large.bin", "linked"):
            (self.tree / name).symlink_to(self.root / name)
        self.before = self.files()

    def files(self) -> dict[str, str]:
        """The user's files."""
        found = (path for path in sorted(self.root.rglob("*")) if self.store not in path.parents and path.is_file())
        return {str(path.relative_to(self.root)): path.read_text(encoding="utf-8") for path in found}

    def territory(self, *, is_apart: bool) -> Territory:
        tree = self.tree if is_apart else None
        return territory_of(self.root, self.store, tree, agreed=[self.root / "agreed.csv"], told=self.told)

    def run(self, source: str, *, is_apart: bool) -> str:
        """What a program says that works in the tree, or in the project itself."""
        path = self.root.parent / "territory.json"
        path.write_bytes(codec.dumps(self.territory(is_apart=is_apart)))
        folder = self.tree if is_apart else self.root
        program = BEGIN + textwrap.dedent(source)
        words = [sys.executable, "-c", program, str(path)]
        done = subprocess.run(words, cwd=folder, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_nothing_of_the_user_s_is_removed_renamed_or_overwritten(place):
    said = place.run(
        """
        calls = [
            (os.remove, 'mine.txt'), (pathlib.Path('mine.txt').unlink,), (os.rename, 'mine.txt', 'other'),
            (os.replace, 'new.txt', 'mine.txt'), (open, 'mine.txt', 'w'), (open, 'mine.txt', 'r+'),
            (open, 'mine.txt', 'a'), (os.truncate, 'mine.txt', 0), (shutil.rmtree, 'linked'), (os.rmdir, 'linked'),
            (shutil.copyfile, 'agreed.csv', 'mine.txt'), (shutil.move, 'mine.txt', 'other'),
            (os.link, 'mine.txt', 'hard.txt'), (os.chmod, 'mine.txt', 0o600), (os.remove, b'mine.txt'),
            (shutil.rmtree, '.celltrail'), (shutil.rmtree, '..'), (os.rename, '.celltrail', 'gone'),
            (sys.audit, 'celltrail.write', 'mine.txt'),
        ]
        open('new.txt', 'w').close()
        print([number for number, (call, *given) in enumerate(calls) if not refuses(call, *given)])
        """,
        is_apart=False,
    )
    assert said == "[]\n", "the numbers of those that were not refused"
    assert place.files() == {**place.before, "new.txt": ""}
    assert (place.store / "journal").is_dir()
    assert any("mine.txt is not removed. Let the cell name it" in line for line in refused(place.told))


def test_what_is_the_replay_s_own_or_agreed_or_a_cache_is_not_held(place):
    place.run(
        """
        import tempfile
        open('agreed.csv', 'w').write('new')
        os.mkdir('made')
        open('made/x', 'w').write('1')
        os.replace('made/x', 'made/y')
        os.replace('made/y', 'out.txt')
        os.remove('out.txt')
        shutil.rmtree('made')
        os.remove('__pycache__/m.pyc')
        open('mine.txt').read()
        with tempfile.TemporaryDirectory() as folder:
            open(os.path.join(folder, 'x'), 'w').close()
        os.remove('agreed.csv')
        open('.celltrail/journal/new.ctj', 'wb').close()
        """,
        is_apart=False,
    )
    assert set(place.before) - set(place.files()) == {"__pycache__/m.pyc", "agreed.csv"}
    assert not refused(place.told)


def test_a_database_of_the_user_s_is_not_changed_and_one_of_the_replay_s_own_is(place):
    said = place.run(
        """
        sqlite3.connect('own.db').execute('create table t (a)')
        sys.audit('celltrail.change', 'own.db')
        sys.audit('celltrail.connect', 'made.duckdb')
        open('made.duckdb', 'x').close()
        sys.audit('celltrail.change', 'made.duckdb')
        print(refuses(sys.audit, 'celltrail.change', 'mine.txt'))
        """,
        is_apart=False,
    )
    assert said == "True\n"


def test_a_write_through_a_link_of_the_tree_stays_in_the_tree(place):
    said = place.run(
        """
        with open('large.bin', 'r+') as file:
            file.write('new')
            file.seek(0)
            print(file.read())
        open('linked/a.txt', 'w').write('new')
        open('linked/made.txt', 'w').write('new')
        os.remove('linked/deep/b.txt')
        shutil.rmtree('linked')
        """,
        is_apart=True,
    )
    assert said == "newe\n", "the rest of the file is what it was"
    assert place.files() == place.before
    assert not (place.tree / "linked").exists()
    assert not refused(place.told)


def test_native_code_that_is_about_to_write_through_a_link_gets_a_copy(place):
    place.run("sys.audit('celltrail.write', 'large.bin')", is_apart=True)
    assert not (place.tree / "large.bin").is_symlink()
    assert (place.tree / "large.bin").read_text(encoding="utf-8") == "mine"


def test_the_project_is_held_also_where_the_replay_has_a_tree(place):
    said = place.run(
        f"""
        root = {str(place.root)!r}
        print(refuses(os.remove, root + '/mine.txt'), refuses(open, root + '/mine.txt', 'w'))
        os.chdir(root + '/linked')
        print(refuses(os.remove, 'a.txt'), refuses(shutil.rmtree, root))
        open(root + '/new.txt', 'w').close()
        os.remove(root + '/new.txt')
        """,
        is_apart=True,
    )
    assert said == "True True\nTrue True\n"
    assert place.files() == place.before


def test_a_notebook_that_is_run_by_hand_after_its_replay_is_not_held(tmp_path):
    program = "from celltrail.execute.replay.guard import protect; import sys; protect(sys.argv[1])"
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "gone.json")], check=True)


def test_a_file_that_is_too_large_to_be_copied_is_refused(place, monkeypatch):
    monkeypatch.setattr(private, "COPIED_BYTES", 3)
    copies = PrivateCopies(place.territory(is_apart=True))
    with pytest.raises(private.ReplayRefusedError, match="it has 4 bytes, and 3 are left for that"):
        copies.make(str(place.tree / "large.bin"), is_emptied=False)
    assert copies.make(str(place.tree / "large.bin"), is_emptied=True), "its content is not wanted"


def test_a_folder_with_too_many_entries_is_refused(place, monkeypatch):
    monkeypatch.setattr(private, "_MOST_ENTRIES", 1)
    copies = PrivateCopies(place.territory(is_apart=True))
    with pytest.raises(private.ReplayRefusedError, match="a copy would have 2 entries"):
        copies.make(str(place.tree / "linked"), is_emptied=False)


def test_a_refusal_passes_the_boundary_that_keeps_our_own_failures_from_cells():
    from celltrail.capture.boundary import attempt, guarded
    from celltrail.errors import ReplayRefusedError

    def refuse() -> None:
        raise ReplayRefusedError("x.csv", "overwritten")

    with pytest.raises(ReplayRefusedError, match=r"x\.csv is not overwritten"):
        attempt("reader", refuse)
    with pytest.raises(ReplayRefusedError, match=r"x\.csv is not overwritten"), guarded("reader"):
        refuse()
