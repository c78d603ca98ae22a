"""lakeFS and Nessie as their HTTP interfaces are documented, as far as a reader needs them; for their own clients."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def identity(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


class LakeFS:
    """One repository `data` with the branch `main`: https://docs.lakefs.io/reference/api.html."""

    def __init__(self) -> None:
        self.commits: dict[str, dict[str, bytes]] = {}
        self.head = ""
        self.staged: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.commit({})

    def commit(self, objects: dict[str, bytes]) -> str:
        """Commit objects to `main`; the commit's id."""
        now = self.commits.get(self.head, {}) | objects
        self.head = identity(self.head, sorted(now.items()))
        self.commits[self.head] = now
        return self.head

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(path)
        parts = path.removeprefix("/api/v1/repositories/data/").split("/")
        match parts:
            case ["commits", commit]:
                return self._commit(commit)
            case ["branches", "main", "diff"]:
                changes = [{"type": "changed", "path": path, "path_type": "object"} for path in self.staged]
                page = {"has_more": False, "next_offset": "", "results": len(changes), "max_per_page": 1000}
                return 200, {"pagination": page, "results": changes}
            case ["refs", reference, "objects"]:
                return self._object(reference, query["path"])
        return 404, {"message": "not found"}

    def _commit(self, reference: str) -> tuple[int, Any]:
        commit = self.head if reference == "main" else reference
        if commit not in self.commits:
            return 404, {"message": "commit not found"}
        known = {"committer": "a", "message": "m", "creation_date": 0, "meta_range_id": "r", "metadata": {}}
        return 200, {"id": commit, "parents": [], **known}

    def _object(self, reference: str, path: str) -> tuple[int, Any]:
        objects = self.commits[self.head] | self.staged if reference == "main" else self.commits.get(reference, {})
        return (200, objects[path]) if path in objects else (404, {"message": "object not found"})


class Nessie:
    """One branch `main` with Iceberg tables: https://projectnessie.org/develop/rest/ (version 1)."""

    def __init__(self) -> None:
        self.commits: dict[str, dict[str, int]] = {}
        self.head = ""

    def commit(self, tables: dict[str, int]) -> str:
        """Commit tables, each with its snapshot, to `main`; the hash."""
        now = self.commits.get(self.head, {}) | tables
        self.head = identity(self.head, sorted(now.items()))
        self.commits[self.head] = now
        return self.head

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        parts = path.removeprefix("/api/v1/").split("/")
        at = query.get("hashOnRef", self.head)
        match parts:
            case ["trees", "tree", "main"]:
                return 200, {"type": "BRANCH", "name": "main", "hash": self.head}
            case ["trees", "tree", "main", "entries"] if at in self.commits:
                keys = [{"type": "ICEBERG_TABLE", "name": {"elements": name.split(".")}} for name in self.commits[at]]
                return 200, {"hasMore": False, "entries": keys}
            case ["contents", name] if name in self.commits.get(at, {}):
                return 200, self._table(name, self.commits[at][name])
        missing = {
            "status": 404,
            "reason": "Not Found",
            "message": f"Could not find commit '{at}' in reference 'main'.",
        }
        return 404, missing | {"errorCode": "REFERENCE_NOT_FOUND"}

    def _table(self, name: str, snapshot: int) -> dict[str, Any]:
        known = {"type": "ICEBERG_TABLE", "id": name, "metadataLocation": f"memory://{name}/{snapshot}.json"}
        return known | {"snapshotId": snapshot, "schemaId": 0, "specId": 0, "sortOrderId": 0}


@contextmanager
def served(state: LakeFS | Nessie) -> Iterator[str]:
    """Answer on a free port of this machine; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            status, body = state.answer(unquote(asked.path), query)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
