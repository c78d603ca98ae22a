"""The panel's TypeScript records are those of the server."""

import subprocess
import sys
from pathlib import Path

from celltrail.labserver import typescript
from celltrail.labserver.changes import SCHEMA_FILE, SCHEMA_ID
from celltrail.labserver.replies import ProjectState, StoreChanged
from celltrail.store.base import Store

API = Path(__file__).parents[2] / "labextension" / "src" / "api.ts"


def test_the_committed_file_is_what_the_generator_prints():
    printed = subprocess.run(
        [sys.executable, "-m", "celltrail.labserver.typescript"], check=True, capture_output=True, text=True
    ).stdout
    assert API.read_text(encoding="utf-8") == printed, (
        "run python -m celltrail.labserver.typescript > labextension/src/api.ts"
    )


def test_every_store_method_that_answers_with_a_record_is_in_the_store_api():
    text = typescript.render().partition("export interface StoreApi")[2]
    abstract = {name for name, value in vars(Store).items() if getattr(value, "__isabstractmethod__", False)}
    assert {name for name in abstract if f"\n  {name}: {{" in text} == abstract - {"read_blob", "close"}


def test_floats_admit_what_json_lacks_and_optional_fields_admit_null():
    text = typescript.render()
    assert "export type Float = number | 'NaN' | 'Infinity' | '-Infinity';" in text
    assert "  duration_s: Float | null;" in text
    assert "  metrics: Record<string, Float>;" in text


def test_a_question_may_leave_out_what_has_a_default_and_an_answer_has_every_field():
    text = typescript.render()
    assert "  limit?: number;" in text.partition("export interface RunQuery")[2].partition("}")[0]
    assert "?:" not in text.partition("export interface RunSummary")[2].partition("}")[0]


def test_the_event_schema_lists_the_fields_of_the_record_and_every_state():
    schema = SCHEMA_FILE.read_text(encoding="utf-8")
    required = schema.partition("required: [")[2].partition("]")[0].split(", ")
    assert required == list(StoreChanged.__dataclass_fields__)
    assert f"enum: [{', '.join(ProjectState)}]" in schema
    assert SCHEMA_ID in schema
