"""What a cell fetches: requests, httpx, urllib, pandas and fsspec from a real server; no request is made twice."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from blake3 import blake3
from notebook_kernel import NotebookKernel

from celltrail.records import SourceUse

BODY = b"a,b\n1,2\n3,4\n"
DIGEST = "blake3:" + blake3(BODY).hexdigest()
HUSH = "correct-horse-battery"


@dataclass
class Web:
    """A server of a few pages, and what it was asked."""

    server: ThreadingHTTPServer
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


class Pages(BaseHTTPRequestHandler):
    web: Web

    def do_GET(self) -> None:
        self.web.asked.append(f"{self.command} {self.path.partition('?')[0]}")
        page = self.path.partition("?")[0]
        if page == "/moved":
            self.send_response(302)
            self.send_header("Location", "/a.csv")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        part = self.headers.get("Range", "").removeprefix("bytes=").partition("-")
        start, end = int(part[0] or 0), int(part[2] or len(BODY) - 1) + 1
        body = BODY[start:end]
        status = 404 if page != "/a.csv" else 206 if part[1] else 200
        self.send_response(status)
        self.send_header("ETag", '"v1"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(body)))
        if part[1]:
            self.send_header("Content-Range", f"bytes {start}-{start + len(body) - 1}/{len(BODY)}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_POST = do_HEAD = do_GET  # noqa: N815 - the base class's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[Web]:
    handler = type("Handler", (Pages,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.web = Web(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield handler.web
    server.shutdown()
    thread.join()
    server.server_close()


def sources(kernel: NotebookKernel, code: str, url: str) -> tuple[SourceUse, ...]:
    (kernel.folder / "url.txt").write_text(url)
    imports = "import requests, httpx, urllib.request, pandas as pd, fsspec, polars as pl, io\n"
    reply = kernel.run(f"{imports}url = open('url.txt').read()\n{code}")
    assert reply.status == "ok", reply.shown()
    return kernel.finished(reply).sources


@pytest.mark.parametrize(
    "code",
    [
        "requests.get(url)",
        "requests.Session().send(requests.Request('GET', url).prepare())",
        "httpx.get(url)",
        "client = httpx.AsyncClient(); answer = await client.get(url); await client.aclose()",
    ],
)
def test_a_body_that_was_read_has_a_digest(kernel: NotebookKernel, web: Web, code: str) -> None:
    address = f"http://ann:{HUSH}@{web.url.removeprefix('http://')}/a.csv?part=1&token={HUSH}"
    [use] = sources(kernel, code, address)
    kept = f"{web.url}/a.csv?part=1&token=***"
    assert use == SourceUse(kept, "http", version='"v1"', digest=DIGEST, size_bytes=len(BODY))
    assert web.asked == ["GET /a.csv"]


@pytest.mark.parametrize(
    "code",
    [
        "urllib.request.urlopen(url).read()",
        "requests.get(url, stream=True).iter_content(4)",
        "pd.read_csv(url)",
    ],
)
def test_a_body_that_is_read_later_has_none_and_says_so(kernel: NotebookKernel, web: Web, code: str) -> None:
    [use] = sources(kernel, code, f"{web.url}/a.csv")
    note = "the body was not read when it came: no digest"
    assert use == SourceUse(f"{web.url}/a.csv", "http", version='"v1"', size_bytes=len(BODY), note=note)
    assert web.asked == ["GET /a.csv"]


@pytest.mark.parametrize(
    "code", ["requests.get(url)", "httpx.get(url, follow_redirects=True)", "urllib.request.urlopen(url)"]
)
def test_a_redirect_is_told_by_where_it_led(kernel: NotebookKernel, web: Web, code: str) -> None:
    assert [use.uri for use in sources(kernel, code, f"{web.url}/moved")] == [f"{web.url}/a.csv"]


@pytest.mark.parametrize(
    "code",
    ["requests.get(url)", "httpx.get(url)", "try: urllib.request.urlopen(url)\nexcept OSError as error: error.close()"],
)
def test_an_answer_that_is_no_success_says_so(kernel: NotebookKernel, web: Web, code: str) -> None:
    [use] = sources(kernel, code, f"{web.url}/nothing")
    assert (use.uri, use.note.partition(";")[0]) == (f"{web.url}/nothing", "HTTP 404")


def test_what_is_sent_is_a_write(kernel: NotebookKernel, web: Web) -> None:
    [use] = sources(kernel, "requests.post(url, json={'a': 1})", f"{web.url}/a.csv")
    assert (use.mode, use.note) == ("write", "POST")


def test_a_native_reader_of_an_address_is_told_by_its_address(kernel: NotebookKernel, web: Web) -> None:
    [use] = sources(kernel, "pl.read_csv(url)", f"{web.url}/a.csv?token={HUSH}")
    assert (use.uri, use.kind) == (f"{web.url}/a.csv?token=***", "http")


def test_a_file_system_of_fsspec_tells_what_it_opens_fetches_and_puts(kernel: NotebookKernel, web: Web) -> None:
    code = "with fsspec.open(url) as file: text = file.read()"
    assert [(use.uri, use.kind, use.mode) for use in sources(kernel, code, f"{web.url}/a.csv")] == [
        (f"{web.url}/a.csv", "http", "read")
    ]
    code = "fsspec.filesystem('http').cat(url)"
    assert [use.uri for use in sources(kernel, code, f"{web.url}/a.csv")] == [f"{web.url}/a.csv"]
    code = "with fsspec.open('memory://a/b.csv', 'w') as file: n = file.write('a\\n1\\n')\nframe = pd.read_csv('memory://a/b.csv')"
    assert [(use.uri, use.mode) for use in sources(kernel, code, "")] == [
        ("memory:///a/b.csv", "write"),
        ("memory:///a/b.csv", "read"),
    ]
    assert sources(kernel, "with fsspec.open('url.txt') as file: file.read()", "") == ()


def test_no_word_of_a_credential_is_in_the_trail(kernel: NotebookKernel) -> None:
    journal = b"".join(path.read_bytes() for path in (kernel.folder / ".celltrail").rglob("*") if path.is_file())
    assert b"token=***" in journal
    assert HUSH.encode() not in journal


def test_errors_of_clients_look_as_without_us(kernel: NotebookKernel) -> None:
    code = (
        "import requests, httpx, urllib.request, traceback\n"
        "for call in (requests.get, httpx.get, urllib.request.urlopen):\n"
        "    try: call('http://127.0.0.1:9/')\n"
        "    except OSError: traceback.print_exc()\n"
        "    except httpx.HTTPError: traceback.print_exc()\n"
    )
    reply = kernel.run(code)
    assert reply.status == "ok"
    assert "celltrail" not in reply.stream("stderr")
    assert "refused" in reply.stream("stderr")
