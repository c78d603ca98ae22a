"""Which runs a replay made: those of sessions on the notebooks that replays, and nobody else, write."""

import re

OF_TAG = "celltrail.replay.of"  # on the run that came out: the whole id of the one that was made again
SWAP_TAG = "celltrail.replay.swap"
# `<run>-<time>[-full]-<4 digits>.ipynb` in a folder `replays`, as celltrail.execute.replay.notebook names them; the
# store's folder need not be in the project.
_NAME = r"/replays/[0-9A-Za-z]{1,8}-[0-9]{8}-[0-9]{6}(-full)?-[0-9a-f]{4}(-executed)?\.ipynb$"
_PATTERN = re.compile(_NAME)
_FOLDER = "/.celltrail/replays/"

_BRACED = _NAME.replace("{", "{{").replace("}", "}}")
IS_REPLAY = f"""(contains('/' || {{path}}, '{_FOLDER}')
    OR (contains({{path}}, '/replays/') AND regexp_matches({{path}}, '{_BRACED}')))"""
REPLAY_SESSIONS = f"SELECT session_id FROM session WHERE {IS_REPLAY.format(path='notebook_path')}"  # noqa: S608 - ours
# The beginning of the id of the run that a session of replays was made for.
_BEGINNING = "regexp_extract(s.notebook_path, '([^/-]*)[^/]*$', 1)"
_IS_MADE = IS_REPLAY.format(path="s.notebook_path")
# What `attributes.replay_of` in a filter is compared with.
REPLAY_OF = f"""CASE WHEN {_IS_MADE} THEN coalesce((SELECT any_value(value) FROM tag JOIN key USING (key_no)
    WHERE tag.run_no = r.run_no AND key = '{OF_TAG}'), {_BEGINNING}) ELSE '' END"""  # noqa: S608 - a key of ours


def is_replay_notebook(path: str) -> bool:
    """Whether a replay was written to this notebook, by its path in the trail."""
    return _FOLDER in f"/{path}" or _PATTERN.search(path) is not None


def made_for(path: str) -> str:
    """The beginning of the id of the run that a notebook replays; empty where it replays none."""
    return path.rpartition("/")[2].partition("-")[0] if is_replay_notebook(path) else ""
