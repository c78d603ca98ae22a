"""What the server tells of an artifact: real files of each kind, in bounds, and never executed."""

from pathlib import Path

import pandas as pd
import pytest
from jupyter_process import JupyterProcess

from celltrail.config import ensure_store_folder
from celltrail.journal.blobs import BlobStore

ROWS = pd.DataFrame(
    {
        "n": [1, 2, 3],
        "😀 who": ["x", None, "🎉"],
        "value": [1.5, float("nan"), float("inf")],
        "nested": [[1, 2], None, [3]],
        "quote\"'; DROP": [True, False, None],
    }
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    base = tmp_path_factory.mktemp("preview")
    (base / "root").mkdir()
    (base / "root" / "pyproject.toml").write_text("")
    ensure_store_folder(base / "root" / ".celltrail")
    server = JupyterProcess(base / "root", base / "home")
    server.root = base / "root"
    yield server
    server.kill()


@pytest.fixture(scope="module")
def blobs(server):
    return BlobStore(server.root / ".celltrail")


@pytest.fixture
def look(server, blobs):
    def ask(content: bytes | Path, path: str = "", media_type: str = "", **more):
        digest, size = blobs.put_file(content) if isinstance(content, Path) else blobs.put_bytes(content)
        question = {"digest": digest, "path": path, "media_type": media_type, "size_bytes": size, **more}
        answer = server.request("celltrail/api/preview", question)
        assert answer.status == 200, answer.json()
        return answer.json()

    return ask


def rows(preview):
    return [row["cells"] for row in preview["table"]["rows"]]


def test_parquet_is_shown_with_its_types_its_rows_and_what_is_missing(look):
    found = look(ROWS.to_parquet(), "a.parquet", "application/octet-stream")
    assert (found["kind"], found["problem"], found["table"]["row_count"]) == ("table", "", 3)
    assert [(each["name"], each["dtype"], each["is_number"]) for each in found["table"]["columns"]] == [
        ("n", "BIGINT", True),
        ("😀 who", "VARCHAR", False),
        ("value", "DOUBLE", True),
        ("nested", "BIGINT[]", False),
        ("quote\"'; DROP", "BOOLEAN", False),
    ]
    assert rows(found) == [
        ["1", "x", "1.5", "[1, 2]", "true"],
        ["2", None, None, None, "false"],
        ["3", "🎉", "inf", "[3]", None],
    ]
