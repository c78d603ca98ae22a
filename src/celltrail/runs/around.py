"""What was recorded around a run, as names and texts to be held against another run's; empty where nothing was."""

from celltrail.store.runs import RunDetail


def packages_of(run: RunDetail) -> dict[str, str]:
    """The installed packages and their versions."""
    return {package.name: package.version for package in run.environment.packages} if run.environment else {}


def environment_of(run: RunDetail) -> dict[str, str]:
    """Python and the system."""
    seen = run.environment
    return {"python": seen.python, "implementation": seen.implementation, "os": seen.os} if seen else {}


def hardware_of(run: RunDetail) -> dict[str, str]:
    """The machine."""
    seen = run.hardware
    if seen is None:
        return {}
    return {
        "cpu": seen.cpu,
        "cores": str(seen.cores),
        "memory": str(seen.memory_bytes),
        "gpus": ", ".join(seen.gpus),
        "blas": seen.blas,
        "threads": ", ".join(seen.threads),
    }


def seed_of(run: RunDetail) -> dict[str, str]:
    """Seeds, seeding calls and the generators' states."""
    seed = run.seed
    if seed is None:
        return {}
    return {
        **{param.key: param.value for param in seed.random_states},
        "seeding calls": ", ".join(seed.seeding_calls),
        **{f"{state.name} generator": state.digest for state in seed.generators},
    }


def code_of(run: RunDetail) -> dict[str, str]:
    """The repository."""
    seen = run.code
    return {"commit": seen.commit, "branch": seen.branch, "uncommitted changes": seen.diff_digest} if seen else {}
