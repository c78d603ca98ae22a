"""What the server tells of an artifact: real files of each kind, in bounds, and never executed."""

import io
import json
import pickle
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from jupyter_process import JupyterProcess
from pyarrow import feather

from celltrail import codec
from celltrail.capture.models.predictions import InputColumn, Predicted, SamplePredictions
from celltrail.config import ensure_store_folder
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import LoggedModel, ModelState
from journal_writing import Trail

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


def test_arrow_and_feather_are_read_with_their_own_types(look, tmp_path):
    feather.write_feather(ROWS, tmp_path / "a.feather")
    found = look(tmp_path / "a.feather", "a.feather")
    assert [each["dtype"] for each in found["table"]["columns"]] == [
        "int64",
        "large_string",
        "double",
        "list<item: int64>",
        "bool",
    ]
    assert rows(found)[2] == ["3", "🎉", "inf", "[3]", None]
    with pa.OSFile(str(tmp_path / "b.arrow"), "wb") as sink, pa.ipc.new_file(sink, pa.schema([("n", "int32")])) as out:
        for start in range(0, 600, 200):
            out.write_batch(pa.record_batch({"n": pa.array(range(start, start + 200), "int32")}))
    batches = look(tmp_path / "b.arrow", "b.arrow", rows=300)
    assert (batches["table"]["row_count"], rows(batches)[-1]) == (600, ["299"])


def test_a_moment_that_python_has_no_value_for_is_shown_as_arrow_has_it(look):
    """One sentinel in the year 10,000 ended the process that reads tables; nanoseconds of a time were dropped."""
    far = pa.array([253_402_300_800, 2**62, None], pa.timestamp("s"))
    fine = pa.array([1, 2, None], pa.time64("ns"))
    zoned = pa.array([0, 1, 2], pa.timestamp("s", tz="Mars/Base"))
    table = pa.table({"far": far, "fine": fine, "zoned": zoned, "listed": [[one] for one in far]})
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as file:
        file.write_table(table)
    found = look(sink.getvalue(), "a.arrow")
    first, second, third = rows(found)
    assert first[:2] == ["10000-01-01 00:00:00", "00:00:00.000000001"]
    assert second[0] == "<value out of range: 4611686018427387904>"
    assert third[:2] == [None, None]
    assert "Mars/Base" in first[2]
    assert first[3].startswith("(list<")


def test_csv_shows_its_values_as_they_stand_and_guesses_types(look):
    text = 'id;who;score\n007;"a;b";1.50\n008;ü;\n'
    found = look(text.encode(), "a.csv", "text/csv")
    assert [(each["name"], each["dtype"]) for each in found["table"]["columns"]] == [
        ("id", "integer"),
        ("who", "text"),
        ("score", "number"),
    ]
    assert rows(found) == [["007", "a;b", "1.50"], ["008", "ü", ""]]
    assert (found["table"]["row_count"], "guessed" in found["table"]["notes"][0]) == (2, True)


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (b"a,b\n1,2\n3\n4,5,6\n", "2 of the rows that were read have another number of fields"),
        ("n\u00e4me,b\n\u00e4,1\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_csv_that_is_not_quite_one_is_shown_and_says_what_is_wrong(look, content, notes):
    assert notes in " ".join(look(content, "a.csv", "text/csv")["table"]["notes"])


def test_a_csv_of_a_header_alone_has_columns_and_no_rows(look):
    found = look(b"a,b\n", "a.csv", "text/csv")
    assert ([each["name"] for each in found["table"]["columns"]], found["table"]["row_count"]) == (["a", "b"], 0)


def test_parquet_without_rows_or_columns_is_a_table_too(look):
    none = look(ROWS.iloc[:0].to_parquet(), "a.parquet")
    assert (none["table"]["row_count"], none["table"]["column_count"], rows(none)) == (0, 5, [])
    bare = look(pd.DataFrame(index=range(3)).to_parquet(), "a.parquet")
    assert (bare["kind"], "at least one" in bare["problem"]) == ("binary", True)


def test_json_lines_are_a_table_of_all_their_keys(look):
    content = b'{"a": 1, "b": {"x": [1]}}\n\n{"a": 2.5, "c": "z"}\n'
    found = look(content, "a.jsonl", "application/json")
    assert [(each["name"], each["dtype"]) for each in found["table"]["columns"]] == [
        ("a", "number"),
        ("b", "object"),
        ("c", "text"),
    ]
    assert rows(found) == [["1", '{"x": [1]}', None], ["2.5", None, "z"]]


def test_5000_columns_are_read_50_at_a_time(look):
    frame = pd.DataFrame([range(5_000)] * 2, columns=[f"column {n}" for n in range(5_000)])
    content = frame.to_parquet()
    first = look(content, "wide.parquet")
    assert (first["table"]["column_count"], len(first["table"]["columns"]), len(rows(first)[0])) == (5_000, 5_000, 50)
    last = look(content, "wide.parquet", first_column=4_960)
    assert rows(last)[0] == [str(n) for n in range(4_960, 5_000)]
    assert rows(look(content, "wide.parquet", first_column=9_999)) == [[], []]


def test_rows_and_long_values_are_bounded_and_say_so(look):
    frame = pd.DataFrame({"n": range(3_000), "text": ["x" * 900] * 3_000})
    for path, content in (("a.parquet", frame.to_parquet()), ("a.csv", frame.to_csv(index=False).encode())):
        found = look(content, path, rows=10_000_000)
        assert (len(rows(found)), found["table"]["row_count"], found["is_cut"]) == (1_000, 3_000, True)
        assert rows(found)[0][1] == "x" * 300 + "…"


@pytest.mark.parametrize("name", ["huge.csv", "huge.parquet", "huge.feather", "huge.json", "huge.txt", "huge.ipynb"])
def test_a_sparse_file_of_1_gb_is_answered_from_its_beginning(server, blobs, name):
    digest, _ = blobs.put_bytes(b"PAR1" + name.encode())
    path = blobs.path(digest)
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.truncate(1 << 30)
    question = {"digest": digest, "path": name, "size_bytes": 1 << 30}
    found = server.request("celltrail/api/preview", question).json()
    assert (found["kind"], found["size_bytes"], len(found["hex"]), found["is_cut"]) == ("binary", 1 << 30, 512, True)
    assert "magic bytes" in found["problem"]  # it begins as Parquet does, whatever its name
    path.unlink()


def test_a_dozen_previews_at_once_do_not_keep_the_panel_waiting(look, server):
    content = ROWS.to_parquet()
    with ThreadPoolExecutor(12) as readers:
        previews = [readers.submit(look, content, f"{number}.parquet") for number in range(12)]
        while not any(preview.done() for preview in previews):
            time.sleep(0.01)
        server.ask("status")
        assert sum(preview.done() for preview in previews) < 6  # each is a process, and two of them run at a time
        assert {preview.result()["kind"] for preview in previews} == {"table"}


def test_a_long_text_is_cut_between_characters(look):
    found = look("ä€😀".encode() * 40_000, "a.txt", "text/plain")
    assert (found["kind"], found["is_cut"], found["problem"]) == ("text", True, "")
    assert len(found["text"].encode()) in range(199_990, 200_001)
    whole = look("no end 🎉".encode(), "a.md", "text/markdown")
    assert (whole["text"], whole["is_cut"]) == ("no end 🎉", False)


def test_a_large_csv_is_read_by_its_first_megabytes_and_does_not_count_its_rows(look, tmp_path):
    path = tmp_path / "large.csv"
    path.write_text("n,m\n" + "".join(f"{n},{n * n}\n" for n in range(900_000)))
    found = look(path, "large.csv")
    assert (found["table"]["row_count"], rows(found)[99]) == (None, ["99", "9801"])


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("a.csv", b'a,b\n1,2\n"3,4\n', "a quotation mark may not be closed"),
        ("a.jsonl", b'{"a": 1}\n{"a"', "line 2 is no JSON"),
        ("a.json", b'{"a": ', "it is no JSON"),
        ("a.ipynb", b'{"worksheets": []}', "no list of cells"),
    ],
)
def test_a_broken_text_says_why_and_is_shown_as_text(look, path, content, said):
    found = look(content, path)
    assert (found["kind"], found["text"], said in found["problem"]) == ("text", content.decode(), True)


@pytest.mark.parametrize("name", ["a.parquet", "a.feather"])
def test_a_broken_table_says_why_and_is_shown_as_bytes(look, name):
    whole = ROWS.to_parquet()
    for content in (whole[:-20], b"PAR1" + bytes(90) + b"PAR1", b"ARROW1\0\0" + bytes(50), b"not a table at all"):
        found = look(content, name)
        assert (found["kind"], found["hex"]) == ("binary", content[:256].hex())
        assert found["problem"]
        assert ".celltrail" not in found["problem"]


def test_what_a_file_is_stands_in_its_first_bytes_not_in_its_name(look):
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)
    assert look(png, "report.html", "text/html")["kind"] == "picture"
    assert look(b"<script>alert(1)</script>", "picture.png", "image/png")["kind"] == "text"
    assert look(b"%PDF-1.7 ...", "a.csv", "text/csv")["kind"] == "pdf"
    assert look(b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a")["media_type"] == "image/webp"
    assert look(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg")["kind"] == "picture"
    assert look(b"<p>hi</p>", "page.HTML")["kind"] == "page"
    assert look(b"a\0b", "a.csv", "text/csv")["kind"] == "binary"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a\0b.csv", "x" * 9_000, "C:\\a.csv", "", "a/../.."]
)
def test_a_hostile_name_is_only_looked_at_for_its_ending(look, name):
    found = look(b"a,b\n1,2\n", name, "text/plain")
    assert found["kind"] == ("table" if name.endswith(".csv") else "text")
    assert found["place"].startswith(".celltrail/blobs/")


def test_a_pickle_is_bytes_and_is_never_loaded(look, tmp_path):
    made = tmp_path / "made-by-a-pickle"

    class Evil:
        def __reduce__(self):
            return Path.touch, (made,)

    for name in ("model.pkl", "frame.feather", "model.skops", "a.parquet", "a.json"):
        found = look(pickle.dumps(Evil()), name)
        assert found["kind"] == "binary"
    assert not made.exists()


def test_a_query_in_the_place_of_a_file_reads_no_other_file(look, server):
    secret = server.root / "secret.csv"
    secret.write_text("password\n1234\n")
    column = f"n, (SELECT password FROM '{secret}')"  # noqa: S608 - a column's name
    arrow = pa.table({column: [1], 'x" FROM y; --': [2]})
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(arrow, sink)
    found = look(sink.getvalue().to_pybytes(), "a.parquet")
    assert rows(found) == [["1", "2"]]
    assert "1234" not in json.dumps(found)


def test_a_notebook_is_the_text_of_its_cells(look):
    output = {"output_type": "display_data", "data": {"text/html": "<script>1</script>", "image/png": "AA"}}
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no"}
    cells = [
        {"cell_type": "markdown", "source": ["# A\n", "b"]},
        {"cell_type": "code", "source": "f()", "outputs": [output, error]},
        "no cell",
    ]
    found = look(json.dumps({"cells": cells}).encode(), "a.ipynb")
    assert found["cells"] == [
        {"kind": "markdown", "source": "# A\nb", "output": ""},
        {"kind": "code", "source": "f()", "output": "[text/html, image/png]\nValueError: no"},
        {"kind": "None", "source": "", "output": ""},
    ]


def test_json_is_indented_and_a_deep_one_is_shown_as_it_is(look):
    assert look(b'{"a":[1,2]}', "a.json")["text"] == '{\n  "a": [\n    1,\n    2\n  ]\n}'
    assert look(b"[" * 100_000, "a.json")["kind"] == "text"
    assert look(b"", "a.json")["kind"] == "text"


def test_an_artifact_whose_content_is_gone_or_changed_says_which_file(server, blobs):
    digest, size = blobs.put_bytes(b"it was here")
    path = blobs.path(digest)
    question = {"digest": digest, "path": "a.txt", "size_bytes": size}
    path.chmod(0o644)
    path.write_bytes(b"it was her!")
    changed = server.request("celltrail/api/preview", question).json()
    assert (changed["kind"], "digests differ" in changed["problem"]) == ("damaged", True)
    path.write_bytes(b"it was")
    assert "11 were recorded" in server.request("celltrail/api/preview", question).json()["problem"]
    path.unlink()
    gone = server.request("celltrail/api/preview", question).json()
    assert (gone["kind"], gone["size_bytes"]) == ("missing", -1)
    assert gone["place"] == path.relative_to(server.root).as_posix()


@pytest.mark.parametrize(
    "body",
    [
        {"digest": "../../etc/passwd"},
        {"digest": "blake3:XYZ"},
        {"digest": "blake3:" + "a" * 64, "rows": "many"},
        {},
        [],
    ],
)
def test_a_malformed_question_is_refused(server, body):
    assert server.request("celltrail/api/preview", body).status == 400


def test_a_digest_of_another_algorithm_is_no_path(server):
    answer = server.request("celltrail/api/preview", {"digest": "md5:" + "a" * 32})
    assert (answer.status, answer.json()["error"]) == (404, "BlobNotFoundError")


def test_an_artifact_is_never_a_page_of_the_servers_own_origin(server, blobs):
    digest, _ = blobs.put_bytes(b"<script>document.cookie</script>")
    for media_type in ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "text/html;x", "text/plain"):
        query = urllib.parse.urlencode({"type": media_type, "name": 'a".html\r\nSet-Cookie: x=1'})
        answer = server.request(f"celltrail/api/blob/{digest}?{query}")
        shown = answer.headers["Content-Type"]
        assert shown.partition(";")[0] in {"application/octet-stream", "image/svg+xml", "text/plain"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert "Set-Cookie: x" not in str(answer.headers)
        assert answer.headers["Content-Disposition"].startswith("attachment" if "octet-stream" in shown else "inline")


def test_a_large_artifact_is_sent_in_pieces_and_whole(server, blobs, tmp_path):
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        for number in range(96):
            file.write(bytes([number]) * (1 << 20))
    digest, size = blobs.put_file(large)
    before = resident_bytes(server)
    answer = server.request(f"celltrail/api/blob/{digest}?name=large.bin")
    assert (answer.status, answer.headers["Content-Length"], len(answer.body)) == (200, str(size), size)
    assert answer.body[95 << 20] == 95
    assert resident_bytes(server) - before < 32 << 20
    path = blobs.path(digest)
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(1 << 20)
        file.write(b"?")
    assert server.request(f"celltrail/api/blob/{digest}").status == 404


def resident_bytes(server):
    """The most that the server's process ever had in memory."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@pytest.fixture
def predicted(server, blobs):
    """Ask for the sample predictions of a model that was kept so."""

    def ask(content):
        trail = Trail(server.root / ".celltrail")
        run = trail.run()
        digest, size = blobs.put_bytes(content if isinstance(content, bytes) else codec.dumps(content))
        path = "m.predictions.json"
        model = LoggedModel("m", ModelState.KEPT, "a.B", "skops", "m.skops", predictions_path=path, prediction_count=4)
        trail.writer.append(
            events.ArtifactLogged(run, trail.tick(), path, digest, size, "application/json", "table"),
            events.ModelLogged(run, trail.tick(), model),
        )
        trail.end()
        server.request("celltrail/api/store/fold", {})
        return server.request("celltrail/api/preview/predictions", {"run_id": run, "name": "m"})

    return ask


def said(values, truth=None, **more):
    return SamplePredictions("xxh3-128:a", len(values), 400, (Predicted("predict", "x", values),), truth=truth, **more)


def test_predictions_of_classes_are_counted_against_the_truth(predicted):
    inputs = (InputColumn("age", [1, 2, None, 4]), InputColumn("who", ["a", "b", "c", "d"]))
    odds = Predicted("predict_proba", "float64", [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [1.0, 0.0]])
    kept = said(["no", "yes", "yes", "no"], ["no", "yes", "no", "no"], inputs=inputs)
    kept = SamplePredictions(kept.inputs_digest, 4, 400, (*kept.outputs, odds), inputs, kept.truth)
    found = predicted(kept).json()
    assert found["confusion"] == {
        "labels": ["no", "yes"],
        "rows": [{"label": "no", "counts": [2, 1]}, {"label": "yes", "counts": [0, 1]}],
        "right": 3,
        "total": 4,
    }
    assert (found["inputs"], found["outputs"]) == (["age", "who"], ["predict", "predict_proba 0", "predict_proba 1"])
    assert found["rows"][2] == {"inputs": [None, "c"], "outputs": ["yes", "0.4", "0.6"], "truth": "no"}
    assert (found["row_count"], found["total_rows"], found["points"]) == (4, 400, [])


def test_labels_that_only_look_like_numbers_are_texts_and_the_others_stand_by_value(predicted):
    labels = ["10", "9", "--5", "²", "nan", "-1"]
    found = predicted(said(labels, labels)).json()
    assert found["confusion"]["labels"] == ["-1", "9", "10", "--5", "nan", "²"]
    assert (found["confusion"]["right"], found["confusion"]["total"]) == (6, 6)


def test_an_integer_that_no_float_can_hold_is_a_row_and_no_point(predicted):
    found = predicted(said([10**400, 1.5], [1.25, 1.5])).json()
    assert found["points"] == [{"truth": 1.5, "predicted": 1.5}]
    assert found["rows"][0]["outputs"] == ["1" + "0" * 299 + "…"]


def test_predictions_of_numbers_are_points_without_those_that_are_no_numbers(predicted):
    found = predicted(said([[1.5], [2.5], [float("nan")], [4.5]], [1, 2, 3, None])).json()
    assert found["points"] == [{"truth": 1.0, "predicted": 1.5}, {"truth": 2.0, "predicted": 2.5}]
    assert (found["confusion"], found["rows"][2]["outputs"], found["rows"][3]["truth"]) == (None, ["NaN"], None)


def test_predictions_that_an_older_celltrail_kept_stand_alone(predicted):
    old = {
        "inputs_digest": "x",
        "row_count": 2,
        "total_rows": 9,
        "outputs": [{"method": "predict", "dtype": "", "values": [1, 2]}],
    }
    found = predicted(json.dumps(old).encode()).json()
    assert (found["input_count"], found["has_truth"], len(found["rows"]), found["confusion"]) == (0, False, 2, None)


@pytest.mark.parametrize(
    "content",
    [
        b"no json",
        b"{}",
        b'{"inputs_digest": "", "row_count": 2, "total_rows": 9, "outputs":[{"method": "p", "dtype":"", "values":7}]}',
        pickle.dumps([1]),
    ],
)
def test_predictions_that_cannot_be_read_say_why(predicted, content):
    answer = predicted(content)
    assert (answer.status, answer.json()["error"]) == (404, "PredictionsLostError")
    assert "m.predictions.json cannot be read" in answer.json()["message"]


@pytest.mark.parametrize(
    "more",
    [
        {"truth": [1, 2]},
        {"truth": {"a": 1}},
        {"truth": [[1, 2]] * 4},
        {"truth": ["x"] * 4},
        {"inputs": (InputColumn("a", 7), InputColumn("b", [1]))},
    ],
)
def test_predictions_that_do_not_pair_are_shown_without_a_chart(predicted, more):
    found = predicted(said([1.5, 2.5, 3.5, 4.5], **more)).json()
    assert ([row["outputs"] for row in found["rows"]], found["points"]) == ([["1.5"], ["2.5"], ["3.5"], ["4.5"]], [])


def test_a_model_without_predictions_says_so(predicted, server):
    run = server.request("celltrail/api/store/search_runs", {"query": {}}).json()["runs"][0]["run_id"]
    answer = server.request("celltrail/api/preview/predictions", {"run_id": run, "name": "another"})
    assert (answer.status, "has no sample predictions" in answer.json()["message"]) == (404, True)
