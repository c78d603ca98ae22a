"""PyTorch without a trainer: a loop of one's own is a run from an optimizer's first step to the end of the cell.

Nothing is done to the optimizer: PyTorch's own hook for all optimizers counts the steps. The value that `backward` was
called on is read at steps that only their number chooses: the first 128, then 64 in each doubling, and the last one.
"""

import ast
import sys
import weakref
from collections.abc import Iterator
from typing import Any

from celltrail.capture.attribution.callsite import tree_of_frame
from celltrail.capture.attribution.predictions import Origin
from celltrail.capture.attribution.variables import variables
from celltrail.capture.boundary import attempt
from celltrail.capture.context import Here as Context
from celltrail.capture.context import OpenRun
from celltrail.capture.estimators.fits import local_params
from celltrail.capture.estimators.stepped import SteppedLog
from celltrail.capture.estimators.watch import Here
from celltrail.capture.training import Hook, params_of
from celltrail.records import Param, Status

_EVERY_STEP = 128
_PER_DOUBLING = 64
_LOSS = "backward_loss"


def install(hook: Hook) -> None:
    """Watch the optimizers."""
    module: Any = hook.module
    loops = _Loops(hook)
    hook.before_method(module.Tensor, "backward", loops.backward)
    home: Any = sys.modules["torch.optim.optimizer"]  # `torch.optim` takes the name away
    handle = home.register_optimizer_step_post_hook(loops.stepped)
    hook.on_undo(handle.remove)


class _Loop:
    """What one optimizer does in one cell; `run` is None where nobody records it."""

    def __init__(self, context: Context, optimizer: Any) -> None:
        self.context = context
        self.optimizer = weakref.ref(optimizer)
        self.run: OpenRun | None = None
        self.model: weakref.ref[Any] | None = None
        self.positions: object = ()
        self.steps = 0
        self.next_step = 0
        self.log: SteppedLog | None = None
        self.latest_step = -1  # whose loss was kept


class _Loops:
    """The loops that are going on."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self._watch = hook.watch
        self._known: dict[int, _Loop] = {}
        self._inside = hook.watch.inside
        self._context = hook.watch.recorder.where.here.get
        self._is_compiling = hook.module.compiler.is_compiling
        self._loss: weakref.ref[Any] | None = None  # what `backward` was called on last

    def backward(self, args: tuple[Any, ...]) -> None:
        """`loss.backward()`: half a microsecond."""
        self._loss = weakref.ref(args[0]) if args else None

    def stepped(self, optimizer: Any, _args: Any, _kwargs: Any) -> None:
        """An optimizer has made a step: under a microsecond but for the first and those whose loss is kept."""
        if self._is_compiling() or self._inside() is not None:
            return
        loop = self._known.get(id(optimizer))
        if loop is None or loop.context is not self._context() or loop.optimizer() is not optimizer:
            loop = self._known[id(optimizer)] = _Loop(self._context(), optimizer)
            attempt("optimizer", self._begin, loop, optimizer)
        step = loop.steps
        loop.steps = step + 1
        if step >= loop.next_step and loop.run is not None:
            loop.next_step = _next_step(step)
            attempt("loss", self._keep_loss, loop, step)

    # --- a loop begins ----------------------------------------------------------------------------------------------

    def _begin(self, loop: _Loop, optimizer: Any) -> None:
        self._known = {place: known for place, known in self._known.items() if known.optimizer() is not None}
        here = self._watch.here()
        if here is None or here.site.is_timed:
            return
        model = _model_of(optimizer, here, self._hook.module.nn.Module)
        params = _optimizer_params(optimizer)
        joined = self._joined(model, loop.context)
        if joined is not None:  # another optimizer of the same model
            self._watch.recorder.log_params(
                joined.run_id, params_of({f"{p.key}_2": p.value for p in params}, "optimizer")
            )
            return
        self._end_previous(here, loop.context)
        loop.positions = here.site.positions
        turns = frozenset(_names_of_turns(optimizer, here))
        loop.run = self._start(model if model is not None else optimizer, params, here, turns)
        if model is not None:
            loop.model = weakref.ref(model)
            self._own(model, loop.run, here)
        here.trail.at_end.append(lambda status: self._end(loop, status))

    def _joined(self, model: Any, context: Context) -> OpenRun | None:
        for loop in self._known.values():
            if model is not None and loop.context is context and loop.model is not None and loop.model() is model:
                return loop.run
        return None

    def _end_previous(self, here: Here, context: Context) -> None:
        """The same line steps another model now: in a loop over settings each turn is a run."""
        for loop in self._known.values():
            if loop.run is not None and loop.context is context and loop.positions == here.site.positions:
                self._end(loop, Status.FINISHED)

    def _start(self, trained: Any, params: tuple[Param, ...], here: Here, turns: frozenset[str]) -> OpenRun:
        kind, recorder = type(trained), self._watch.recorder
        run = recorder.start_run(kind.__name__, kind="fit", estimator=f"{kind.__module__}.{kind.__qualname__}")
        taken = {param.key for param in params} | turns
        surrounding = tuple(param for param in local_params(here) if param.key not in taken)
        sizes = params_of(_sizes(trained), kind.__name__)
        recorder.log_params(run.run_id, (*params, *sizes, *surrounding))
        run.param_keys.update(turns)
        recorder.note_surroundings(run)
        return run

    def _own(self, model: Any, run: OpenRun, here: Here) -> None:
        self._watch.registry.own_model(model, frozenset({run.run_id}), is_opaque=True)
        here.trail.add(here.site, Origin(frozenset({run.run_id})))
        position = here.site.positions[0] if here.site.positions else None
        if position is not None:
            names = (name for name, value in list(here.cell.namespace.items()) if value is model)
            here.trail.trained[position] = tuple(names)

    # --- it goes on, and ends ---------------------------------------------------------------------------------------

    def _keep_loss(self, loop: _Loop, step: int) -> None:
        loss = self._loss() if self._loss is not None else None
        if loss is not None and loop.run is not None and loss.numel() == 1:
            loop.latest_step = step
            if loop.log is None:
                loop.log = SteppedLog(self._watch.recorder, loop.run.run_id)
            loop.log.add(_LOSS, loss.item(), step)

    def _end(self, loop: _Loop, status: Status) -> None:
        run = loop.run
        if run is None or run.status is not Status.RUNNING:
            return
        if loop.latest_step < loop.steps - 1 and status is Status.FINISHED:
            attempt("loss", self._keep_loss, loop, loop.steps - 1)
        if loop.log is not None:
            attempt("loss", loop.log.flush)
        self._watch.recorder.log_params(run.run_id, params_of({"steps": loop.steps}, run.name))
        self._watch.recorder.finish_run(run, status)


def _names_of_turns(optimizer: Any, here: Here) -> Iterator[str]:
    """The variables of the loops that the step is in and the optimizer was not made in: an epoch is no parameter."""
    for frame, position in zip(here.site.frames, here.site.positions, strict=True):
        tree = tree_of_frame(frame, here.cell.source)
        if tree is None or position is None:
            continue
        made = {name for name, value in variables(frame).items() if value is optimizer}
        for node in ast.walk(tree):
            if isinstance(node, ast.For) and node.lineno <= position.line <= (node.end_lineno or 0):
                names = _names(node, ast.Store)
                if made and not made & names:
                    yield from _names(node.target, ast.Store)


def _names(node: ast.AST, context: type) -> set[str]:
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, context)}


def _next_step(step: int) -> int:
    return step + 1 if step + 1 < _EVERY_STEP else step + (1 << step.bit_length()) // (2 * _PER_DOUBLING)


def _optimizer_params(optimizer: Any) -> tuple[Param, ...]:
    """The class and its settings; those that differ between the groups of parameters as a list."""
    settings = {}
    for name in optimizer.param_groups[0]:
        if name != "params":
            values = [group.get(name) for group in optimizer.param_groups]
            is_one = all(value is values[0] or value == values[0] for value in values)
            settings[f"optimizer__{name}"] = values[0] if is_one else values
    return params_of({"optimizer": type(optimizer).__name__, **settings}, "optimizer")


def _sizes(trained: Any) -> dict[str, int]:
    if not hasattr(trained, "parameters"):
        return {}
    parameters = list(trained.parameters())
    return {
        "parameters": sum(parameter.numel() for parameter in parameters),
        "trainable_parameters": sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
    }


def _model_of(optimizer: Any, here: Here, kind: type) -> Any:
    """The module whose parameters the optimizer changes: of those in sight the one that holds most of them, alone."""
    wanted = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    best, found = (0, 0), None
    for module in _modules(here, kind):
        own = {id(parameter) for parameter in module.parameters()}
        fit = (len(own & wanted), -len(own - wanted))
        if fit[0] and fit > best:
            best, found = fit, module
    return found


def _modules(here: Here, kind: type) -> Iterator[Any]:
    for frame in here.site.frames:
        yield from (value for value in variables(frame).values() if isinstance(value, kind))
    yield from (value for value in list(here.cell.namespace.values()) if isinstance(value, kind))
