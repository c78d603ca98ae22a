"""Starts a kernel in whose environment celltrail is not installed, with the kernel side of another environment's.

Run by path, by the Python of that environment: `python launcher.py LENT VERSION MODULE [arguments of the kernel]`.
`LENT` is the folder that `execute.lending` has made, `VERSION` celltrail's, `MODULE` the one that the kernel
specification names (ipykernel_launcher). It is written for any Python 3, since it is read before the version is known;
where anything is amiss, the kernel starts as it would have without us.
"""

import os
import runpy
import sys
from importlib.util import find_spec
from typing import Any

OLDEST = (3, 11)


def lend(folder: str, version: str) -> str:
    """Let celltrail be found, behind all that is installed here; says why not, or nothing.

    Args:
        folder: Holds `celltrail`, and beside it a folder for each Python whose compiled packages fit.
        version: The version of celltrail in it.
    """
    if find_spec("celltrail") is not None:
        return ""
    if sys.version_info < OLDEST:
        needed = ".".join(map(str, OLDEST))
        return f"it needs Python {needed} or newer, this kernel has {sys.version.split()[0]}"
    compiled = os.path.join(folder, str(sys.implementation.cache_tag))  # noqa: PTH118 - text goes into sys.path
    paths = [os.path.join(folder, "any"), *([compiled] if os.path.isdir(compiled) else [])]  # noqa: PTH112, PTH118 - as above
    sys.path += paths
    if find_spec("celltrail") is None:
        return f"its folder is gone: {folder}"
    from celltrail.config import set_lent

    set_lent(version, paths)
    load_when_ready()
    return ""


def load_when_ready() -> None:
    """Let celltrail begin where IPython loads extensions, as its configuration file does where it is installed."""
    from ipykernel.kernelapp import IPKernelApp

    application: Any = IPKernelApp
    original = application.init_extensions

    def init_extensions(self: Any) -> None:
        application.init_extensions = original
        original(self)
        from celltrail.capture.boundary import guarded

        with guarded("start in a kernel of another environment"):
            self.shell.extension_manager.load_extension("celltrail")

    application.init_extensions = init_extensions


def main() -> None:
    """Start the kernel."""
    own = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - compared with an entry of sys.path
    if sys.path and sys.path[0] and os.path.abspath(sys.path[0]) == own:  # noqa: PTH100 - as above
        del sys.path[0]  # `python -m` has the working directory there, which ipykernel takes away
    folder, version, module = sys.argv[1:4]
    sys.argv[1:4] = []
    try:
        refusal = lend(folder, version)
    except (ImportError, OSError, AttributeError) as error:
        refusal = str(error)
    if refusal:
        sys.stderr.write(f"celltrail does not record this kernel: {refusal}\n")
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
