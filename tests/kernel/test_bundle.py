"""A run as one file, read into another folder under another home and made again there; hostile files stay files."""

import hashlib
import json
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel
from written_notebooks import Said, celltrail

TABLE = "x,y\n" + "\n".join(f"{i},{(i * 37) % 11 + i * 0.5}" for i in range(60)) + "\n"
SCALING = "open('was_imported', 'w').close()\n\n\ndef scaled(values):\n    return values / 2\n"
FIT = "model = Ridge(alpha=alpha).fit(df[['x']], scaled(df['y']))"
MEASURE = "mean_squared_error(scaled(df.y), model.predict(df[['x']]))"


def git(folder: Path, *words: str) -> None:
    named = ("-c", "user.name=someone", "-c", "user.email=someone@example.org")
    subprocess.run(["git", *named, *words], cwd=folder, check=True, capture_output=True)


@dataclass
class Sent:
    """A project, a run of it, and the bundle of that run."""

    folder: Path
    run_id: str
    bundle: Path
    said: Said


@pytest.fixture(scope="module")
def sent(tmp_path_factory) -> Sent:
    """A session in a subfolder of its project, with a module, a file that changed later, and other cells."""
    root = tmp_path_factory.mktemp("sender")
    (root / "pyproject.toml").touch()
    folder = root / "analysis"
    (folder / "ours").mkdir(parents=True)
    (folder / "ours/__init__.py").write_text("from ours.scaling import scaled\n", encoding="utf-8")
    (folder / "ours/scaling.py").write_text(SCALING, encoding="utf-8")
    (folder / "data.csv").write_text(TABLE, encoding="utf-8")
    (folder / "unrelated.csv").write_text("a\n1\n", encoding="utf-8")
    kernel = NotebookKernel(folder)
    for cell_id, source in (
        (
            "imports",
            "import random\nimport pandas as pd\nfrom ours import scaled",
        ),
        ("more", "from sklearn.linear_model import Ridge\nfrom sklearn.metrics import mean_squared_error"),
        ("read", "df = pd.read_csv('data.csv')"),
        ("other", "open('unrelated.csv').read()"),
        ("secret", "api_key = 'abcdefgh12345'"),
        ("set", "alpha = 5.0"),
        ("set", "alpha = 0.1 + random.random()"),
        ("fit", FIT),
        ("measure", MEASURE),
    ):
        assert kernel.run(source, cell_id=cell_id).status == "ok"
    kernel.shutdown()
    (folder / "unrelated.csv").write_text("a\n2\n", encoding="utf-8")
    [run] = json.loads(celltrail("runs", "--json", folder=root).out)["runs"]
    bundle = tmp_path_factory.mktemp("post") / "run.zip"
    said = celltrail("export", run["run_id"], "--bundle", bundle, folder=root)
    assert said.code == 0, said.err
    return Sent(root, run["run_id"], bundle, said)


@pytest.fixture(scope="module")
def elsewhere(sent, tmp_path_factory) -> tuple[Path, Said]:
    """The bundle imported under another home, while the sender's folder has another name: nothing of it is reached."""
    away = sent.folder.with_name("gone")
    sent.folder.rename(away)
    place = tmp_path_factory.mktemp("colleague")
    said = celltrail("import", sent.bundle, "theirs", folder=place, HOME=str(place / "home"))
    yield place / "theirs", said
    away.rename(sent.folder)


def test_an_export_says_what_goes_in_what_is_missing_and_what_looks_like_a_secret(sent):
    words = (
        "analysis/data.csv",
        "analysis/ours/scaling.py",
        "all 9 cells",
        "looks like a secret: [5] a password",
    )
    assert [one for one in words if one not in sent.said.out] == []
    assert "missing: analysis/unrelated.csv: it has changed since" in sent.said.out


def test_the_same_export_makes_the_same_bytes(sent, tmp_path):
    again = tmp_path / "again.zip"
    assert celltrail("export", sent.run_id, "--bundle", again, folder=sent.folder).code == 0
    assert again.read_bytes() == sent.bundle.read_bytes()


def test_a_dry_run_writes_nothing_and_a_file_that_is_there_is_not_written_over(sent, tmp_path):
    said = celltrail("export", sent.run_id, "--bundle", tmp_path / "dry.zip", "--dry-run", folder=sent.folder)
    assert said.code == 0
    assert not list(tmp_path.iterdir())
    assert celltrail("export", sent.run_id, "--bundle", sent.bundle, folder=sent.folder).code == 2


def test_without_data_no_content_of_a_file_goes_in_and_the_bundle_says_so(sent, tmp_path):
    path = tmp_path / "bare.zip"
    celltrail("export", sent.run_id, "--bundle", path, "--without-data", folder=sent.folder)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        left_out = json.loads(archive.read("manifest.json"))["left_out"]
    assert [name for name in names if name.endswith(".csv")] == []
    assert {one["what"] for one in left_out} == {"analysis/data.csv", "analysis/unrelated.csv"}
    assert {one["why"] for one in left_out} == {"the bundle was made --without-data"}


def test_every_member_has_its_digest_in_the_manifest(sent):
    with zipfile.ZipFile(sent.bundle) as archive:
        members = {one["path"]: one for one in json.loads(archive.read("manifest.json"))["members"]}
        assert members.keys() == {*archive.namelist()} - {"manifest.json"}
        for name, one in members.items():
            assert one["digest"] == f"sha256:{hashlib.sha256(archive.read(name)).hexdigest()}"


def test_an_import_says_what_a_replay_would_run_and_runs_nothing(elsewhere):
    folder, said = elsewhere
    assert said.code == 0, said.err
    assert "nothing of it was executed" in said.out
    assert "executes 6 of 9 cells" in said.out
    assert not list(folder.rglob("was_imported")), "a module of the bundle ran"
    assert not (folder / ".celltrail/replays").exists()
    assert (folder / "analysis/data.csv").read_text(encoding="utf-8") == TABLE
    assert (folder / "celltrail-bundle/README.md").read_text(encoding="utf-8").startswith("# Run Ridge")


def test_a_colleague_replays_the_run_and_gets_the_same_numbers(elsewhere, sent):
    folder, _ = elsewhere
    said = celltrail("replay", sent.run_id, "--json", folder=folder, HOME=str(folder.parent / "home"))
    report = json.loads(said.out)
    assert (report["status"], said.code) == ("identical", 0), report["reason"]
    assert {one["name"]: one["status"] for one in report["checklist"]}["data"] == "identical"
    assert report["plan"]["working_directory"] == str(folder / "analysis")


def test_modules_and_data_that_git_has_go_in_as_the_run_had_them(tmp_path):
    folder, bundle = tmp_path / "sender", tmp_path / "run.zip"
    folder.mkdir()
    (folder / "ours.py").write_text("FACTOR = 2\n", encoding="utf-8")
    (folder / "gone").mkdir()
    (folder / "gone/__init__.py").write_text("ZERO = 0\n", encoding="utf-8")
    (folder / "data.csv").write_text("a\n1\n", encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "as it was")
    kernel = NotebookKernel(folder)
    kernel.run("import celltrail, sqlite3\nimport gone, ours")
    kernel.run("with sqlite3.connect('shop.db') as shop: shop.execute('create table t as select 1 as a')")
    kernel.run("a = sqlite3.connect('shop.db').execute('select a from t').fetchall()[0][0]")
    kernel.run("celltrail.log_metric('all', gone.ZERO + a + ours.FACTOR * int(open('data.csv').read().split()[1]))")
    kernel.shutdown()
    (folder / "ours.py").write_text("import new\nFACTOR = 3\n", encoding="utf-8")
    (folder / "new.py").touch()
    (folder / "gone/__init__.py").unlink()
    (folder / "data.csv").write_text("a\n7\n", encoding="utf-8")
    [run] = json.loads(celltrail("runs", "--json", folder=folder).out)["runs"]
    said = celltrail("export", run["run_id"], "--bundle", bundle, folder=folder)
    assert said.code == 0, said.err
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name.startswith("project/")}
    assert files["project/ours.py"] == b"FACTOR = 2\n"
    assert files["project/data.csv"] == b"a\n1\n"
    assert "project/new.py" not in files
    assert files["project/gone/__init__.py"] == b"ZERO = 0\n"
    celltrail("import", bundle, "theirs", folder=tmp_path, HOME=str(tmp_path / "home"))
    folder.rename(tmp_path / "gone")
    report = json.loads(celltrail("replay", run["run_id"], "--json", folder=tmp_path / "theirs").out)
    assert report["status"] == "identical", report["reason"]
    [code] = [one for one in report["checklist"] if one["name"] == "code"]
    assert code["status"] == "identical", "there is no git, and the modules are those that were executed"
    assert {one["name"] for one in code["findings"]} == {"ours.py", "gone/__init__.py"}


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_bundle_that_was_cut_on_its_way_is_refused_and_leaves_nothing(sent, tmp_path, share):
    data = sent.bundle.read_bytes()
    (tmp_path / "cut.zip").write_bytes(data[: int(len(data) * share)])
    said = celltrail("import", "cut.zip", "theirs", folder=tmp_path)
    assert said.code == 2
    assert "damaged, or no bundle" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["cut.zip"]


def test_an_import_never_goes_over_what_is_there(sent, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/work.txt").write_text("mine", encoding="utf-8")
    said = celltrail("import", sent.bundle, "mine", folder=tmp_path)
    assert said.code == 2
    assert "is there already" in said.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["work.txt"]
