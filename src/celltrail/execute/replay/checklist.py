"""The five things that a run rests on, compared with those of its replay: code, data, environment, seed, hardware."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celltrail.datasets.kept import KeptContent
from celltrail.execute.replay import randomness
from celltrail.execute.replay.code import compare_code
from celltrail.execute.replay.loaded import compare_loaded
from celltrail.execute.replay.pinned import compare_versions
from celltrail.execute.replay.plan import Planned, files_of
from celltrail.execute.replay.rebuilding import Rebuilt, without_lent
from celltrail.execute.replay.recorded import Recorded
from celltrail.execute.replay.recorded_code import is_code
from celltrail.execute.replay.report import Cause, CheckItem, Finding, Verdict, worst
from celltrail.execute.replay.session import RecordedSession
from celltrail.execute.replay.sources import compare_sources, count_sources
from celltrail.execute.replay.suspects import environment_variables, modules_here
from celltrail.fingerprint.files import FileDigests, digest_bytes
from celltrail.journal.events import GeneratorsDrawn
from celltrail.records import CodeVersion, Environment, Hardware
from celltrail.store.runs import CellExecution, RunDetail

_SHOWN_CELLS = 6
_NOT_RECORDED = "it was not recorded"
_NEW = "only the replay reads it: it was not there then, or another way was taken"


@dataclass(frozen=True, slots=True)
class Sides:
    """A run and its replay.

    Attributes:
        before: The run.
        after: The run that came out; None where none did.
        session: All that the run's session executed.
        drawn: Which generators it drew from, by execution.
        kept: The executions before which the states of the generators are kept.
        planned: What was to be run.
        again: What was, where it repeats something.
        is_same: Whether the results are those of the run, so that whatever differs did not matter to it.
        root: The project's root.
        read_blob: Gives an uncommitted difference by its digest.
        appended: The files that grew on top of what was there before the replay.
        rebuilt: The environment that was made as it was recorded; None where the present one was used.
        unredirected: The files that cells named by absolute paths, so that recorded contents were not used.
        replayed: The session of the replay; None where nothing was recorded.
    """

    before: RunDetail
    after: RunDetail | None
    session: Sequence[CellExecution]
    drawn: Mapping[str, GeneratorsDrawn]
    kept: Collection[str]
    planned: Planned
    again: Sequence[CellExecution]
    is_same: bool
    root: Path
    read_blob: Callable[[str], bytes]
    appended: Collection[str] = ()
    rebuilt: Rebuilt | None = None
    unredirected: Collection[str] = frozenset()
    replayed: RecordedSession | None = None

    @property
    def steps(self) -> Sequence[CellExecution]:
        """The recorded executions that were to be repeated."""
        return self.planned.steps

    def found(self, path: str) -> Recorded | None:
        """What the replay found in place of the file as it is now."""
        if path in self.unredirected:
            return None
        return next((one for one in self.planned.contents if one.path == path), None)

    def digest_now(self, path: str) -> str:
        """The digest of a file as a replayed cell would find it."""
        found = self.found(path)
        match found.content if found else None:
            case KeptContent(digest=digest):
                return digest
            case Path() as file:
                return FileDigests().digest(file) or ""
            case bytes() as data:
                return digest_bytes(data)
            case _:
                return FileDigests().digest(self.root / path) or ""


def make_checklist(sides: Sides) -> tuple[CheckItem, ...]:
    """The checklist of a replay."""
    return (_code(sides), _data(sides), _environment(sides), _seed(sides), _hardware(sides))


def _item(name: str, findings: Sequence[Finding], note: str = "") -> CheckItem:
    status = worst([finding.status for finding in findings])
    kept = tuple(one for one in findings if one.status is not Verdict.IDENTICAL or one.note)
    return CheckItem(name, status, note, kept)


def _code(sides: Sides) -> CheckItem:
    """The cells are the executed ones; what they import from the project is known by its commit."""
    executed = f"the {len(sides.steps)} cells as they were executed"
    before = sides.before.code
    modules = tuple(_modules(sides))
    if before is None:
        known = len(sides.planned.loaded.at_end)
        of_modules = f"{known} modules of the project as they were executed" if known else "they are not known"
        return _item("code", modules, f"{executed}; no git: {of_modules}")
    note = f"{executed}, on {_commit(before)}"
    if sides.planned.code.is_known:
        return _item("code", (*_under_git(sides), *modules), note)
    after = sides.after.code if sides.after else None
    if after is None:
        return _without_git(sides, executed, modules)
    problem = sides.planned.code.problem
    findings = [replace(one, note=one.note or problem) for one in compare_code(before, after, sides.read_blob)]
    return _item("code", (*findings, *modules), note)


def _modules(sides: Sides) -> Iterator[Finding]:
    """The modules of the user's own: whether the replay executed what the session had."""
    for one in sides.planned.contents:
        if sides.planned.loaded.decides(one.path) or (one.is_swapped and one.cause is Cause.CODE):
            status = Verdict.DIFFERS if one.is_swapped else Verdict.IDENTICAL
            digest = sides.digest_now(one.path)
            yield Finding(one.path, status, "" if one.is_swapped else digest, digest, _told(one))
    if not sides.is_same:
        yield from sides.planned.modules
        yield from compare_loaded(sides.planned.loaded, sides.replayed, sides.again)


def _without_git(sides: Sides, executed: str, modules: Sequence[Finding]) -> CheckItem:
    """The replay's commit is not known: it made no run, or there is no git here, as where a bundle was imported."""
    if sides.after is None:
        note = f"{executed}; no run came out, so its commit is not known"
        return _item("code", modules, note) if modules else CheckItem("code", Verdict.CANNOT, note)
    folder = sides.root / sides.planned.plan.working_directory
    used = modules_here(sides.steps, (sides.root, folder, sides.root / "src"))
    if not used:
        return _item("code", modules, f"{executed}; they use no module of the project")
    note = "there is no git here that has the commit; it was not changed after the run"
    told, recorded = {one.name for one in modules}, sides.planned.loaded
    unknown = [
        Finding(name, Verdict.IDENTICAL, note="its content is the one that was executed")
        if recorded.covers(name)
        else Finding(name, Verdict.UNCOMPARED, note=note)
        for name in used
        if name not in told
    ]
    return _item(
        "code",
        (*modules, *unknown),
        f"{executed}; {len(used)} module{'' if len(used) == 1 else 's'} of the project, without git",
    )


def _under_git(sides: Sides) -> Iterator[Finding]:
    """The files under git that changed, and whether the replay found what was recorded."""
    data = {path for step in sides.steps for path in (use.path for use in step.files)}
    for path, content in sides.planned.code.contents.items():
        found = sides.found(path)
        before = digest_bytes(content) if content is not None else ""
        if path in data or sides.planned.loaded.decides(path):
            continue  # below, where cells opened it; above, where they imported it
        if found is not None:
            yield Finding(path, Verdict.IDENTICAL, before, before, _told(found))
        elif is_code(path):
            yield Finding(path, Verdict.DIFFERS, before, sides.digest_now(path), "it has changed since")


def _told(found: Recorded) -> str:
    """Of a file, in the past: `changed since: its recorded content was used`."""
    return found.note.replace(" is ", " was ")


def _commit(code: CodeVersion) -> str:
    return f"commit {code.commit[:12]}" if code.commit else "no commit yet"


def _compare(name: str, before: str, after: str) -> Finding:
    return Finding(name, Verdict.IDENTICAL if before == after else Verdict.DIFFERS, before, after)


def _data(sides: Sides) -> CheckItem:
    reads, _ = files_of(sides.steps)
    again = _found_again(sides)
    findings = [_file(sides, path, digest, again.get(path) or sides.digest_now(path)) for path, digest in reads.items()]
    if not sides.is_same:
        findings += [_appended(sides, path) for path in sides.appended]
        findings += [Finding(path, Verdict.DIFFERS, "", digest, _NEW) for path, digest in _only_now(sides).items()]
    versions = compare_versions(sides.steps, sides.again)
    findings += versions
    count = f"{len(reads)} file{'' if len(reads) == 1 else 's'} read" if reads else "no file was seen to be read"
    if versions:
        count = f"{count}, {len(versions)} versioned source{'' if len(versions) == 1 else 's'}"
    findings += compare_sources(sides.steps, sides.again)
    return _item("data", findings, "; ".join(filter(None, (count, count_sources(sides.steps)))))


def _found_again(sides: Sides) -> dict[str, str]:
    """What the replayed cells read first of each file; of one that was not redirected, what nobody read before."""
    again, _ = files_of(sides.again)
    known = {(use.path, use.digest) for step in sides.steps for use in step.files if use.mode == "read"}
    other = {
        use.path: use.digest
        for step in reversed(sides.again)
        for use in step.files
        if use.path in sides.unredirected and use.mode == "read" and use.digest and (use.path, use.digest) not in known
    }
    return again | other


def _only_now(sides: Sides) -> dict[str, str]:
    """What the replay's cells read and the recorded ones did not, as a folder that is listed has new files."""
    before, _ = files_of(sides.steps)
    again, _ = files_of(sides.again)
    return {path: digest for path, digest in again.items() if path not in before}


def _appended(sides: Sides, path: str) -> Finding:
    digests = [
        next((use.digest for one in reversed(side) for use in one.files if (use.path, use.mode) == (path, "write")), "")
        for side in (sides.steps, sides.again)
    ]
    return Finding(path, Verdict.DIFFERS, digests[0], digests[1], "it was there already, and the cells append to it")


def _file(sides: Sides, path: str, before: str, after: str) -> Finding:
    if not after:
        return Finding(path, Verdict.CANNOT, before, "", "the file is not there, or cannot be read")
    if not before:
        note = "its content at that time is not known: the cell wrote it too, or it was too large"
        return Finding(path, Verdict.CANNOT, "", after, note)
    if before.partition(":")[0] != after.partition(":")[0]:
        return Finding(path, Verdict.CANNOT, before, after, "digests of two algorithms say nothing of each other")
    found = sides.found(path)
    if before == after:
        return Finding(path, Verdict.IDENTICAL, before, after, _told(found) if found else "")
    note = _told(found) if found else _who_changed(sides.session, path, after)
    return Finding(path, Verdict.DIFFERS, before, after, note)


def _who_changed(session: Sequence[CellExecution], path: str, digest: str) -> str:
    """The cell of the same session that left the file as it is now, where one did."""
    for execution in reversed(session):
        if any((use.path, use.mode, use.digest) == (path, "write", digest) for use in execution.files):
            return f"[{execution.execution_count}] of the same session wrote it afterwards"
    return "the file has changed since"


def _environment(sides: Sides) -> CheckItem:
    before = sides.before.environment
    after = sides.after.environment if sides.after else None
    if sides.rebuilt is not None and sides.rebuilt.missing:
        return _item("environment", sides.rebuilt.missing, "it cannot be made as it was recorded")
    if before is None or after is None:
        return CheckItem("environment", Verdict.CANNOT, _NOT_RECORDED if before is None else "no run came out")
    note = f"Python {before.python}, {len(before.packages)} packages"
    if sides.rebuilt is not None:
        note = sides.rebuilt.note
        before, after = without_lent(before), without_lent(after)
    variables = () if sides.is_same else environment_variables(sides.steps)
    if before.digest == after.digest:
        return _item("environment", variables, note)
    findings = [
        _compare("Python", f"{before.implementation} {before.python}", f"{after.implementation} {after.python}"),
        _compare("operating system", before.os, after.os),
        *_packages(before, after),
        *variables,
    ]
    return _item("environment", findings, note)


def _packages(before: Environment, after: Environment) -> list[Finding]:
    sides = [{package.name: package.version for package in one.packages} for one in (before, after)]
    names = sorted({*sides[0], *sides[1]})
    return [_compare(name, sides[0].get(name, ""), sides[1].get(name, "")) for name in names]


def _hardware(sides: Sides) -> CheckItem:
    before = sides.before.hardware
    after = sides.after.hardware if sides.after else None
    if before is None or after is None:
        return CheckItem("hardware", Verdict.CANNOT, _NOT_RECORDED if before is None else "no run came out")
    note = f"{before.cpu}, {before.cores} cores"
    if before.digest == after.digest:
        return CheckItem("hardware", Verdict.IDENTICAL, note)
    pairs = zip(_machine(before), _machine(after), strict=True)
    return _item("hardware", [_compare(name, value, other) for (name, value), (_, other) in pairs], note)


def _machine(hardware: Hardware) -> list[tuple[str, str]]:
    return [
        ("processor", hardware.cpu),
        ("cores", str(hardware.cores)),
        ("memory", str(hardware.memory_bytes)),
        ("graphics", ", ".join(hardware.gpus)),
        ("linear algebra", hardware.blas),
        ("threads", ", ".join(hardware.threads)),
    ]


def _seed(sides: Sides) -> CheckItem:
    """Random states are in the cells; what matters is a generator that was drawn from and is elsewhere now."""
    swapped = sides.planned.conditions.seed
    if swapped is not None:
        return CheckItem("seed", Verdict.DIFFERS, f"seed {swapped} in place of what was recorded")
    findings = [*_generators(sides), *_own_generators(sides)]
    if sides.is_same:
        findings = []
    states = sides.before.seed.random_states if sides.before.seed else ()
    said = [*dict.fromkeys(f"{state.key}={state.value}" for state in states if state.value != "None")]
    seeded = sorted({name for step in sides.steps for name in randomness.seeds(step.source)})
    said += [f"{', '.join(seeded)} seeded by a cell"] if seeded else []
    restored = [f"[{step.execution_count}]" for step in sides.steps if step.execution_id in sides.kept]
    said += [f"global generators set to what they were before {_listed(restored)}"] if restored else []
    return _item("seed", findings, "; ".join(said))


def _listed(cells: list[str]) -> str:
    return ", ".join(cells[:_SHOWN_CELLS]) + (f" and {len(cells) - _SHOWN_CELLS} more" if cells[_SHOWN_CELLS:] else "")


def _generators(sides: Sides) -> list[Finding]:
    """Global generators that stood elsewhere before the run, that somebody drew from, and whose state was not kept."""
    seed = sides.before.seed
    if seed is None or sides.after is None or sides.after.seed is None:
        return []
    now = {state.name: state.digest for state in sides.after.seed.generators}
    drawn = _drawn_unkept(sides)
    seeded = frozenset[str]().union(*(randomness.seeds(step.source) for step in sides.steps))
    found = []
    for state in seed.generators:
        name, after = f"{state.name}'s global generator", now.get(state.name, "")
        if after == state.digest or state.name not in drawn:
            continue
        if state.name in seeded:
            note = "it was seeded, and draws that came before the run were others"
            found.append(Finding(name, Verdict.DIFFERS, state.digest, after, note))
        else:
            note = f"the state of {name} was not kept, and no cell seeded it: seed it, or give a random_state"
            found.append(Finding(name, Verdict.CANNOT, state.digest, after, note))
    return found


def _drawn_unkept(sides: Sides) -> frozenset[str]:
    """The generators that the steps drew from and whose states before them were not kept."""
    drawn = {
        step.execution_id: sides.drawn[step.execution_id] for step in sides.steps if step.execution_id in sides.drawn
    }
    lost = [event.drew_from for execution_id, event in drawn.items() if execution_id not in sides.kept]
    if sides.before.run.execution_id not in drawn and sides.before.seed:
        lost.append(sides.before.seed.drew_from)  # its kernel was killed before it wrote that event
    return frozenset().union(*lost)


def _own_generators(sides: Sides) -> list[Finding]:
    return [
        Finding(call, Verdict.CANNOT, "", "", f"[{step.execution_count}] makes it without a seed: what it drew is lost")
        for step in sides.steps
        for call in randomness.unseeded(step.source)
    ]
