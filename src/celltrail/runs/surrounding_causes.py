"""Causes around the code: packages, Python, the system and the machine."""

from collections.abc import Iterator

from celltrail.runs.cause_words import changed
from celltrail.runs.causes import CauseKind, LikelyCause, RunPair, Standing
from celltrail.runs.imported import beneath, imported_distributions

_LISTED = 8  # packages that are listed
_PACKAGES_TOGETHER = "packages are swapped together: see the cause that names all of them"
_ALL_PACKAGES = "environment"  # the swap
_CALCULATES = frozenset({"numpy", "scipy", "scikit-learn", "pandas", "torch", "xgboost", "lightgbm", "catboost"})


def surrounding_causes(pair: RunPair) -> Iterator[LikelyCause]:
    """What differs around the code of two runs."""
    yield from _packages(pair)
    yield from _environment(pair)
    yield from _hardware(pair)


def _packages(pair: RunPair) -> Iterator[LikelyCause]:
    used = imported_distributions(pair.after.steps, pair.after.detail.run.estimator)
    below, elsewhere = beneath(used), []
    is_alone = len(pair.facts.packages) == 1
    for one in pair.facts.packages:
        before, after = one.values
        if one.name not in used and one.name not in below:
            elsewhere.append(one.name)
            continue
        is_direct = one.name in used
        why = "imported by the metric's cells" if is_direct else "computed with, below what the cells import"
        yield LikelyCause(
            CauseKind.PACKAGE,
            Standing.DIRECT if is_direct else Standing.INDIRECT,
            f"{one.name} {before or '(not installed)'} → {after or '(not installed)'}",
            (why,),
            weight=0.6 if one.name in _CALCULATES else 0.4,
            swap=_ALL_PACKAGES if is_alone else "",
            no_swap="" if is_alone else _PACKAGES_TOGETHER,
        )
    if elsewhere:
        listed = ", ".join(elsewhere[:_LISTED]) + (" …" if len(elsewhere) > _LISTED else "")
        what = f"{len(elsewhere)} packages that the cells do not import differ"
        if len(elsewhere) == 1:
            what = "1 package that the cells do not import differs"
        no_swap = _PACKAGES_TOGETHER if len(elsewhere) < len(pair.facts.packages) else "nothing says that they matter"
        yield LikelyCause(CauseKind.PACKAGE, Standing.INDIRECT, what, (listed,), no_swap=no_swap)
    if not is_alone and pair.facts.packages and len(elsewhere) < len(pair.facts.packages):
        yield _packages_together(pair)


def _packages_together(pair: RunPair) -> LikelyCause:
    """What a replay can swap: an environment is made with the second run's packages, and its version of Python."""
    names = [one.name for one in pair.facts.packages]
    listed = ", ".join(names[:_LISTED]) + (" …" if len(names) > _LISTED else "")
    title = f"all {len(names)} packages that differ, together"
    return LikelyCause(CauseKind.PACKAGE, Standing.INDIRECT, title, (listed,), swap=_ALL_PACKAGES)


def _environment(pair: RunPair) -> Iterator[LikelyCause]:
    for one in pair.facts.environment:
        yield LikelyCause(
            CauseKind.ENVIRONMENT,
            Standing.INDIRECT,
            changed({"python": "Python", "os": "operating system"}.get(one.name, one.name), one),
            weight=0.5,
            no_swap="a replay runs with the Python and on the system that are here",
        )


def _hardware(pair: RunPair) -> Iterator[LikelyCause]:
    for one in pair.facts.hardware:
        is_summing = one.name in {"threads", "blas", "gpus"}
        why = "sums of many numbers come out in another order" if is_summing else "another machine"
        yield LikelyCause(
            CauseKind.HARDWARE,
            Standing.INDIRECT,
            f"hardware: {changed(one.name, one)}",
            (why,),
            weight=0.5 if is_summing else 0.1,
            no_swap="a replay runs on the machine that is here",
        )
