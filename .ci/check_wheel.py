"""Lists what the wheel must hold: a wheel without the panel or the IPython configuration installs without a word."""

import sys
import zipfile
from pathlib import Path

MUST_HOLD = (
    "celltrail/py.typed",
    "celltrail/store/migrations/0001_",
    ".data/data/etc/ipython/ipython_config.py",
    ".data/data/etc/jupyter/jupyter_server_config.d/celltrail.json",
    ".data/data/share/jupyter/labextensions/@celltrail/labextension/install.json",
    ".data/data/share/jupyter/labextensions/@celltrail/labextension/package.json",
    ".data/data/share/jupyter/labextensions/@celltrail/labextension/static/style.js",
    ".data/data/share/jupyter/labextensions/@celltrail/labextension/schemas/@celltrail/labextension/plugin.json",
)


def main(folder: Path) -> int:
    """Check the one wheel in `folder`; the exit code."""
    (wheel,) = folder.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    missing = [part for part in MUST_HOLD if not any(part in name for name in names)]
    for part in missing:
        print(f"{wheel.name} lacks {part}", file=sys.stderr)  # noqa: T201 - a script
    print(f"{wheel.name}: {len(names)} files, {wheel.stat().st_size / 1024:.0f} kB")  # noqa: T201 - a script
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
