"""A bundle that is damaged, cut, foreign or made to harm is refused whole, and leaves nothing behind."""

import io
import json
import random
import shutil
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from celltrail.config import load_settings
from celltrail.errors import BundleError
from celltrail.execute.bundle.export import Wish, plan_bundle, write_bundle
from celltrail.execute.bundle.names import problem_in_project, problem_of
from celltrail.execute.bundle.opening import import_bundle
from celltrail.fingerprint.files import digest_bytes
from celltrail.records import FileUse
from celltrail.store.open import open_store
from journal_writing import Trail

ROUNDS = 400


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> bytes:
    """A small real bundle."""
    root = tmp_path_factory.mktemp("origin")
    (root / "pyproject.toml").touch()
    (root / "data.csv").write_bytes(b"x\n1\n")
    trail = Trail(root / ".celltrail")
    use = FileUse("data.csv", "read", digest_bytes(b"x\n1\n"), 4)
    trail.run("Ridge", execution_id=trail.cell("open('data.csv')", files=(use,)), metrics={"rmse": 1.0})
    trail.writer.close()
    settings = load_settings(root)
    store = open_store(settings.store)
    from celltrail.store.runs import RunQuery

    detail = store.get_run(store.search_runs(RunQuery()).runs[0].run_id)
    store.close()
    write_bundle(plan_bundle(detail, settings, Wish()), root / "run.zip")
    return (root / "run.zip").read_bytes()


def attempt(data: bytes, folder: Path) -> str:
    """What an import says; empty where it takes the file."""
    path = folder / "sent.zip"
    path.write_bytes(data)
    try:
        import_bundle(path, folder / "theirs", max_bytes=1 << 20)
    except BundleError as error:
        return error.problem
    return ""


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "sent.zip")


def repacked(data: bytes, change=None, extra=()) -> bytes:
    """The same members, some of them changed, others added; the manifest tells of the added ones."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of names that come twice: that is the point
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "manifest.json" and extra:
                told = json.loads(content)
                told["members"] += [
                    {"path": one.filename, "size_bytes": len(b), "digest": sha256(b)} for one, b in extra
                ]
                content = json.dumps(told).encode()
            new.writestr(info, change(info.filename, content) if change else content)
        for info, content in extra:
            new.writestr(info, content)
    return out.getvalue()


def sha256(data: bytes) -> str:
    import hashlib

    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_the_bundle_itself_is_taken_and_its_data_is_where_it_was(bundle, tmp_path):
    assert attempt(bundle, tmp_path) == ""
    assert (tmp_path / "theirs/data.csv").read_bytes() == b"x\n1\n"
    assert (tmp_path / "theirs/celltrail-bundle/README.md").exists()


@pytest.mark.parametrize(
    "name",
    [
        "project/../../evil.txt",
        "/etc/evil",
        "project//evil",
        "project/a/./b",
        "C:/evil",
        "project/C:evil",
        "project\\..\\evil",
        "project/con",
        "project/sub/NUL.txt",
        "project/com1.csv",
        "project/name.",
        "project/name ",
        "project/rtl\u202etxt.csv",
        "project/new\nline",
        "project/.git/config",
        "project/sub/.git/hooks/post-checkout",
        "project/.celltrail/paused",
        "project/.envrc",
        "project/jupyter_server_config.py",
        "project/sub/jupyter_lab_config.json",
        "project/pyproject.toml",
        "project/sitecustomize.py",
        "project/conftest.py",
        "project/json.py",
        "project/random/__init__.py",
        "project/celltrail/__init__.py",
        "project/celltrail-bundle/README.md",
        "project/DATA.csv",
        "project/data.csv/inner",
        "trail/journal/../evil",
        "trail/store.duckdb",
        "trail/journal/0123456789abcdef-0.ctj.py",
        "elsewhere.txt",
        "project/" + "a" * 300,
        "project/e\u0301.csv",
    ],
)
def test_a_member_with_such_a_name_is_refused(bundle, tmp_path, name):
    data = repacked(bundle, extra=[(zipfile.ZipInfo(name), b"evil")])
    assert "not unpacked" in attempt(data, tmp_path) or "two of its members" in attempt(data, tmp_path)
    assert left_behind(tmp_path) == []
    assert not (tmp_path.parent / "evil.txt").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_a_link_or_a_device_is_refused(bundle, tmp_path, kind):
    info = zipfile.ZipInfo("project/link")
    info.external_attr = (kind | 0o777) << 16
    assert "is no plain file" in attempt(repacked(bundle, extra=[(info, b"/etc/passwd")]), tmp_path)
    assert left_behind(tmp_path) == []


def test_a_name_that_comes_twice_is_refused(bundle, tmp_path):
    twice = [(zipfile.ZipInfo("project/a.txt"), b"1"), (zipfile.ZipInfo("project/a.txt"), b"2")]
    assert "one on some systems" in attempt(repacked(bundle, extra=twice), tmp_path)


def test_a_bomb_is_refused_by_its_size_before_a_byte_is_unpacked(bundle, tmp_path):
    info = zipfile.ZipInfo("project/zeros.bin")
    info.compress_type = zipfile.ZIP_DEFLATED
    assert "would unpack to" in attempt(repacked(bundle, extra=[(info, bytes(4 << 20))]), tmp_path)
    assert left_behind(tmp_path) == []


def test_a_size_that_lies_is_found_and_nothing_beyond_it_is_written(bundle, tmp_path):
    info = zipfile.ZipInfo("project/zeros.bin")
    info.compress_type = zipfile.ZIP_DEFLATED
    data = bytearray(repacked(bundle, extra=[(info, bytes(100_000))]))
    for place in range(len(data) - 4):
        if data[place : place + 4] == struct.pack("<I", 100_000):
            data[place : place + 4] = struct.pack("<I", 10)
    assert attempt(bytes(data), tmp_path) != ""
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("name", ["project/data.csv", "README.md", "notebooks/run.ipynb"])
def test_a_changed_member_is_found_by_its_digest(bundle, tmp_path, name):
    data = repacked(bundle, lambda member, content: content[:-1] + b"#" if member == name else content)
    assert "not what its manifest says" in attempt(data, tmp_path)
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(folder="../../elsewhere"),
        lambda told: told.update(folder="/etc"),
        lambda told: told.update(folder=".git"),
        lambda told: told.update(format=99),
        lambda told: told.update(members=[]),
        lambda told: told.update(members=told["members"] * 2),
        lambda told: told["members"][0].update(size_bytes=-1),
        lambda told: told.pop("run_id"),
        lambda told: told.update(members="all"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(bundle, tmp_path, change):
    def rewrite(member, content):
        told = json.loads(content) if member == "manifest.json" else None
        if told is None:
            return content
        change(told)
        return json.dumps(told).encode()

    assert attempt(repacked(bundle, rewrite), tmp_path) != ""
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"members": 1e999}'])
def test_a_manifest_that_is_none_is_refused(bundle, tmp_path, document):
    data = repacked(bundle, lambda member, content: document if member == "manifest.json" else content)
    assert attempt(data, tmp_path) != ""
    assert left_behind(tmp_path) == []


def test_every_cut_of_a_bundle_is_refused(bundle, tmp_path):
    for end in range(0, len(bundle), max(1, len(bundle) // 60)):
        assert attempt(bundle[:end], tmp_path) != "", end
        assert left_behind(tmp_path) == []


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A bundle with one to four places changed: bits, stretches, cuts, doublings."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(changed)), chance.randint(1, 40)
        match chance.randrange(5):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at : at + length] = chance.randbytes(length)
            case 2:
                del changed[at : at + length]
            case 3:
                changed[at:at] = changed[at : at + length]
            case _:
                changed[at : at + 4] = struct.pack("<I", chance.choice([0, 1, 0xFFFFFFFF, 0x7FFFFFFF, len(data)]))
    return bytes(changed)


def test_mutations_are_refused_or_bring_exactly_what_was_sent(bundle, tmp_path):
    chance = random.Random(20261123)
    attempt(bundle, tmp_path)
    right = {
        path.relative_to(tmp_path / "theirs"): path.read_bytes()
        for path in (tmp_path / "theirs").rglob("*")
        if path.is_file()
    }
    shutil.rmtree(tmp_path / "theirs")
    refused = 0
    for _ in range(ROUNDS):
        said = attempt(mutated(bundle, chance), tmp_path)
        if said:
            refused += 1
            assert left_behind(tmp_path) == []
            continue
        found = {
            path.relative_to(tmp_path / "theirs"): path.read_bytes()
            for path in (tmp_path / "theirs").rglob("*")
            if path.is_file()
        }
        assert found == right, "a byte that counts for nothing: a time, a flag, a comment"
        shutil.rmtree(tmp_path / "theirs")
    assert refused > ROUNDS * 0.8


@pytest.mark.parametrize(
    "name", ["data.csv", "sub/deep/file.parquet", "ours/__init__.py", "ünïcode.csv", "types/a.csv"]
)
def test_ordinary_names_are_taken(name):
    assert problem_in_project(name) == problem_of(name) == ""
