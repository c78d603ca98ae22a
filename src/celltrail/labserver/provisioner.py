"""Starts the kernels of this server, and lends celltrail to those in whose environment it is not installed."""

from pathlib import Path
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir

from celltrail.execute.lending import lent_command

NAME = "celltrail"
_LOCAL = "local-provisioner"


class LendingProvisioner(LocalProvisioner):
    """Jupyter's own way to start a kernel, but for the command of a Python kernel of another environment."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """The arguments of the launch, with our command in them."""
        launch = await super().pre_launch(**kwargs)
        launch["cmd"] = lent_command(launch["cmd"], Path(jupyter_runtime_dir()))
        return launch


def use_for_local_kernels(parent: Any) -> None:
    """Start kernels so from now on, unless the user has named a provisioner of their own.

    Args:
        parent: The server's kernel manager, whose configuration the provisioners have.
    """
    factory = KernelProvisionerFactory.instance(parent=parent)
    if factory.default_provisioner_name == _LOCAL:
        factory.default_provisioner_name = NAME
