"""What is written of a model can be loaded again."""

import skops.io
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from celltrail.capture.models import formats


def doubled(values: object) -> object:
    return values * 2


def function_without_a_place() -> object:
    def inner_of_this(values: object) -> object:
        return values

    return inner_of_this


def test_skops_keeps_what_it_can_load_again() -> None:
    model = make_pipeline(StandardScaler(), FunctionTransformer(doubled), Ridge(alpha=2.0))
    dump = formats.dump(model.fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0]))
    assert (dump.format, dump.untrusted) == ("skops", (f"{__name__}.doubled",))
    loaded = skops.io.loads(dump.data, trusted=[f"{__name__}.doubled"])
    assert loaded.predict([[3.0]]) == model.predict([[3.0]])


def test_skops_does_not_keep_what_nobody_could_load() -> None:
    """It writes functions by their name alone, lambdas and local ones too."""
    for function in (lambda values: values, function_without_a_place(), ",".join):
        assert formats.dump(FunctionTransformer(function)).format == "pickle"


def test_a_type_that_skops_does_not_know_is_left_to_pickle() -> None:
    assert formats.dump({"a": 1j}).format == "pickle"
