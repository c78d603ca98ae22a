"""The files that libraries write their own models to; nothing of them runs code when it is loaded, unless it says so.

A library is never imported here: whoever holds one of its models has it loaded.
"""

import importlib
import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celltrail.lean import record


@record
class LibraryFormat:
    """How one library writes and reads its models.

    Attributes:
        name: What the record calls it.
        write: The model as bytes.
        read: The model of such bytes; the class is the one that the record names, of this library.
        note: What is lost, or else to be known.
    """

    name: str
    ending: str
    media_type: str
    write: Callable[[Any], bytes]
    read: Callable[[bytes, str], Any]
    note: str = ""


def _written(ending: str, save: Callable[[str], object]) -> bytes:
    """What a library writes to a path of its own."""
    with tempfile.TemporaryDirectory(prefix="celltrail-") as folder:
        path = Path(folder) / f"model{ending}"
        save(str(path))
        return path.read_bytes()


def _reading(ending: str, data: bytes, load: Callable[[str], Any]) -> Any:
    with tempfile.TemporaryDirectory(prefix="celltrail-") as folder:
        path = Path(folder) / f"model{ending}"
        path.write_bytes(data)
        return load(str(path))


def _made(library: str, class_name: str, fallback: str) -> Any:
    """An empty model of a library's class; of the fallback where the name is another library's."""
    module = importlib.import_module(library)
    is_its_own = class_name.partition(".")[0] == library
    kind = getattr(module, class_name.rpartition(".")[2], None) if is_its_own else None
    return (kind or getattr(module, fallback))()


def _read_into(library: str, fallback: str, ending: str) -> Callable[[bytes, str], Any]:
    def read(data: bytes, class_name: str) -> Any:
        model = _made(library, class_name, fallback)
        _reading(ending, data, model.load_model)
        return model

    return read


def _read_lightgbm(data: bytes, _class_name: str) -> Any:
    return importlib.import_module("lightgbm").Booster(model_str=data.decode())


def _write_torch(model: Any) -> bytes:
    target = io.BytesIO()
    sys.modules["torch"].save(model.state_dict(), target)
    return target.getvalue()


def _read_torch(data: bytes, _class_name: str) -> Any:
    return importlib.import_module("torch").load(io.BytesIO(data), weights_only=True)


def _read_keras(data: bytes, _class_name: str) -> Any:
    return _reading(".keras", data, importlib.import_module("keras").models.load_model)


def _read_onnx(data: bytes, _class_name: str) -> Any:
    return importlib.import_module("onnxruntime").InferenceSession(data, providers=["CPUExecutionProvider"])


_BINARY = "application/octet-stream"
_XGBOOST = LibraryFormat(
    "xgboost",
    ".ubj",
    "application/ubjson",
    lambda model: _written(".ubj", model.save_model),
    _read_into("xgboost", "Booster", ".ubj"),
)
_CATBOOST = LibraryFormat(
    "catboost",
    ".cbm",
    _BINARY,
    lambda model: _written(".cbm", model.save_model),
    _read_into("catboost", "CatBoost", ".cbm"),
)
_LIGHTGBM_NOTE = "loads as a lightgbm.Booster"
FORMATS: dict[str, LibraryFormat] = {
    "onnx.onnx_ml_pb2.ModelProto": LibraryFormat(
        "onnx", ".onnx", "application/onnx", lambda model: bytes(model.SerializeToString()), _read_onnx
    ),
    "xgboost.core.Booster": _XGBOOST,
    "xgboost.sklearn.XGBModel": _XGBOOST,
    "catboost.core.CatBoost": _CATBOOST,
    "lightgbm.basic.Booster": LibraryFormat(
        "lightgbm", ".txt", "text/plain", lambda model: model.model_to_string().encode(), _read_lightgbm
    ),
    "lightgbm.sklearn.LGBMModel": LibraryFormat(
        "lightgbm",
        ".txt",
        "text/plain",
        lambda model: model.booster_.model_to_string().encode(),
        _read_lightgbm,
        _LIGHTGBM_NOTE,
    ),
    "keras.src.models.model.Model": LibraryFormat(
        "keras", ".keras", _BINARY, lambda model: _written(".keras", model.save), _read_keras
    ),
    "torch.nn.modules.module.Module": LibraryFormat(
        "torch",
        ".pt",
        _BINARY,
        _write_torch,
        _read_torch,
        "weights only: load_model gives a state_dict for an object of the class that you make",
    ),
}
BY_NAME = {found.name: found for found in FORMATS.values()}
