"""A password or token in a variable that a run reads is no parameter that anybody can look up."""

from pathlib import Path

from notebook_kernel import NotebookKernel
from replayed_project import Project

EXPLICIT = """
with celltrail.start_run('explicit'):
    celltrail.log_metric('n', len(api_token) + len(database) + len(tokenizer))
"""
IN_A_FUNCTION = """
from sklearn.linear_model import Ridge
def train(password, size):
    return Ridge(alpha=size).fit([[0.0], [1.0]], [0.0, 1.0])
model = train(os.environ['DOOR'], 0.5)
"""


def test_the_secrets_among_a_run_s_variables_are_not_in_the_trail(tmp_path: Path):
    (tmp_path / "pyproject.toml").touch()
    kernel = NotebookKernel(tmp_path, DOOR="s3cr3t-of-ann")
    for source in (
        "import celltrail, os\napi_token = os.environ['DOOR']\ntokenizer = 'bert'",
        "database = f'postgresql://ann:{api_token}@db/shop'",
        EXPLICIT,
        IN_A_FUNCTION,
    ):
        assert kernel.run(source).status == "ok"
    kernel.shutdown()
    journals = b"".join(path.read_bytes() for path in (tmp_path / ".celltrail" / "journal").iterdir())
    assert b"log_metric" in journals
    assert b"s3cr3t-of-ann" not in journals
    project = Project(tmp_path)
    explicit = {one["key"]: one["value"] for one in project.shown(project.run_named("explicit"))["params"]}
    assert (explicit["api_token"], explicit["tokenizer"]) == ("***", "bert")
    fitted = {one["key"]: one["value"] for one in project.shown(project.run_named("Ridge"))["params"]}
    assert (fitted["password"], fitted["size"]) == ("***", "0.5")
