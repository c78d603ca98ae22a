"""The papermill engine `celltrail`: `papermill --engine celltrail in.ipynb out.ipynb`.

papermill imports this module while it is itself half imported, at each start and for whatever engine: so nothing of
papermill is imported here before an engine is used, and the class has no base.
"""

from typing import Any


class CelltrailEngine:
    """What papermill asks of an engine. Threads: none; each call is one execution and may be made once at a time."""

    @staticmethod
    def execute_notebook(nb: Any, kernel_name: str, **options: Any) -> Any:
        """Execute a parameterised notebook and return it, outputs included.

        Args:
            nb: The notebook, as papermill prepared it.
            kernel_name: The kernel specification.
            options: papermill's, see `celltrail.execute.headless.execute_headless`.

        Raises:
            ParameterError: A papermill parameter is not declared by the notebook, or is of another type.
            DeadKernelError: nbclient's; the kernel died.
            CellTimeoutError: nbclient's; a cell ran too long.
        """
        from celltrail.execute.headless import execute_headless

        return execute_headless(nb, kernel_name, **options)

    @staticmethod
    def nb_kernel_name(nb: Any, name: str | None = None) -> Any:
        """The kernel specification that a notebook names."""
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(nb, name)

    @staticmethod
    def nb_language(nb: Any, language: str | None = None) -> Any:
        """The language that a notebook names."""
        from papermill.utils import nb_language

        return nb_language(nb, language)
