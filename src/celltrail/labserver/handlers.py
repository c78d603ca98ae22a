"""The panel's requests: authenticated and authorized by the Jupyter server, answered from worker threads."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar, cast

import tornado.iostream
import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler

from celltrail import codec
from celltrail.errors import (
    BlobNotFoundError,
    CelltrailError,
    ComparisonError,
    EditError,
    ExecutionError,
    ExecutionNotFoundError,
    FilterError,
    KeepError,
    ParameterError,
    PathRefusedError,
    RunNotFoundError,
    UnknownProjectError,
)
from celltrail.execute.replay.session import SessionLostError
from celltrail.journal.blobs import BlobStore
from celltrail.labserver import blobs, paths
from celltrail.labserver.previews.predictions import PredictionsLostError
from celltrail.labserver.projects import ServedProjects
from celltrail.labserver.replaying import ReplayNotebookLostError, ReplayRefusedError
from celltrail.labserver.replies import KeepWish, LetGoWish, ProjectList, Refusal, Tracking, TrackingChange
from celltrail.labserver.served import ServedProject
from celltrail.store import protocol

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

# A question is a POST for its body's sake and still only reads.
_authorized_to_read = cast("Callable[[F], F]", authorized(action="read"))
_MAX_BODY_BYTES = 1 << 20
_PIECE_BYTES = 1 << 20
STATUS: dict[type[CelltrailError], HTTPStatus] = {
    BlobNotFoundError: HTTPStatus.NOT_FOUND,
    ExecutionNotFoundError: HTTPStatus.NOT_FOUND,
    RunNotFoundError: HTTPStatus.NOT_FOUND,
    UnknownProjectError: HTTPStatus.NOT_FOUND,
    ReplayNotebookLostError: HTTPStatus.NOT_FOUND,
    PredictionsLostError: HTTPStatus.NOT_FOUND,
    ReplayRefusedError: HTTPStatus.CONFLICT,
    KeepError: HTTPStatus.CONFLICT,
    EditError: HTTPStatus.BAD_REQUEST,
    ComparisonError: HTTPStatus.BAD_REQUEST,
    ExecutionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SessionLostError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PathRefusedError: HTTPStatus.BAD_REQUEST,
    ParameterError: HTTPStatus.BAD_REQUEST,
    FilterError: HTTPStatus.BAD_REQUEST,
    protocol.BadRequestError: HTTPStatus.BAD_REQUEST,
}


@dataclass(frozen=True, slots=True)
class Service:
    """What the handlers share: the projects and the threads in which they are asked."""

    projects: ServedProjects
    threads: ThreadPoolExecutor

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """Run blocking work outside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *args)


def refusal_of(error: CelltrailError) -> Refusal:
    """An error as its answer says it."""
    return Refusal(
        message=str(error),
        error=type(error).__name__,
        position=error.position if isinstance(error, FilterError) else None,
    )


class TrailHandler(APIHandler):
    """What all requests have in common: which project they mean, and how a refusal looks."""

    auth_resource = "celltrail"

    def initialize(self, service: Service) -> None:
        """Take what the handlers share."""
        self._service = service

    def find_project(self) -> ServedProject:
        """The project that the request means; blocking, for a worker thread.

        Raises:
            CelltrailError: There is no such project, or the path leads out of the server's root.
        """
        projects = self._service.projects
        key = self.read_query("project")
        if key:
            return projects.of_key(key)
        notebook = self.read_query("notebook")
        folder = paths.notebook_folder(projects.server_root, notebook) if notebook else projects.server_root
        return projects.of_folder(folder)

    def read_query(self, name: str) -> str:
        """One query argument as it was sent: tornado's own reading would turn control characters into spaces.

        Raises:
            HTTPError: 400 when it is not UTF-8.
        """
        values = self.request.query_arguments.get(name)
        try:
            return values[-1].decode("utf-8") if values else ""
        except UnicodeDecodeError as error:
            raise tornado.web.HTTPError(HTTPStatus.BAD_REQUEST, f"the argument {name} is not UTF-8") from error

    def checked_body(self) -> bytes:
        """The request's body.

        Raises:
            HTTPError: 413 when it is too long.
        """
        body: bytes = self.request.body
        if len(body) > _MAX_BODY_BYTES:
            raise tornado.web.HTTPError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is longer than 1 MB")
        return body

    def read_body(self, cls: type[T]) -> T:
        """The request's body as a record.

        Raises:
            HTTPError: 400 when it is not one, 413 when it is too long.
        """
        try:
            return codec.loads(cls, self.checked_body())
        except ValueError as error:
            raise tornado.web.HTTPError(HTTPStatus.BAD_REQUEST, f"cannot read the request: {error}") from error

    async def answer(self, work: Callable[[], bytes]) -> None:
        """Finish with what `work` gives in a worker thread, as JSON; celltrail's errors become refusals."""
        try:
            body = await self._service.run(work)
        except CelltrailError as error:
            self.refuse(error)
            return
        self.set_header("Cache-Control", "no-store")
        await self.finish(body)

    def refuse(self, error: CelltrailError) -> None:
        """Finish with one of celltrail's errors."""
        self.set_status(STATUS.get(type(error), HTTPStatus.SERVICE_UNAVAILABLE))
        self.finish(codec.dumps(refusal_of(error)))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what was wrong as a `Refusal`, also where the Jupyter server refuses."""
        _, error, _ = kwargs.get("exc_info", (None, None, None))
        message = HTTPStatus(status_code).phrase
        if isinstance(error, tornado.web.HTTPError) and error.log_message:
            message = error.log_message % error.args if error.args else error.log_message
        self.finish(codec.dumps(Refusal(message)))


class StoreHandler(TrailHandler):
    """`POST celltrail/api/store/<method>`: ask the store, in contents paths."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self, method: str) -> None:
        """Answer one question."""
        body = self.checked_body()

        def work() -> bytes:
            arguments = protocol.decode_arguments(method, body)
            return codec.dumps(self.find_project().ask_for_browser(method, arguments))

        await self.answer(work)


class BlobHandler(TrailHandler):
    """`GET celltrail/api/blob/<digest>`: an artifact's content, which may be hostile and is never run as a page."""

    @tornado.web.authenticated
    @authorized
    async def get(self, digest: str) -> None:
        """Send it, to look at where that is safe, else to keep."""
        # As Jupyter's own files: no page of another origin may read it by a link or as a script.
        self.check_xsrf_cookie()
        digest = blobs.checked_digest(digest)
        try:
            path = await self._service.run(lambda: BlobStore(self.find_project().settings.store).checked(digest))
        except CelltrailError as error:
            self.refuse(error)
            return
        headers = blobs.headers(digest, name=self.read_query("name"), media_type=self.read_query("type"))
        for header, value in headers:
            self.set_header(header, value)
        self.set_header("Content-Type", blobs.shown_type(self.read_query("type")))
        with path.open("rb") as file, contextlib.suppress(tornado.iostream.StreamClosedError):  # the reader went away
            self.set_header("Content-Length", str(os.fstat(file.fileno()).st_size))
            while piece := await self._service.run(file.read, _PIECE_BYTES):
                self.write(piece)
                await self.flush()
            await self.finish(set_content_type=blobs.shown_type(self.read_query("type")))


class ProjectsHandler(TrailHandler):
    """`GET celltrail/api/projects`: what this server serves, and what the notebook in front belongs to."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """List the projects."""

        def work() -> bytes:
            current = self.find_project()
            current.follower.wait_until_settled()
            return codec.dumps(ProjectList(self._service.projects.describe(), current.key))

        await self.answer(work)


class TrackingHandler(TrailHandler):
    """`celltrail/api/tracking`: the switch of the status bar, for all kernels of a project."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Say whether cells are recorded."""
        await self.answer(lambda: self._say(self.find_project()))

    @tornado.web.authenticated
    @authorized
    async def post(self) -> None:
        """Switch it."""
        change = self.read_body(TrackingChange)

        def work() -> bytes:
            project = self.find_project()
            project.set_paused(is_paused=change.is_paused)
            return self._say(project)

        await self.answer(work)

    @staticmethod
    def _say(project: ServedProject) -> bytes:
        return codec.dumps(Tracking(project.key, project.is_paused, project.settings.is_enabled))


class KeepHandler(TrailHandler):
    """`celltrail/api/keep`: a past cell made a run, or let go again; nothing is executed or deleted."""

    @tornado.web.authenticated
    @authorized
    async def post(self) -> None:
        """Keep a cell's last execution."""
        wish = self.read_body(KeepWish)
        await self.answer(lambda: codec.dumps(self.find_project().keep(wish)))

    @tornado.web.authenticated
    @authorized
    async def delete(self) -> None:
        """Let a kept run go."""
        wish = self.read_body(LetGoWish)
        await self.answer(lambda: codec.dumps(self.find_project().let_go(wish.run_id)))
