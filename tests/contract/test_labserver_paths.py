"""A browser names notebooks by contents paths, and nothing that it says leads out of the server's root."""

import pytest

from celltrail.errors import PathRefusedError
from celltrail.labserver import blobs, paths


@pytest.fixture
def root(tmp_path):
    (tmp_path / "server" / "project" / "sub").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    return tmp_path / "server"


@pytest.mark.parametrize(
    ("hostile", "problem"),
    [
        ("../secret/a.ipynb", "leaves the server's root by '..'"),
        ("project/../../secret/a.ipynb", "leaves the server's root by '..'"),
        ("project/..", "leaves the server's root by '..'"),
        ("/etc/passwd", "is absolute"),
        ("//etc/passwd", "is absolute"),
        ("project/a\0.ipynb", "has a NUL character"),
        ("\ud800.ipynb", "cannot be written in the file system's encoding"),
        ("", "is empty"),
        (".", "is empty"),
    ],
)
def test_a_hostile_contents_path_is_refused_with_its_problem(root, hostile, problem):
    with pytest.raises(PathRefusedError, match=problem):
        paths.notebook_folder(root, hostile)


def test_a_link_out_of_the_root_is_refused_and_a_link_within_is_followed(root, tmp_path):
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "in").symlink_to(root / "project")
    (root / "a.ipynb").symlink_to(tmp_path / "secret" / "a.ipynb")
    for hostile in ("out/a.ipynb", "a.ipynb", "project/sub/../../out/x"):
        with pytest.raises(PathRefusedError, match=r"link|'\.\.'"):
            paths.notebook_folder(root, hostile)
    assert paths.notebook_folder(root, "in/a.ipynb") == root / "in"


def test_a_link_to_itself_ends_in_an_answer(root):
    (root / "loop").symlink_to(root / "loop")
    assert paths.notebook_folder(root, "loop/a.ipynb") == root / "loop"


def test_a_root_that_is_itself_a_link_works(root, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(root)
    assert paths.notebook_folder(link, "project/a.ipynb") == link / "project"


@pytest.mark.parametrize(
    "name", ["a.ipynb", "sub/über 📈.ipynb", "sub/<script>alert(1)</script>.ipynb", "sub/\u202etxt.ipynb"]
)
@pytest.mark.parametrize("project", ["project", ".", "..", "project/sub", "../elsewhere"])
def test_a_notebook_path_goes_to_the_store_and_comes_back_the_same(root, project, name):
    project_root = (root / project).resolve()
    stored = paths.to_notebook_path(root, project_root, f"project/{name}")
    assert paths.to_contents_path(root, project_root, stored) == f"project/{name}"


def test_the_store_has_paths_relative_to_the_project_and_the_browser_relative_to_the_server(root):
    project = root / "project"
    assert paths.to_notebook_path(root, project, "project/sub/a.ipynb") == "sub/a.ipynb"
    assert paths.to_notebook_path(root, project, "other/a.ipynb") == f"{root}/other/a.ipynb"
    assert paths.to_contents_path(root, project, "sub/a.ipynb") == "project/sub/a.ipynb"
    assert paths.to_contents_path(root, project, "") == ""


def test_a_notebook_outside_the_servers_root_has_an_absolute_path_that_the_store_understands_again(root, tmp_path):
    stored = "secret/b.ipynb"
    shown = paths.to_contents_path(root, tmp_path, stored)
    assert shown == f"{tmp_path}/secret/b.ipynb"
    assert paths.to_notebook_path(root, tmp_path, shown) == stored


@pytest.mark.parametrize(
    ("media_type", "shown"),
    [
        ("image/png", "image/png"),
        ("IMAGE/JPEG", "image/jpeg"),
        ("image/svg+xml", "image/svg+xml"),
        ("text/plain; charset=latin-1", "text/plain; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/html", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("application/javascript", "application/octet-stream"),
        ("application/pdf", "application/octet-stream"),
        ("image/png\r\nSet-Cookie: a=b", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_only_what_cannot_run_is_shown_and_all_else_is_a_download(media_type, shown):
    assert blobs.shown_type(media_type) == shown
    disposition = dict(blobs.headers("blake3:ab", name="x", media_type=media_type))["Content-Disposition"]
    assert disposition.startswith("attachment" if shown == "application/octet-stream" else "inline")


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("plots/roc curve.png", "roc%20curve.png"),
        ("../../etc/passwd", "passwd"),
        ('a"; filename="evil.exe', "a%22%3B%20filename%3D%22evil.exe"),
        ("a\r\nSet-Cookie: x=y", "aSet-Cookie%3A%20x%3Dy"),
        ("📈.png", "%F0%9F%93%88.png"),
        ("", "blake3-ab"),
        ("..", "blake3-ab"),
    ],
)
def test_a_hostile_artifact_name_stays_a_file_name(name, file_name):
    disposition = dict(blobs.headers("blake3:ab", name=name, media_type="image/png"))["Content-Disposition"]
    assert disposition == f"inline; filename*=UTF-8''{file_name}"
