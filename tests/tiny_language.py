"""A kernel of another language, as small as one can be: it answers each cell with its text backwards."""

import json
import sys
from pathlib import Path

_KERNEL = """
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class Tiny(Kernel):
    implementation = language = banner = "tiny"
    implementation_version = language_version = "1"
    language_info = {"name": "tiny", "mimetype": "text/plain", "file_extension": ".tiny"}

    async def do_execute(self, code, silent, *given, **named):
        if not silent:
            self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": code[::-1]})
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}


IPKernelApp.launch_instance(kernel_class=Tiny)
"""


def install_tiny(data: Path) -> None:
    """Install it in a folder of Jupyter's data (JUPYTER_DATA_DIR or one of JUPYTER_PATH)."""
    folder = data / "kernels" / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.py").write_text(_KERNEL)
    argv = [sys.executable, str(folder / "tiny.py"), "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Tiny", "language": "tiny"}))


def write_tiny(path: Path, *sources: str) -> None:
    """A notebook of cells in that language."""
    cells = [
        {
            "cell_type": "code",
            "id": f"tiny-{n}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for n, source in enumerate(sources)
    ]
    kernel = {"name": "tiny", "display_name": "Tiny", "language": "tiny"}
    document = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(document))
