"""Who may ask: nobody without the Jupyter server's login, and no page of another site."""

import http.cookiejar
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from jupyter_process import TOKEN, JupyterProcess

DIGEST = "blake3:" + "ab" * 32
ENDPOINTS = [
    ("celltrail/api/store/search_runs", {"query": {}}),
    ("celltrail/api/store/fold", {}),
    ("celltrail/api/store/no_such_method", {}),
    (f"celltrail/api/blob/{DIGEST}", None),
    ("celltrail/api/preview", {"digest": DIGEST}),
    ("celltrail/api/preview/predictions", {"run_id": "abcd", "name": "model"}),
    ("celltrail/api/projects", None),
    ("celltrail/api/projects?notebook=../../etc/passwd", None),
    ("celltrail/api/tracking", None),
    ("celltrail/api/tracking", {"is_paused": True}),
    ("celltrail/api/keep", {"notebook_path": "a.ipynb", "cell_id": "a"}),
    ("celltrail/api/replay", None),
    ("celltrail/api/replay", {"run_id": "abcd", "steps": []}),
    ("celltrail/api/replay/plan", {"run_id": "abcd"}),
    ("celltrail/api/replay/notebook/a.ipynb", None),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    base = tmp_path_factory.mktemp("access")
    (base / "root" / "project").mkdir(parents=True)
    (base / "root" / "project" / "pyproject.toml").write_text("")
    (base / "outside").mkdir()
    (base / "root" / "out").symlink_to(base / "outside")
    server = JupyterProcess(base / "root", base / "home")
    yield server
    server.kill()


@pytest.mark.parametrize(("path", "body"), ENDPOINTS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "token wrong"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Cookie": "username-127-0-0-1=forged"},
    ],
)
def test_without_a_login_every_endpoint_answers_403_and_says_nothing_else(server, path, body, headers):
    answer = server.request(path, body, headers=headers)
    assert answer.status == 403
    assert answer.json()["error"] == ""
    assert "celltrail" not in answer.json()["message"]


def test_the_owners_door_is_closed_without_its_own_token_even_to_a_jupyter_user(server):
    key = server.request("celltrail/api/projects").json()["current"]
    for headers in (
        {},
        {"Authorization": f"token {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}"},
        {"Authorization": "Bearer é"},
    ):
        for path in (f"celltrail/owner/{key}/store/status", "celltrail/owner/0000/store/status"):
            assert server.request(path, {}, headers=headers).status == 403


def test_a_login_by_cookie_asks_with_the_xsrf_token_and_is_refused_without(server):
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(f"{server.base}api/status?token={TOKEN}", timeout=30).close()
    opener.open(f"{server.base}login", timeout=30).close()
    xsrf = next(cookie.value for cookie in jar if cookie.name == "_xsrf")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
    path, body = "celltrail/api/store/search_runs", {"query": {}}
    assert server.request(path, body, headers={"Cookie": cookies}).status == 403
    assert server.request(path, body, headers={"Cookie": cookies, "X-XSRFToken": xsrf}).status == 200
    elsewhere = {"Cookie": cookies, "X-XSRFToken": xsrf, "Origin": "https://evil.example"}
    assert server.request(path, body, headers=elsewhere).status == 404
    blob = f"celltrail/api/blob/{DIGEST}"
    assert server.request(blob, headers={"Cookie": cookies}).status == 403
    assert server.request(blob, headers={"Cookie": cookies, "Referer": "https://evil.example/x"}).status == 403
    assert server.request(blob, headers={"Cookie": cookies, "Referer": server.base + "lab"}).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "../outside/a.ipynb",
        "project/../../outside/a.ipynb",
        "/etc/passwd",
        "project/a\0.ipynb",
        "out/a.ipynb",
        "..",
        "x" * 5000 + "/a.ipynb",
    ],
)
@pytest.mark.parametrize("endpoint", ["projects", "tracking", f"blob/{DIGEST}"])
def test_a_notebook_path_out_of_the_root_is_refused_with_the_reason(server, endpoint, path):
    answer = server.request(f"celltrail/api/{endpoint}?notebook={urllib.parse.quote(path, safe='')}")
    assert answer.status in {400, 404}
    assert answer.json()["error"] in {"PathRefusedError", "BlobNotFoundError"}


def test_a_path_in_the_question_is_confined_as_well(server):
    answer = server.request("celltrail/api/store/list_badges", {"notebook_path": "../outside/a.ipynb"})
    assert (answer.status, answer.json()["error"]) == (400, "PathRefusedError")


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("no_such_method", b"{}", 400),
        ("close", b"{}", 400),
        ("__class__", b"{}", 400),
        ("search_runs", b"", 400),
        ("search_runs", b"{", 400),
        ("search_runs", b"[]", 400),
        ("search_runs", b"\xff\xfe", 400),
        ("search_runs", b'{"query": {"limit": "50"}}', 400),
        ("search_runs", b'{"query": {}, "other": 1}', 400),
        ("search_runs", b'{"query": {}}' + b" " * (2 << 20), 413),
        ("get_run", b'{"run_id": 7}', 400),
    ],
)
def test_a_malformed_question_gets_a_reason_and_never_a_500(server, method, body, status):
    answer = server.request(f"celltrail/api/store/{method}", body)
    assert answer.status == status
    assert answer.json()["message"]


@pytest.mark.parametrize("digest", ["..%2F..%2Fstore.duckdb", "blake3:XYZ", "blake3", "blake3:ab%00", "%2e%2e"])
def test_a_blob_is_named_by_a_digest_and_by_nothing_else(server, digest):
    assert server.request(f"celltrail/api/blob/{digest}").status == 400


@pytest.mark.parametrize("body", [b"{}", b'{"is_paused": "yes"}', b'{"is_paused": 1}', b"", b"null"])
def test_tracking_takes_true_or_false_and_nothing_else(server, body):
    assert server.request("celltrail/api/tracking", body).status == 400


def test_asking_makes_no_file_where_nothing_was_recorded(server):
    listed = server.request("celltrail/api/projects?notebook=project/a.ipynb").json()
    project = next(project for project in listed["projects"] if project["key"] == listed["current"])
    assert (project["name"], project["state"], project["message"]) == ("project", "empty", "")
    asked = server.ask("search_runs", {"query": {}}, "?notebook=project/a.ipynb")
    assert asked == {"runs": [], "next_cursor": "", "total": 0, "replay_count": 0}
    assert server.ask("list_badges", {"notebook_path": "project/a.ipynb"}, "?notebook=project/a.ipynb") == []
    assert server.request("celltrail/api/store/get_run?notebook=project/a.ipynb", {"run_id": "abcd"}).status == 404
    assert not list(Path(project["root"]).parent.rglob(".celltrail"))


def test_an_unknown_project_key_is_404(server):
    answer = server.request("celltrail/api/tracking?project=feedfeedfeedfeed")
    assert (answer.status, answer.json()["error"]) == (404, "UnknownProjectError")


AUTHORIZER = """
from jupyter_server.auth.authorizer import Authorizer


class ReadOnly(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return resource != "celltrail" or action == "read"


class NotCelltrail(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return resource != "celltrail"
"""


@pytest.fixture(params=["ReadOnly", "NotCelltrail"])
def restricted(request, tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "policy.py").write_text(AUTHORIZER)
    option = f"--ServerApp.authorizer_class=policy.{request.param}"
    server = JupyterProcess(tmp_path / "root", tmp_path / "home", option, env={"PYTHONPATH": str(tmp_path)})
    server.policy = request.param
    yield server
    server.kill()


def test_the_servers_authorizer_decides_over_reading_and_switching(restricted):
    reads = 200 if restricted.policy == "ReadOnly" else 403
    for path, body in ENDPOINTS[:1] + ENDPOINTS[4:5] + ENDPOINTS[6:7]:
        assert restricted.request(path, body).status == reads
    assert restricted.request(ENDPOINTS[3][0]).status == (404 if restricted.policy == "ReadOnly" else 403)
    assert restricted.request("celltrail/api/tracking", {"is_paused": True}).status == 403
