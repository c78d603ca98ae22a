"""The environment of a run as installers read it: requirements.txt for pip and uv, environment.yml for conda."""

from collections.abc import Iterator

from celltrail.execute.bundle import manifest
from celltrail.execute.bundle.entries import Entry, text
from celltrail.records import Environment


def environment_files(environment: Environment | None) -> Iterator[Entry]:
    """Both files; none where the environment was not recorded."""
    if environment is None:
        return
    pins = sorted({f"{package.name}=={package.version}" for package in environment.packages}, key=str.casefold)
    head = f"# {environment.implementation} {environment.python} on {environment.os}, as the kernel had it\n"
    yield text(manifest.REQUIREMENTS, head + "".join(f"{pin}\n" for pin in pins))
    lines = [
        head.rstrip("\n"),
        "name: celltrail-run",
        "channels: [conda-forge]",
        "dependencies:",
        f"  - python={environment.python}",
        "  - pip",
        "  - pip:",
        "      - -r requirements.txt",
    ]
    yield text(manifest.CONDA, "\n".join(lines) + "\n")
