"""What a run took of the machine over time: from the journal, with no more points than a screen shows."""

import contextlib
from pathlib import Path

import pytest

from celltrail.config import Settings
from celltrail.execute.executed import cut_story, tell_story
from celltrail.execute.resources import MAX_CELLS, MAX_POINTS, list_resources
from celltrail.records import SystemCourse
from celltrail.store.open import open_store
from journal_writing import Trail

CELLS = 2000
SAMPLES = 200
COURSE = SystemCourse(
    offset_ms=tuple(range(0, 1000 * SAMPLES, 1000)),
    cpu_percent=tuple(map(float, range(SAMPLES))),
    memory_bytes=tuple(range(SAMPLES)),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("long")
    trail = Trail(root / ".celltrail", "long.ipynb")
    for number in range(CELLS):
        course = COURSE if number >= CELLS - 50 else None
        trail.cell(f"x{number % 40} = {number}", f"c{number}", names_written=(f"x{number % 40}",), course=course)
    last = trail.cell("model = fit(x39)", "fit", names_read=("x39",), names_written=("model",))
    trail.run("Long", execution_id=last, run_id="10f910f910")
    trail.end()
    return root


def test_two_thousand_cells_are_told_with_no_more_than_a_screen_shows(project: Path) -> None:
    settings = Settings(project, project / ".celltrail")
    with contextlib.closing(open_store(settings.store)) as store:
        store.fold()
        detail = store.get_run("10f910f910")
        found = list_resources(settings, detail)
        folded = store.list_executions(session_id=detail.run.session_id)
    assert (found.total, len(found.cells)) == (CELLS + 1, MAX_CELLS)
    assert found.cells[-1].is_target
    courses = [cell.course for cell in found.cells if cell.course is not None]
    assert len(courses) == 50
    assert sum(len(course.offset_ms) for course in courses) <= MAX_POINTS + 50
    assert all(course.offset_ms[-1] == COURSE.offset_ms[-1] for course in courses)
    assert "the latest 1,000 of 2,001 executions" in found.notes
    story = tell_story(settings, detail, folded)
    page = cut_story(story, only_needed=True, offset=0, limit=50)
    assert (page.total, page.problem) == (CELLS + 1, "")
    assert [cell.execution_count for cell in page.cells][-2:] == [CELLS, CELLS + 1]
