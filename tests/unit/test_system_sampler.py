"""The sampler sees what the system says elsewhere, is asleep while no cell runs, and ends when it is told to."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from celltrail.capture.measure import peak_memory_bytes
from celltrail.capture.system import nvidia, readings
from celltrail.capture.system.course import MAX_POINTS, Course, Point
from celltrail.capture.system.sampler import Sampler

BUSY = "import time\nuntil = time.process_time() + 0.6\nwhile time.process_time() < until: pass"


@pytest.fixture(autouse=True)
def _no_other_children() -> Iterator[None]:
    """What earlier tests in this process left running is not counted."""
    before = {str(child.pid) for child in psutil.Process().children()} - readings.OURS
    readings.OURS.update(before)
    yield
    readings.OURS.difference_update(before)


@pytest.fixture
def sampler() -> Iterator[Sampler]:
    started = Sampler()
    yield started
    started.stop()


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "celltrail-system"]


def wait_until(is_so: object, timeout_s: float = 10) -> None:
    until = time.monotonic() + timeout_s
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_mean_of_a_run_is_the_processor_time_that_it_took(sampler: Sampler) -> None:
    sampler.cell_began("cell")
    sampler.begin("run")
    started, began = time.process_time(), time.monotonic()
    while time.process_time() - started < 1.5:
        pass
    used, took = time.process_time() - started, time.monotonic() - began
    use = sampler.end("run")
    sampler.cell_ended("cell")
    assert use is not None
    assert use.cpu_percent is not None
    assert use.cpu_percent.mean == pytest.approx(100 * used / took, rel=0.2)
    assert use.cpu_percent.minimum <= use.cpu_percent.mean <= use.cpu_percent.maximum
    assert use.sample_count >= 2


def test_processes_below_this_one_are_part_of_it(sampler: Sampler) -> None:
    sampler.cell_began("cell")
    sampler.begin("run")
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    use = sampler.end("run")
    assert use is not None
    assert use.cpu_percent is not None
    assert use.cpu_percent.mean * use.duration_s / 100 > 0.5


def test_children_are_counted_as_psutil_counts_them() -> None:
    block = "x = bytearray(b'x' * 60_000_000)\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", block], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        expected = psutil.Process(child.pid).memory_info().rss
        assert readings.children().memory_bytes == pytest.approx(expected, rel=0.1)
        readings.OURS.add(str(child.pid))
        assert readings.children().memory_bytes < expected / 2
        readings.OURS.discard(str(child.pid))
        child.communicate(b"\n")


def test_a_peak_that_the_cell_raised_is_the_systems_own_figure(sampler: Sampler) -> None:
    sampler.cell_began("cell")
    block = np.ones(peak_memory_bytes() // 8 + 10_000_000)
    del block
    assert sampler.cell_ended("cell") == (peak_memory_bytes(), True)


def test_a_peak_below_an_earlier_one_is_what_was_seen_and_no_more_is_claimed(sampler: Sampler) -> None:
    block = np.ones(40_000_000)
    del block
    sampler.cell_began("cell")
    now = psutil.Process().memory_info().rss
    held = np.ones(20_000_000)
    time.sleep(0.4)
    del held
    peak, is_exact = sampler.cell_ended("cell")
    assert not is_exact
    assert now + 140_000_000 < peak < peak_memory_bytes()


def test_bytes_to_the_disk_are_counted(sampler: Sampler, tmp_path: Path) -> None:
    sampler.begin("run")
    with (tmp_path / "data").open("wb") as file:
        file.write(os.urandom(5_000_000))
        file.flush()
        os.fsync(file.fileno())
    use = sampler.end("run")
    assert use is not None
    assert use.disk_written_bytes is not None
    assert use.disk_written_bytes >= 5_000_000


def test_nothing_is_sampled_while_no_cell_runs_and_a_cell_wakes_it_up(sampler: Sampler) -> None:
    assert threads() == []
    sampler.cell_began("one")
    assert sampler.is_sampling()
    sampler.cell_ended("one")
    wait_until(lambda: not sampler.is_sampling())
    sampler.cell_began("two")
    wait_until(sampler.is_sampling)
    sampler.cell_ended("two")
    assert threads() == ["celltrail-system"]


def test_it_ends_when_it_is_told_to_also_while_it_sleeps_and_can_begin_again(sampler: Sampler) -> None:
    for pause_s in (0.0, 1.6):
        sampler.cell_began("cell")
        sampler.cell_ended("cell")
        time.sleep(pause_s)
        sampler.stop()
        assert threads() == []
    sampler.cell_began("cell")
    assert threads() == ["celltrail-system"]


def test_switched_off_there_is_no_thread_and_the_ends_are_still_known() -> None:
    sampler = Sampler(is_on=False)
    sampler.cell_began("cell")
    sampler.begin("run")
    assert threads() == []
    use = sampler.end("run")
    assert use is not None
    assert use.sample_count == 0
    assert sampler.cell_ended("cell")[0] > 1_000_000


def test_a_forked_child_has_totals_and_no_thread(tmp_path: Path) -> None:
    code = (
        "import os, threading\nfrom celltrail.capture.system.sampler import Sampler\n"
        "sampler = Sampler()\nsampler.cell_began('cell')\n"
        "if not (child := os.fork()):\n"
        "    sampler.begin('run')\n    use = sampler.end('run')\n    sampler.stop()\n"
        "    os._exit(0 if use and threading.active_count() == 1 else 1)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0\nsampler.stop()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, timeout=60)


# --- graphics cards -------------------------------------------------------------------------------------------------

FAKE_NVML = """
#include <string.h>
typedef struct { unsigned gpu, memory; } utilization;
typedef struct { unsigned long long total, free, used; } memory;
static int is_open = 0, asked = 0;
static int cards[2] = {0, 1};
int nvmlInit_v2(void) { is_open = 1; return 0; }
int nvmlShutdown(void) { is_open = 0; return 0; }
int is_it_open(void) { return is_open; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) { *device = &cards[index]; return 0; }
int nvmlDeviceGetName(void *device, char *name, unsigned length) {
    strncpy(name, device == &cards[0] ? "Fake A" : "Fake B", length); return 0; }
int nvmlDeviceGetUtilizationRates(void *device, utilization *found) {
    if (device == &cards[1]) return 3;  /* not supported */
    found->gpu = 10 * ++asked; return 0; }
int nvmlDeviceGetMemoryInfo(void *device, memory *found) {
    found->total = 1ull << 34; found->used = device == &cards[0] ? 5ull << 30 : 1; return 0; }
"""


@pytest.fixture(scope="module")
def fake_nvml(tmp_path_factory: pytest.TempPathFactory) -> str:
    """NVIDIA's library as its header declares it, made by the machine's C compiler."""
    folder = tmp_path_factory.mktemp("nvml")
    (folder / "nvml.c").write_text(FAKE_NVML)
    library = folder / "libfake-nvml.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(folder / "nvml.c")], check=True)
    return str(library)


def test_cards_are_read_by_the_drivers_library(fake_nvml: str) -> None:
    cards = nvidia.open_cards(fake_nvml)
    assert cards is not None
    first, second = cards.samples()
    assert (first.name, first.busy_percent % 10, first.memory_bytes) == ("0 Fake A", 0, 5 << 30)
    assert second == nvidia.GpuSample("1 Fake B", 0.0, 1)
    cards.close()


def test_without_a_driver_there_are_no_cards(tmp_path: Path) -> None:
    assert nvidia.open_cards("libno-such-library.so.9") is None
    (tmp_path / "empty.c").write_text("int nothing;")
    library = tmp_path / "libempty.so"
    subprocess.run(["cc", "-shared", "-o", str(library), str(tmp_path / "empty.c")], check=True)
    assert nvidia.open_cards(str(library)) is None


def test_a_long_cell_has_its_cards_sampled(fake_nvml: str) -> None:
    sampler = Sampler(gpu_library=fake_nvml)
    sampler.cell_began("cell")
    sampler.begin("run")
    time.sleep(2.6)
    use = sampler.end("run")
    sampler.stop()
    assert use is not None
    assert [gpu.name for gpu in use.gpus] == ["0 Fake A", "1 Fake B"]
    assert use.gpus[0].busy_percent.minimum < use.gpus[0].busy_percent.maximum
    assert use.gpus[0].memory_bytes.mean == 5 << 30


def test_the_course_of_a_cell_tells_how_memory_grew_and_stays_bounded(sampler: Sampler) -> None:
    sampler.cell_began("cell")
    wait_until(lambda: sampler.course_of("cell") is not None)
    first = sampler.course_of("cell")
    assert first is not None
    assert first.cpu_percent[0] <= 100 * (threading.active_count() + 1)  # not all that this process ever took
    held = np.ones(12_000_000)  # 96 MB, all of it touched
    wait_until(lambda: len(sampler.course_of("cell").offset_ms) >= 4)  # type: ignore[union-attr]
    course = sampler.course_of("cell")
    sampler.cell_ended("cell")
    assert course is not None
    assert list(course.offset_ms) == sorted(course.offset_ms)
    assert course.memory_bytes[-1] - course.memory_bytes[0] >= 0.8 * held.nbytes
    assert len(course.cpu_percent) == len(course.memory_bytes) == len(course.offset_ms)
    assert course.gpu_percent == ()
    assert sampler.course_of("cell") is None


def test_a_long_course_keeps_the_mean_of_what_was_busy_and_the_most_of_what_was_held() -> None:
    course = Course()
    for number in range(10_000):
        course.add(Point(number, number % 100, 1000 + number, 50.0, 7.0))
    kept = course.kept()
    assert kept is not None
    assert MAX_POINTS / 2 <= len(kept.offset_ms) <= MAX_POINTS
    assert kept.offset_ms[-1] == 9_999_000
    assert kept.memory_bytes[-1] == 10_999
    assert np.mean(kept.cpu_percent[:-1]) == pytest.approx(49.5, abs=1)
    assert set(kept.gpu_percent) == {50.0}
    assert Course().kept() is None
