"""Which kernel a session is replayed with: one of the environment that it ran in, where that is still here."""

import sys

NATIVE_KERNEL = "python3"  # always there: the one of this very environment


def kernel_of(executable: str) -> str:
    """The name of a kernel specification.

    Args:
        executable: The Python that ran the session, as its `sys.executable`; empty where that was not recorded.

    Returns:
        One whose command begins with that Python; the native one where there is none, or none is needed.
    """
    if not executable or executable == sys.executable:
        return NATIVE_KERNEL
    from jupyter_client.kernelspec import KernelSpecManager

    specifications = KernelSpecManager().get_all_specs()
    named = (name for name, found in sorted(specifications.items()) if found["spec"]["argv"][:1] == [executable])
    return next(named, NATIVE_KERNEL)
