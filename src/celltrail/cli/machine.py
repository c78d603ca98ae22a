"""What a run took of the machine, in a few lines."""

from collections.abc import Iterator

from celltrail.records import GpuUse, SystemUse
from celltrail.runs.text import size
from celltrail.store.runs import RunDetail

_SHORT_S = 0.1  # of a shorter run the share of a processor says nothing
_LITTLE_BYTES = 100_000  # less may be the trail's own


def machine_facts(detail: RunDetail) -> Iterator[tuple[str, str]]:
    """Name and text of each line; what is not known is left out."""
    use = detail.system
    if detail.peak_memory_bytes:
        least = "" if use is None or use.peak_is_exact else "at least "
        yield "peak memory", f"{least}{size(detail.peak_memory_bytes)}"
    if use is None:
        return
    if use.cpu_percent is not None and use.duration_s >= _SHORT_S:
        yield "processor", _processor(use)
    disk = [
        f"{size(count)} {what}"
        for count, what in ((use.disk_read_bytes, "read"), (use.disk_written_bytes, "written"))
        if count is not None and count >= _LITTLE_BYTES
    ]
    if disk:
        yield "disk", ", ".join(disk)
    for gpu in use.gpus:
        yield "gpu use", _gpu(gpu)


def _processor(use: SystemUse) -> str:
    found = use.cpu_percent
    if found is None:
        return ""
    if use.sample_count < 2:  # noqa: PLR2004 - one sample has no extremes
        return f"{found.mean:.0f}% of one core"
    extremes = f"{found.minimum:.0f}% to {found.maximum:.0f}% in {use.sample_count} samples"
    return f"{found.mean:.0f}% of one core (mean; {extremes})"


def _gpu(gpu: GpuUse) -> str:
    busy, memory = gpu.busy_percent, gpu.memory_bytes
    return f"{gpu.name}: {busy.mean:.0f}% busy (up to {busy.maximum:.0f}%), memory up to {size(int(memory.maximum))}"
