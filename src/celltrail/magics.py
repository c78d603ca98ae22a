"""`%load_ext celltrail`, `%track` and `%%track`: capture's switch and its status, in one line each."""

import ast
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError

from celltrail import config
from celltrail.capture.tracking import Tracking, is_notebook_kernel
from celltrail.errors import ConfigError

_HELP = """%track              what is recorded, where, and how to see it
%track on | off     record cells from the next one on, or stop
%track rmse f1      keep the numbers in these variables as metrics of the run that is open here
%track models on    keep the model of each fit from here on; %track models off
%track keep [7 [name]]  make a run of the cell before this one, or of cell [7]
%track unkeep 7     let it go again; nothing is deleted
%%track [name]      make one run of the whole cell; fits inside become its children
%track --help       this text

A cell with the tag celltrail-skip is not recorded; CELLTRAIL=off in the environment or enabled = false in
[tool.celltrail] of pyproject.toml turns it off for good."""

_tracking: Tracking | None = None


def load_ipython_extension(shell: Any) -> None:
    """Record cells from the next one on, where the settings and the front end ask for it; called by IPython.

    A setting that cannot be used is told in one line: it stops the recording, never the kernel.
    """
    global _tracking
    if _tracking is None:
        _tracking = Tracking(shell)
        shell.register_magic_function(_track_line, "line", "track")
        shell.register_magic_function(_track_cell, "cell", "track")
    try:
        if _is_wanted(shell):
            _tracking.start()
    except ConfigError as error:
        _say(f"celltrail does not record: {error}")


def unload_ipython_extension(shell: Any) -> None:
    """Stop, end the session and take everything away that was installed."""
    global _tracking
    if _tracking is not None:
        _tracking.unload()
        _tracking = None
    for kind, ours in (("line", _track_line), ("cell", _track_cell)):
        if shell.magics_manager.magics[kind].get("track") is ours:
            del shell.magics_manager.magics[kind]["track"]


def _is_wanted(shell: Any) -> bool:
    """In notebook kernels unless switched off; in a bare IPython REPL only with CELLTRAIL=on."""
    settings = config.load_settings(Path.cwd())
    return settings.is_enabled and (settings.forced_on or is_notebook_kernel(shell))


def _track_line(line: str) -> None:
    """Status and switch of celltrail's recording; `%track --help` tells more."""
    words = line.split()
    if _tracking is None:
        _say("celltrail is not loaded: %load_ext celltrail")
    elif not words:
        _say(_status(_tracking))
    elif words == ["on"]:
        _turn_on(_tracking)
    elif words == ["off"]:
        _tracking.stop()
        _say("celltrail: off, nothing is recorded until %track on")
    elif words[0] == "models" and words[1:] in (["on"], ["off"]):
        _keep_models(_tracking, on=words[1] == "on")
    elif words[0] in {"keep", "unkeep"}:
        _keep_cell(words)
    elif words[0] in {"--help", "-h", "?", "help"}:
        _say(_HELP)
    else:
        _keep(_tracking.shell.user_ns, words)


def _keep_cell(words: list[str]) -> None:
    """Make a run of a past cell, or let it go.

    Raises:
        UsageError: There is no such cell, or nothing is recorded here.
    """
    from celltrail.errors import KeepError
    from celltrail.execute.keep import here  # an ordinary kernel does not pay for it

    try:
        if words[0] == "unkeep":
            _say(f"celltrail: run {here.unkeep(words[1] if words[1:] else '')[:8]} is in no list any more")
        else:
            run_id = here.keep(words[1] if words[1:] else None, " ".join(words[2:]))
            _say(f"celltrail: kept as run {run_id[:8]}")
    except KeepError as error:
        raise UsageError(f"%track: {error}") from None


def _turn_on(tracking: Tracking) -> None:
    try:
        tracking.start()
    except ConfigError as error:
        raise UsageError(f"celltrail does not record: {error}") from None
    _say("celltrail: on, from the next cell")


def _keep_models(tracking: Tracking, *, on: bool) -> None:
    session = tracking.session
    if session is None or not tracking.is_on:
        raise UsageError(f"%track: no model will be kept: {_why_off()}")
    session.recorder.fitted_models().is_on = on
    _say(f"celltrail: models of fits are {'kept from here on' if on else 'not kept any more'}")


def _status(tracking: Tracking) -> str:
    session = tracking.session
    if session is None or not tracking.is_on:
        return _why_off()
    recorder, failures = session.recorder, session.failures.total
    parts = [
        "celltrail: paused in JupyterLab" if config.is_paused(session.settings.store) else "celltrail: on",
        f"{recorder.run_count} runs and {session.cell_count} cells in this session",
        f"store {session.settings.store}",
        f"session {session.session_id[:8]}",
    ]
    if recorder.models is not None and recorder.models.is_on:
        parts.append("models of fits are kept")
    trouble = recorder.writer.health().trouble
    if trouble:
        parts.append(trouble)
    if failures:
        parts.append(f"{failures} failures of celltrail's own (see `celltrail doctor`)")
    parts.append("see the Trail panel, celltrail.search_runs() or `celltrail runs`")
    return " · ".join(parts)


def _why_off() -> str:
    try:
        settings = config.load_settings(Path.cwd())
    except ConfigError as error:
        return f"celltrail: off: {error}"
    if settings.forced_off:
        return "celltrail: off, by CELLTRAIL=off in the environment; unset it and restart the kernel to record"
    by = "" if settings.is_enabled else ", by enabled = false in [tool.celltrail] of pyproject.toml"
    return f"celltrail: off{by} · %track on starts it"


def _keep(namespace: dict[str, Any], names: list[str]) -> None:
    """Keep variables as metrics.

    Raises:
        UsageError: A name is no variable, its value is no number, or nothing is recorded here.
    """
    from celltrail.capture import fluent

    session = _tracking.session if _tracking is not None and _tracking.is_on else None
    if session is None or not session.recorder.where.is_recording():
        why = "this cell is not recorded" if session is not None else _why_off()
        raise UsageError(f"%track: nothing was kept: {why}")
    missing = [name for name in names if name not in namespace]
    if missing:
        raise UsageError(f"%track: there is no variable {missing[0]!r}; %track --help tells what it understands")
    try:
        values = {name: fluent.to_number(name, namespace[name]) for name in names}
    except TypeError as error:
        raise UsageError(f"%track: {error}") from None
    fluent.log_metrics(values)
    _say("celltrail: kept " + ", ".join(f"{name} = {value:.6g}" for name, value in values.items()))


def _track_cell(line: str, body: str) -> Any:
    """Make one explicit run of the whole cell; the argument is its name."""
    __tracebackhide__ = True
    if _tracking is None:
        raise UsageError("celltrail is not loaded: %load_ext celltrail")
    from celltrail.capture import fluent

    with fluent.start_run(line.strip() or None):
        return _run_block(_tracking.shell, body)


def _run_block(shell: Any, body: str) -> Any:
    """Run a cell's body as the cell itself; the value of a last expression is the result, to be shown."""
    __tracebackhide__ = True
    source = shell.transform_cell(body)
    name = shell.compile.cache(source, shell.execution_count, raw_code=body)
    tree = shell.transform_ast(shell.compile.ast_parse(source, filename=name))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(shell.compile(tree, name, "exec"), shell.user_global_ns, shell.user_ns)  # noqa: S102 - the user's own cell
    if last is None or source.rstrip().endswith(";"):
        return None
    return eval(shell.compile(ast.Expression(last.value), name, "eval"), shell.user_global_ns, shell.user_ns)  # noqa: S307


def _say(text: str) -> None:
    print(text)  # noqa: T201 - a magic answers the user
