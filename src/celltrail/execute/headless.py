"""One parameterised notebook through one kernel: what papermill's engine and `celltrail run` share."""

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from papermill.iorw import papermill_io
from papermill.log import logger

from celltrail import clock, config
from celltrail.execute.client import TrailClient
from celltrail.execute.job import Place, Progress
from celltrail.execute.outcome import OutcomeManager
from celltrail.execute.parameters import PARAMETERS_TAG, check_values, read_declared


def execute_headless(  # noqa: PLR0913 - papermill's engine options are keywords
    nb: Any,
    kernel_name: str,
    *,
    input_path: Any = "",
    output_path: str | None = None,
    progress_bar: Any = True,
    log_output: bool = False,
    autosave_cell_every: int = 30,
    start_timeout: int = 60,
    execution_timeout: float | None = None,
    timeout_s: float | None = None,
    working_directory: str | None = None,
    place: Place = Place(),  # noqa: B008 - it is frozen
    tell: Callable[[Progress], None] = lambda _progress: None,
    **traits: Any,
) -> Any:
    """Execute a notebook and return it.

    Args:
        nb: The notebook with its parameters injected.
        kernel_name: The kernel specification.
        input_path: The notebook as the user named it.
        output_path: Where it is written while it runs; None is nowhere.
        progress_bar: papermill's bar.
        log_output: Whether papermill logs the outputs.
        autosave_cell_every: Seconds between writes within a long cell.
        start_timeout: Seconds that the kernel has to start in.
        execution_timeout: Seconds for each cell; None is no limit.
        timeout_s: Seconds for the whole notebook; None is no limit.
        working_directory: Where the kernel starts; None is papermill's `cwd`.
        place: The tree and the kernels of a replay.
        tell: Called with each step.
        traits: Whatever else papermill was given for nbclient.

    Raises:
        ParameterError: A parameter is not declared by the notebook, or is of another type.
        DeadKernelError: The kernel died.
        CellTimeoutError: A cell, or the notebook, ran too long.
    """
    check_injected(nb)
    manager = OutcomeManager(
        nb,
        output_path=output_path,
        progress_bar=progress_bar,
        log_output=log_output,
        autosave_cell_every=autosave_cell_every,
    )
    kernel_id = str(uuid.UUID(clock.new_id()))
    cell_timeout_s = execution_timeout or traits.pop("timeout", None)
    client = TrailClient(
        manager,
        kernel_id=kernel_id,
        timeout_s=timeout_s,
        cell_timeout_s=cell_timeout_s,
        kernels=place.kernels,
        tell=tell,
        kernel_name=kernel_name,
        startup_timeout=start_timeout,
        log=logger,
        log_output=log_output,
        **traits,
    )
    parameters = dict(nb.metadata.papermill.get("parameters", {}))
    environment = config.headless_environment(Path(), kernel_id, parameters, tree=place.tree, store=place.store)
    environment["CELLTRAIL_NOTEBOOK"] = _named_by_user(input_path)
    manager.notebook_start()
    try:
        client.execute(env=environment, cwd=working_directory or os.getcwd())  # noqa: PTH109 - a str is what it takes
    finally:
        manager.cleanup_pbar()
        manager.notebook_complete()
        ended = manager.tell_end()
        if ended is not None:
            tell(ended)
    return manager.nb


def check_injected(nb: Any) -> None:
    """Check the parameters that papermill injected against the notebook's parameters cell.

    Raises:
        ParameterError: A parameter is not declared, or is of another type.
    """
    given = nb.metadata.papermill.get("parameters", {})
    language = (nb.metadata.get("kernelspec", {}).get("language") or "python").lower()
    if given and language == "python":
        sources = [cell["source"] for cell in nb.cells if PARAMETERS_TAG in cell["metadata"].get("tags", ())]
        check_values(read_declared("\n".join(sources[:1])), given)


def _named_by_user(input_path: Any) -> str:
    """The notebook's absolute path; relative to where papermill was called, which its `cwd` option has left.

    A remote notebook keeps its address; one that came as text has no name.
    """
    if not isinstance(input_path, str) or input_path in {"", "-"}:
        return "(unnamed)"
    if "://" in input_path:
        return input_path
    local = papermill_io.get_handler("local")
    called_in = local.cwd(None)
    local.cwd(called_in)
    return os.path.abspath(Path(called_in or ".") / input_path)  # noqa: PTH100 - links are the user's choice
