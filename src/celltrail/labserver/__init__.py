"""The Jupyter server extension: owner of the store, its handlers and live events.

Imported by Jupyter servers through `celltrail._jupyter_server_extension_points`; nothing else in celltrail imports it.
"""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """What a Jupyter server loads; the extension itself is imported only when a server asks."""
    from celltrail.labserver.extension import CelltrailServer

    return [{"module": "celltrail.labserver", "app": CelltrailServer}]
