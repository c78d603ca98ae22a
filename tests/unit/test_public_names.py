"""What `import celltrail` offers: found by completion, made when asked for; MLflow's other names get an answer."""

import pytest

import celltrail


def test_completion_shows_what_there_is() -> None:
    assert {"start_run", "log_metric", "search_runs", "get_run", "__version__"} <= set(dir(celltrail))
    assert all(getattr(celltrail, name) is not None for name in dir(celltrail))


@pytest.mark.parametrize(("name", "said"), [("autolog", "nothing to turn on"), ("log_dict", "log_artifact")])
def test_a_name_of_mlflow_that_is_not_here_says_what_to_do(name: str, said: str) -> None:
    with pytest.raises(AttributeError, match=said):
        getattr(celltrail, name)


def test_any_other_name_is_only_missing() -> None:
    with pytest.raises(AttributeError, match=r"has no attribute 'nonsense'$"):
        _ = celltrail.nonsense
