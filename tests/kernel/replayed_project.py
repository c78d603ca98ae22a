"""A project whose runs are replayed by the public command, for tests."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from written_notebooks import celltrail


@dataclass
class Project:
    """A project's folder, and what `celltrail` says in it."""

    folder: Path

    def runs(self, *words: object) -> list[dict[str, Any]]:
        said = celltrail("runs", "--json", *words, folder=self.folder)
        assert said.code == 0, said.err
        return json.loads(said.out)["runs"]

    def run_named(self, name: str) -> str:
        """The oldest run of that name: the recorded one, not a replay of it."""
        return self.runs("-f", f"name = '{name}'", "-o", "attributes.start_time ASC")[0]["run_id"]

    def replay(self, run_id: str, *words: object) -> tuple[int, dict[str, Any]]:
        said = celltrail("replay", run_id, "--json", *words, folder=self.folder)
        assert said.out, said.err
        return said.code, json.loads(said.out)

    def shown(self, run_id: str) -> dict[str, Any]:
        return json.loads(celltrail("show", run_id, "--json", folder=self.folder).out)


def item(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in report["checklist"] if one["name"] == name)


def tags(shown: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in shown["tags"]}
