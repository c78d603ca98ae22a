"""A replay in the recorded environment: made from the recorded packages, kept for the next, refused with names."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from replayed_project import Project, item
from written_notebooks import cell, celltrail, write_notebook

SOURCE = """
import celltrail, tinylib
with celltrail.start_run('tiny'):
    celltrail.log_metric('answer', tinylib.ANSWER)
"""


def write_wheel(folder: Path, version: str, answer: int) -> Path:
    """A wheel of `tinylib`."""
    folder.mkdir(exist_ok=True)
    path = folder / f"tinylib-{version}-py3-none-any.whl"
    about = f"tinylib-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tinylib.py", f"ANSWER = {answer}\n")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tinylib\nVersion: {version}\n")
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", f"tinylib.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")
    return path


def write_kernel(folder: Path, python: Path) -> Path:
    """A kernel specification `tiny`; returns what JUPYTER_PATH takes."""
    place = folder / "kernels" / "tiny"
    place.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (place / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "tiny", "language": "python"}))
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> tuple[Project, Path, dict[str, str]]:
    """A run that was made in an environment of its own with tinylib 1.0; the project, the wheels, the surroundings."""
    from celltrail.execute.replay.installers import find_installer

    folder = tmp_path_factory.mktemp("tiny")
    wheels = folder / "wheels"
    write_wheel(wheels, "1.0", 41)
    write_wheel(wheels, "2.0", 42)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_FIND_LINKS", str(wheels))
        patch.setenv("PIP_FIND_LINKS", str(wheels))
        installer = find_installer(folder / "environment")
        assert not installer.make(sys.version.split()[0])
        assert not installer.install(["tinylib==1.0", "ipykernel"], print, with_dependencies=True)
    project = folder / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    write_notebook(project / "tiny.ipynb", cell(SOURCE))
    jupyter = write_kernel(folder / "jupyter", installer.python)
    said = celltrail("run", "tiny.ipynb", "--kernel", "tiny", folder=project, JUPYTER_PATH=str(jupyter))
    assert said.code == 0, said.out + said.err
    surroundings = {
        "XDG_CACHE_HOME": str(folder / "cache"),
        "UV_FIND_LINKS": str(wheels),
        "PIP_FIND_LINKS": str(wheels),
    }
    return Project(project), wheels, surroundings


@pytest.fixture(scope="module")
def rebuilt(tiny):
    """The first replay in the recorded environment, as JSON."""
    project, _, surroundings = tiny
    said = celltrail(
        "replay", project.run_named("tiny"), "--env", "recorded", "--json", folder=project.folder, **surroundings
    )
    assert said.out, said.err
    return said, json.loads(said.out)


def test_the_recorded_packages_make_the_run_again_where_the_present_ones_cannot(tiny, rebuilt):
    project, _, _ = tiny
    code, here = project.replay(project.run_named("tiny"))
    assert (code, here["status"]) == (2, "cannot")
    assert "No module named 'tinylib'" in here["reason"]
    said, report = rebuilt
    assert (said.code, report["status"]) == (0, "identical"), report["reason"]
    assert item(report, "environment")["status"] == "identical"
    assert "rebuilt by" in item(report, "environment")["note"]
    assert "builds the recorded environment with" in said.err, "progress is shown"
    [param] = [one for one in report["results"] if one["name"] == "metric answer"]
    assert (param["before"], param["after"]) == ("41.0", "41.0")


def test_an_environment_is_made_once(tiny, rebuilt):
    project, _, surroundings = tiny
    said = celltrail("replay", project.run_named("tiny"), "--env", "recorded", folder=project.folder, **surroundings)
    assert said.code == 0, said.out
    assert "builds the recorded environment" not in said.out


def test_packages_that_cannot_be_had_are_named_and_nothing_runs(tiny, tmp_path):
    project, _, surroundings = tiny
    write_wheel(tmp_path / "newer", "2.0", 42)
    links = dict.fromkeys(("UV_FIND_LINKS", "PIP_FIND_LINKS"), str(tmp_path / "newer"))
    other = {**surroundings, **links, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    words = ("replay", project.run_named("tiny"), "--env", "recorded", "--json")
    said = celltrail(*words, folder=project.folder, **other)
    report = json.loads(said.out)
    assert (said.code, report["status"]) == (2, "cannot")
    assert report["reason"].startswith("environment: tinylib 1.0: ")
    assert [one["name"] for one in item(report, "environment")["findings"]] == ["tinylib"]
    assert report["replayed_run_id"] == ""
    assert not list((tmp_path / "cache").rglob("bin")), "nothing half is left"


def test_a_package_from_a_folder_is_said_to_be_none_that_can_be_had_again():
    from celltrail.execute.replay.rebuilding import rebuild
    from celltrail.records import Environment, Package

    packages = (
        Package("celltrail", "0.1", "editable"),
        Package("mine", "0.1", "editable"),
        Package("forked", "2", "vcs"),
    )
    missing = rebuild(Environment("d", "3.11.0", "CPython", "Linux", packages), print).missing
    assert [(one.name, one.before) for one in missing] == [("mine", "0.1"), ("forked", "2")]
    assert "a folder of sources (editable)" in missing[0].note
    assert "pip install -e ." in missing[0].note
    assert "pip install -e ." not in missing[1].note


def test_where_a_distribution_is_from_is_recorded_without_its_address(tmp_path, monkeypatch):
    from celltrail.fingerprint import environment

    for name, said in {
        "one": '{"url": "file:///home/me/one", "dir_info": {"editable": true}}',
        "two": '{"url": "https://user:secret@example.org/two.git", "vcs_info": {"vcs": "git"}}',
        "three": '{"url": "file:///tmp/three.whl", "archive_info": {}}',
        "four": "broken",
    }.items():
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (folder / "direct_url.json").write_text(said, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = {one.name: one.source for one in environment.current().packages}
    assert [found[name] for name in ("one", "two", "three", "four")] == ["editable", "vcs", "local", ""]
    assert "secret" not in repr(environment.current())


def install_editable(site: Path, name: str, folder: Path) -> None:
    """Install a package as an editable one, as PEP 660 has it."""
    about = site / f"{name}-0.1.dist-info"
    about.mkdir()
    (site / f"__editable__{name}.pth").write_text(f"{folder / 'src'}\n")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
    (about / "direct_url.json").write_text(json.dumps({"url": folder.as_uri(), "dir_info": {"editable": True}}))
    (about / "RECORD").write_text(
        f"__editable__{name}.pth,,\n{name}-0.1.dist-info/METADATA,,\n{name}-0.1.dist-info/direct_url.json,,\n"
        f"{name}-0.1.dist-info/RECORD,,\n../../../bin/{name},,\n"
    )


def git(folder: Path, *words: str) -> None:
    own = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True)


def test_the_project_itself_as_an_editable_package_comes_from_its_recorded_code(tiny, tmp_path):
    """The last test of the module: it changes the environment that the others recorded in."""
    from celltrail.execute.replay.editable import site_of

    _, wheels, surroundings = tiny
    environment = wheels.parent / "environment"
    project = tmp_path / "project"
    module = project / "src/mine/__init__.py"
    module.parent.mkdir(parents=True)
    module.write_text("FACTOR = 2\n")
    (project / "pyproject.toml").write_text("[project]\nname = 'mine'\nversion = '0.1'\n")
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "as it was")
    install_editable(site_of(environment), "mine", project)
    doubled = SOURCE.replace("tinylib\n", "tinylib, mine\n").replace("ANSWER)", "ANSWER * mine.FACTOR)")
    write_notebook(project / "tiny.ipynb", cell(doubled))
    jupyter = str(wheels.parent / "jupyter")
    assert celltrail("run", "tiny.ipynb", "--kernel", "tiny", folder=project, JUPYTER_PATH=jupyter).code == 0
    module.write_text("FACTOR = 1000\n")
    made = Project(project)
    words = ("replay", made.run_named("tiny"), "--env", "recorded", "--json")
    said = celltrail(*words, folder=project, **surroundings)
    report = json.loads(said.out)
    assert report["status"] == "identical", (report["reason"], said.err)
    assert item(report, "environment")["status"] == "identical"
    assert "mine from the project's folder" in item(report, "environment")["note"]
    assert "82.0" in {one["before"] for one in report["results"]}
    assert module.read_text() == "FACTOR = 1000\n"


def test_another_runs_environment_is_made_in_place_of_the_recorded_one(tiny, tmp_path):
    project, _, surroundings = tiny
    run_id = project.run_named("tiny")
    environment = project.shown(run_id)["environment"]
    for package in environment["packages"]:
        package["version"] = "2.0" if package["name"] == "tinylib" else package["version"]
    other = tmp_path / "environment.json"
    other.write_text(json.dumps(environment), encoding="utf-8")
    said = celltrail(
        "replay", run_id, "--swap", f"environment={other}", "--json", folder=project.folder, **surroundings
    )
    assert said.code == 0, said.err
    report = json.loads(said.out)
    [change] = report["changes"]
    assert (change["before"], change["after"]) == (41.0, 42.0)
    assert ("tinylib", "1.0", "2.0") in {
        (one["name"], one["before"], one["after"]) for one in item(report, "environment")["findings"]
    }
