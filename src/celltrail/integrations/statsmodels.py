"""statsmodels: each model's `fit` with its formula, its measures of fit and its table of coefficients."""

import copy
import warnings
from collections.abc import Iterator
from typing import Any

from celltrail.capture.boundary import guarded
from celltrail.capture.estimators import subclasses
from celltrail.capture.params import kind_of, plain
from celltrail.capture.training import Began, Dataset, Given, Hook, Training, params_of, use_of
from celltrail.records import DatasetRole, ParamKind

_FITS = ("fit", "fit_regularized", "fit_constrained")
_MEASURES = (  # those that cost no more than a pass over the data: `prsquared` would fit another model
    "llf",
    "aic",
    "bic",
    "hqic",
    "rsquared",
    "rsquared_adj",
    "fvalue",
    "f_pvalue",
    "mse_resid",
    "deviance",
    "pearson_chi2",
    "scale",
    "sse",
    "nobs",
    "df_model",
    "df_resid",
)
_COLUMNS = (("coef", "params"), ("std_err", "bse"), ("statistic", "tvalues"), ("p_value", "pvalues"))
_CANNOT = (AttributeError, ValueError, TypeError, NotImplementedError, ArithmeticError)  # this kind of model has none
_MAX_TEXT = 500


def install(hook: Hook) -> None:
    """Watch every model class, also those that are imported or defined later."""
    base: Any = hook.module.Model

    def adopt(cls: type) -> None:
        for name in _FITS:
            hook.on_method(cls, name, lambda given: _fit(hook, given))

    hook.on_undo(subclasses.watch(base, adopt))
    for cls in (base, *subclasses.known(base)):
        adopt(cls)
    hook.on_method(hook.module.Results, "predict", lambda given: hook.prediction(use_of(given, "exog")))


def _fit(hook: Hook, given: Given) -> Training | None:
    if hook.current() is not None:  # a model's fit calls that of its base class, and those of models that it needs
        return None
    model = given.args[0]
    kind = type(model)
    options = {name: value for name, value in given.kwargs.items() if kind_of(value) is not ParamKind.OBJECT}
    own = _untouched_model(model)
    known = {
        "formula": getattr(model, "formula", None),
        "endog": _text(getattr(own, "endog_names", None)),
        "exog": _text(getattr(own, "exog_names", None)),
        "missing": getattr(model, "missing", None),
        "order": getattr(model, "order", None),
        "seasonal_order": getattr(model, "seasonal_order", None),
        "family": _class_name(getattr(model, "family", None)),
    }
    began = Began(
        kind.__name__,
        f"{kind.__module__}.{kind.__qualname__}",
        params_of({**known, **options}, kind.__name__),
        tuple(_data(model)),
        model=model,
        is_model=False,
    )
    return hook.training(began, _fitted)


def _text(names: Any) -> str | None:
    text = ", ".join(map(str, names)) if isinstance(names, list | tuple) else names
    return text if isinstance(text, str) and len(text) <= _MAX_TEXT else None


def _class_name(value: Any) -> str | None:
    return type(value).__name__ if value is not None else None


def _data(model: Any) -> Iterator[Dataset]:
    """The frame of a formula; else what was given as exog and endog."""
    data = getattr(model, "data", None)
    frame = getattr(data, "frame", None)
    if frame is not None:
        yield Dataset(frame, DatasetRole.TRAIN, name="data")
        return
    for role, name in ((DatasetRole.TRAIN, "exog"), (DatasetRole.TARGET, "endog")):
        value = getattr(data, f"orig_{name}", None)
        if value is not None:
            yield Dataset(value, role, name=name)


def _fitted(training: Training, results: Any) -> None:
    inner = getattr(results, "_results", results)
    training.made(inner)
    training.made(results)
    own = _untouched(inner)
    if "model" in vars(own):
        vars(own)["model"] = _untouched_model(inner.model)
    # What a model cannot say, it may also warn of: such a warning would not have come without us.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in _MEASURES:
            training.metric(name, _measure(own, name))
        _keep_convergence(training, own)
        with guarded("coefficients"):
            _keep_coefficients(training, own)


def _untouched(results: Any) -> Any:
    """A shallow copy with a cache of its own: nothing that is worked out here is kept in the user's results."""
    own = copy.copy(results)
    if isinstance(vars(own).get("_cache"), dict):
        vars(own)["_cache"] = dict(vars(own)["_cache"])
    return own


def _untouched_model(model: Any) -> Any:
    """The same of a model, whose data keep their names in a cache too."""
    own = copy.copy(model)
    if "data" in vars(own):
        vars(own)["data"] = _untouched(vars(own)["data"])
    return own


def _measure(results: Any, name: str) -> Any:
    try:
        return plain(getattr(results, name, None))
    except _CANNOT:
        return None


def _keep_convergence(training: Training, results: Any) -> None:
    said = getattr(results, "mle_retvals", None)
    if isinstance(said, dict):
        values = {name: plain(said.get(name)) for name in ("converged", "iterations")}
        training.params(params_of(values, training.name))


def _keep_coefficients(training: Training, results: Any) -> None:
    """One row per coefficient; the columns that this kind of model has."""
    columns = {}
    for title, name in _COLUMNS:
        values = _measure(results, name)
        if getattr(values, "ndim", 0) == 1:
            columns[title] = [float(value) for value in values]
    if "coef" not in columns:
        return
    names = list(getattr(results.model, "param_names", None) or getattr(results.model, "exog_names", None) or [])
    count = len(columns["coef"])
    if len(names) != count:
        names = [str(place) for place in range(count)]
    rows = zip(names, *columns.values(), strict=True)
    training.table("coefficients", (("name", *columns), *rows))
