"""The Jupyter server extension: wires the projects, their handlers and the live events into one server."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from jupyter_events import EventLogger
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from tornado.ioloop import IOLoop
from traitlets import Bool

from celltrail import codec, config
from celltrail.errors import CelltrailError
from celltrail.labserver.changes import SCHEMA_FILE, SCHEMA_ID, Announcer
from celltrail.labserver.compare_handlers import (
    CompareFigureHandler,
    CompareHandler,
    ComparePageHandler,
    ComparePairHandler,
    CompareProofHandler,
)
from celltrail.labserver.docs_handlers import DocsHandler, DocsPageHandler
from celltrail.labserver.edit_handlers import EditHandler, ViewsHandler
from celltrail.labserver.handlers import (
    BlobHandler,
    KeepHandler,
    ProjectsHandler,
    Service,
    StoreHandler,
    TrackingHandler,
)
from celltrail.labserver.holding import Holder
from celltrail.labserver.kernels import Kernels
from celltrail.labserver.owner import OwnerDoor
from celltrail.labserver.page_handlers import RunCellsHandler, RunResourcesHandler
from celltrail.labserver.preview_handlers import PredictionsHandler, PreviewHandler
from celltrail.labserver.projects import ServedProjects
from celltrail.labserver.provisioner import use_for_local_kernels
from celltrail.labserver.replay_handlers import ReplayHandler, ReplayNotebookHandler, ReplayPlanHandler
from celltrail.labserver.replies import StoreChanged
from celltrail.labserver.restore_handlers import RestoreNotebookHandler, RestorePlanHandler

_SESSIONS_EVERY_S = 1.0
_PANEL_THREADS = 6
_OWNER_THREADS = 3
_PREVIEW_THREADS = 2  # each waits for a process, which a file may keep busy for half a minute: nobody else is to wait


class CelltrailServer(ExtensionApp):
    """celltrail in a Jupyter server: the owner of the stores of the projects whose notebooks are open in it."""

    name = "celltrail"
    lends_to_kernels = Bool(
        default_value=True,
        config=True,
        help="Record kernels in whose environment celltrail is not installed, with this server's celltrail.",
    )

    def initialize_settings(self) -> None:
        """Make the parts; no store is touched before the server runs."""
        server = self._server = cast("ServerApp", self.serverapp)
        self._event_logger: EventLogger = server.event_logger or EventLogger()  # a server without one has no listeners
        self._event_logger.register_event_schema(SCHEMA_FILE)
        self._announcer = Announcer(IOLoop.current(), self._emit)
        self._projects = ServedProjects(Path(server.root_dir).absolute(), self._make_holder, self._announcer, self.log)
        self._kernels = Kernels(self._projects, self.log)
        self._panel_threads = ThreadPoolExecutor(_PANEL_THREADS, thread_name_prefix="celltrail-panel")
        self._owner_threads = ThreadPoolExecutor(_OWNER_THREADS, thread_name_prefix="celltrail-owner")
        self._preview_threads = ThreadPoolExecutor(_PREVIEW_THREADS, thread_name_prefix="celltrail-preview")
        self._door = OwnerDoor(Service(self._projects, self._owner_threads))
        self._following: asyncio.Task[None] | None = None
        if self.lends_to_kernels:
            use_for_local_kernels(server.kernel_manager)

    def initialize_handlers(self) -> None:
        """Add the endpoints (docs/server.md)."""
        service = {"service": Service(self._projects, self._panel_threads)}
        previews = {"service": Service(self._projects, self._preview_threads)}
        self.handlers.extend(
            [
                (r"/celltrail/api/store/([a-z_]+)", StoreHandler, service),
                (r"/celltrail/api/blob/([^/]+)", BlobHandler, service),
                (r"/celltrail/api/preview", PreviewHandler, previews),
                (r"/celltrail/api/preview/predictions", PredictionsHandler, service),
                (r"/celltrail/api/projects", ProjectsHandler, service),
                (r"/celltrail/api/tracking", TrackingHandler, service),
                (r"/celltrail/api/keep", KeepHandler, service),
                (r"/celltrail/api/edit", EditHandler, service),
                (r"/celltrail/api/views", ViewsHandler, service),
                (r"/celltrail/api/docs", DocsHandler, service),
                (r"/celltrail/api/docs/([a-z-]+)", DocsPageHandler, service),
                (r"/celltrail/api/compare", CompareHandler, service),
                (r"/celltrail/api/compare/page", ComparePageHandler, service),
                (r"/celltrail/api/compare/pair", ComparePairHandler, service),
                (r"/celltrail/api/compare/proof", CompareProofHandler, service),
                (r"/celltrail/api/compare/figure", CompareFigureHandler, service),
                (r"/celltrail/api/run/cells", RunCellsHandler, service),
                (r"/celltrail/api/run/resources", RunResourcesHandler, service),
                (r"/celltrail/api/replay", ReplayHandler, service),
                (r"/celltrail/api/replay/plan", ReplayPlanHandler, service),
                (r"/celltrail/api/restore/plan", RestorePlanHandler, service),
                (r"/celltrail/api/restore/notebook", RestoreNotebookHandler, service),
                (r"/celltrail/api/replay/notebook/([^/]+)", ReplayNotebookHandler, service),
            ]
        )
        self.handlers.append(self._door.route())

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Serve the project of the server's root, and follow the server's sessions from now on."""
        self._door.open(serverapp)
        self._following = asyncio.create_task(self._follow())
        self._following.add_done_callback(self._report_end)

    async def stop_extension(self) -> None:
        """Let go of every store, so that the next who asks becomes the owner at once."""
        if self._following is not None:
            self._following.cancel()
        await asyncio.get_running_loop().run_in_executor(self._panel_threads, self._close)
        self._door.close()
        for threads in (self._panel_threads, self._owner_threads, self._preview_threads):
            threads.shutdown(wait=False, cancel_futures=True)

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._panel_threads, self._serve_root)
        while True:
            sessions = await self._server.session_manager.list_sessions()
            await loop.run_in_executor(self._panel_threads, self._kernels.see, sessions)
            await asyncio.sleep(_SESSIONS_EVERY_S)

    def _serve_root(self) -> None:
        try:
            self._projects.of_folder(self._projects.server_root)
        except CelltrailError as error:
            self.log.warning("celltrail does not follow the server's folder: %s", error)

    def _close(self) -> None:
        self._projects.close()

    def _report_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self.log.error("celltrail no longer follows this server's kernels", exc_info=task.exception())

    def _make_holder(self, key: str, settings: config.Settings) -> Holder:
        return Holder(settings.store, *self._door.admit(key))

    def _emit(self, change: StoreChanged) -> None:
        data: dict[str, Any] = codec.to_plain(change)
        self._event_logger.emit(schema_id=SCHEMA_ID, data=data)
