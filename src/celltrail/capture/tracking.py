"""Capture in one IPython shell: turned on and off as a whole, and taken away without a trace."""

import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from celltrail import config
from celltrail.capture import files
from celltrail.capture.active import current_session, end_session, set_session, set_tracking
from celltrail.capture.boundary import guarded
from celltrail.capture.files import FileWatch, OpenedFiles
from celltrail.capture.hooks import CellHooks
from celltrail.capture.imports import when_imported
from celltrail.capture.integrations import Integrations
from celltrail.capture.outputs import CellOutputs, OutputTaps
from celltrail.capture.readers.watch import Readers
from celltrail.capture.session import Session
from celltrail.errors import ConfigError
from celltrail.records import Status

if TYPE_CHECKING:
    from collections.abc import Callable


class Tracking:
    """What celltrail has installed in one shell.

    Attributes:
        shell: The shell.
        session: The session that is written; None before the first `start`.
        is_on: Whether cells are recorded.
    """

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self._hooks: CellHooks | None = None
        self._taps: OutputTaps | None = None
        self._forget_estimators: Callable[[], None] | None = None
        self._integrations: Integrations | None = None
        self._readers = Readers()
        self.session: Session | None = None
        self.is_on = False

    def start(self) -> None:
        """Record cells from the next one on.

        Raises:
            ConfigError: A setting has a value that cannot be used, or the environment forbids recording.
        """
        if self.is_on:
            return
        if self.session is None:
            session = current_session() or open_session(self.shell)
            if session.settings.forced_off:
                raise ConfigError("CELLTRAIL", "off", "on, or unset it, and restart the kernel")
            self.session = session
            set_session(self.session)
        set_tracking(on=True)
        self.is_on = True
        self._hooks = CellHooks(self.shell, self.session)
        self._hooks.register()
        with guarded("outputs"):
            self._taps = OutputTaps(self.shell, self._outputs)
        with guarded("files"):
            settings, modules = self.session.settings, self.session.modules
            files.watch(FileWatch(self._opened, settings.store, settings.root, modules=modules.opened))
        with guarded("libraries"):
            self._watch_libraries()
        with guarded("readers"):
            self._readers.start()

    def stop(self) -> None:
        """Record nothing from here on, and take every hook away; the cell that calls this is still recorded."""
        if not self.is_on:
            return
        self.is_on = False
        set_tracking(on=False)
        files.watch(None)
        if self._taps is not None:
            self._taps.restore()
        if self._hooks is not None:
            self._hooks.unregister()
            self._hooks.finish_live(Status.FINISHED)
        with guarded("libraries"):
            self._leave_libraries()
        with guarded("readers"):
            self._readers.stop()
        if self.session is not None:
            with guarded("system"):
                self.session.recorder.system.stop()
            if self.session.recorder.models is not None:
                self.session.recorder.models.finish()

    def unload(self) -> None:
        """Stop, and end the session."""
        self.stop()
        end_session()
        self.session = None

    def _outputs(self) -> CellOutputs | None:
        cell = self.session.recorder.current_cell() if self.session is not None else None
        return cell.outputs if cell is not None else None

    def _opened(self) -> OpenedFiles | None:
        cell = self.session.recorder.current_cell() if self.session is not None else None
        return cell.files if cell is not None else None

    def _watch_libraries(self) -> None:
        """Watch each library once it is imported: a kernel without it does not pay for the watching code."""
        if self.session is None:
            return
        recorder = self.session.recorder

        def install(_module: ModuleType) -> None:
            if self.is_on:
                from celltrail.capture.estimators import classes

                classes.ensure(recorder)

        self._forget_estimators = when_imported("sklearn", install)
        self._integrations = Integrations(recorder)
        self._integrations.start()
        self.session.background.submit("integrations", self._integrations.find_others)

    def _leave_libraries(self) -> None:
        if self._forget_estimators is not None:
            self._forget_estimators()
        if self._integrations is not None:
            self._integrations.stop()
        if "celltrail.capture.estimators.classes" in sys.modules:
            from celltrail.capture.estimators import classes

            classes.uninstall()


def is_notebook_kernel(shell: Any) -> bool:
    """Whether the shell belongs to a Jupyter kernel, and not to a terminal."""
    return getattr(shell, "kernel", None) is not None


def open_session(shell: Any) -> Session:
    """A session for what the shell runs; nothing is written yet.

    Raises:
        ConfigError: A setting has a value that cannot be used.
    """
    headless = config.headless()
    if headless is not None:
        front_end, notebook, kernel_id = "headless", headless.notebook, headless.kernel_id
    elif is_notebook_kernel(shell):
        front_end, notebook, kernel_id = "jupyter", _notebook(shell), _kernel_id()
    else:
        front_end, notebook, kernel_id = ("ipython" if shell is not None else "script"), _script(shell), ""
    return Session(
        config.load_settings(_folder_of(notebook)), front_end=front_end, notebook=notebook, kernel_id=kernel_id
    )


def _folder_of(notebook: str) -> Path:
    folder = Path(notebook).parent if notebook else Path.cwd()
    return folder if folder.is_dir() else Path.cwd()


def _notebook(shell: Any) -> str:
    """The path that JupyterLab's server or VS Code gave to the kernel."""
    return config.jupyter_notebook() or str(shell.user_ns.get("__vsc_ipynb_file__", ""))


def _script(shell: Any) -> str:
    if shell is not None:
        return ""
    return str(getattr(sys.modules.get("__main__"), "__file__", "") or "")


def _kernel_id() -> str:
    """The id in the connection file's name, `kernel-<id>.json`: the one that the server knows the kernel by."""
    application = getattr(sys.modules.get("ipykernel.kernelapp"), "IPKernelApp", None)
    if application is None or not application.initialized():
        return ""
    stem = Path(application.instance().connection_file).stem
    return stem.removeprefix("kernel-") if stem.startswith("kernel-") else ""
