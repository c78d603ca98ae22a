"""What the door for sources keeps of a cell's reads that Python's `open` does not see."""

from notebook_kernel import NotebookKernel

from celltrail.records import SourceUse

TOLD = (
    "from celltrail.capture.sources import note_source, gathering\n"
    "from celltrail.capture.files import note_file\n"
    "from celltrail.records import SourceUse\n"
)


def test_a_source_that_is_told_belongs_to_the_cell(kernel: NotebookKernel) -> None:
    code = TOLD + "note_source(SourceUse('s3://bucket/a.parquet', 's3', version='v1', rows=3))\n" * 2
    assert kernel.finished(kernel.run(code)).sources == (
        SourceUse("s3://bucket/a.parquet", "s3", version="v1", rows=3),
    )
    assert kernel.finished(kernel.run("1 + 1")).sources == ()


def test_a_thread_of_the_cell_tells_to_the_cell(kernel: NotebookKernel) -> None:
    code = (
        "import threading\n"
        "t = threading.Thread(target=lambda: note_source(SourceUse('x://y', 'x')))\nt.start(); t.join()"
    )
    assert [use.uri for use in kernel.finished(kernel.run(TOLD + code)).sources] == ["x://y"]


def test_what_inner_calls_tell_goes_to_the_outer_one(kernel: NotebookKernel) -> None:
    code = "with gathering() as inner: note_source(SourceUse('sqlite:///a', 'sql'))\nlen(inner.uses)"
    reply = kernel.run(TOLD + code)
    assert (reply.result(), kernel.finished(reply).sources) == ("1", ())


def test_a_file_that_native_code_opens_is_told_as_one_that_python_opens(kernel: NotebookKernel) -> None:
    (kernel.folder / "in.parquet").write_text("12")
    code = "note_file('in.parquet', 'read')\nnote_file(b'out.parquet', 'write')\nopen('out.parquet', 'w').close()"
    finished = kernel.finished(kernel.run(TOLD + code + "\nnote_file('/usr/share/x', 'read')"))
    assert [(file.path, file.mode, file.size_bytes) for file in finished.files] == [
        ("in.parquet", "read", 2),
        ("out.parquet", "write", 0),
    ]


def test_a_long_query_is_cut_and_says_so_and_too_many_sources_are_counted(kernel: NotebookKernel) -> None:
    code = (
        "note_source(SourceUse('sqlite:///a', 'sql', query='x' * 70_000))\n"
        "for i in range(502): note_source(SourceUse(f'sqlite:///{i}', 'sql'))"
    )
    finished = kernel.finished(kernel.run(TOLD + code))
    assert len(finished.sources) == 500
    assert (len(finished.sources[0].query), finished.sources[0].note) == (
        65536,
        "query cut at 65,536 of 70,000 characters",
    )
    assert finished.notes == ("3 more reads of sources were not kept: a cell keeps 500",)


def test_a_skipped_cell_and_a_switched_off_kernel_tell_nothing(kernel: NotebookKernel) -> None:
    code = TOLD + "from celltrail.capture.sources import is_recording\n"
    assert kernel.run(code + "is_recording()").result() == "True"
    kernel.run("%track off")
    assert kernel.run("note_source(SourceUse('x://y', 'x')); is_recording()").result() == "False"
    kernel.run("%track on")
