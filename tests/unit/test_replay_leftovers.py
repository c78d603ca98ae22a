"""What killed replays left is cleared away, and nothing beside it."""

import dataclasses

import pytest

from celltrail import codec
from celltrail.config import Settings
from celltrail.execute.replay.files import KeptFiles
from celltrail.execute.replay.leftovers import OWNER_NAME, Leftover, announce_files, clear_leftovers


def leave(settings, tree):
    """The note of a replay whose process is gone."""
    replays = settings.store / "replays"
    notebook = replays / "3f2a.ipynb"
    folder = notebook.with_suffix(".files")
    announce_files(KeptFiles(settings.root, folder, {}), notebook, (), tree)
    path = folder / OWNER_NAME
    left = codec.loads(Leftover, path.read_bytes())
    gone = dataclasses.replace(left.owner, pid_started=left.owner.pid_started - 1)
    path.write_bytes(codec.dumps(dataclasses.replace(left, owner=gone)))
    return path


def test_the_folder_of_a_killed_replay_is_removed(tmp_path):
    settings = Settings(tmp_path, tmp_path / ".celltrail")
    tree = settings.store / "replays/3f2a/tree"
    tree.mkdir(parents=True)
    note = leave(settings, tree)
    clear_leftovers(settings)
    assert not tree.exists()
    assert not note.exists()


@pytest.mark.parametrize("way", ["../../mine/tree", "3f2a/../../../mine/tree", "linked/tree"])
def test_a_note_that_names_another_folder_has_no_say_over_it(tmp_path, way):
    settings = Settings(tmp_path, tmp_path / ".celltrail")
    mine = tmp_path / "mine/tree"
    mine.mkdir(parents=True)
    (settings.store / "replays/3f2a").mkdir(parents=True)
    (settings.store / "replays/linked").symlink_to(tmp_path / "mine")
    leave(settings, settings.store / "replays" / way)
    clear_leftovers(settings)
    assert mine.exists()
