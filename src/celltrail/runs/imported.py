"""Which distributions the cells of a run import, by the names that they are installed under."""

import ast
from collections.abc import Sequence

from celltrail.runs.effects.source import parse_cell
from celltrail.store.runs import CellExecution

# Where a distribution is called otherwise than its module; others have one name.
_DISTRIBUTIONS = {
    "sklearn": ("scikit-learn",),
    "skimage": ("scikit-image",),
    "cv2": ("opencv-python", "opencv-python-headless"),
    "PIL": ("pillow",),
    "yaml": ("pyyaml",),
    "bs4": ("beautifulsoup4",),
    "xgboost": ("xgboost", "xgboost-cpu"),
    "lightning": ("lightning", "pytorch-lightning"),
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
    "umap": ("umap-learn",),
    "imblearn": ("imbalanced-learn",),
    "dateutil": ("python-dateutil",),
}
# What they compute with although no cell imports it.
_BENEATH = {
    "scikit-learn": ("numpy", "scipy", "joblib", "threadpoolctl"),
    "pandas": ("numpy", "pyarrow"),
    "xgboost": ("numpy", "scipy"),
    "lightgbm": ("numpy", "scipy"),
    "catboost": ("numpy",),
    "statsmodels": ("numpy", "scipy", "pandas"),
    "torch": ("numpy",),
}


def imported_distributions(steps: Sequence[CellExecution], estimator: str = "") -> frozenset[str]:
    """The distributions whose modules the executions import, and the one that the model's class is of."""
    modules = {estimator.partition(".")[0]} if estimator else set()
    for step in steps:
        tree = parse_cell(step.source).tree
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
    return frozenset(
        name for module in modules for name in _DISTRIBUTIONS.get(module, (module.lower().replace("_", "-"),))
    )


def beneath(distributions: frozenset[str]) -> frozenset[str]:
    """What these distributions compute with."""
    return frozenset(name for one in distributions for name in _BENEATH.get(one, ())) - distributions
