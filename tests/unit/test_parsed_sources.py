"""What IPython's compiler parses is seen, and nothing else about it changes."""

import ast
import traceback
from dataclasses import dataclass
from functools import partial

import pytest
from IPython.core.compilerop import CachingCompiler

from celltrail.capture import parsing
from celltrail.capture.parsing import ParsedSources


@dataclass
class Shell:
    """The one attribute of a shell that matters here."""

    compile: object


class Seen(list[tuple[str, ast.Module]]):
    """Keeps what it is told."""

    def note(self, source: str, tree: ast.Module) -> None:
        self.append((source, tree))


def test_a_source_is_told_with_the_very_tree_that_the_shell_goes_on_with() -> None:
    shell, seen = Shell(CachingCompiler()), Seen()
    parsed = ParsedSources(shell, seen.note)
    assert parsed.is_watching(shell)
    tree = shell.compile.ast_parse("x = 1", filename="cell")
    assert [source for source, _ in seen] == ["x = 1"]
    assert seen[0][1] is tree


def test_an_error_of_the_source_passes_as_if_nobody_looked() -> None:
    shell, seen = Shell(CachingCompiler()), Seen()
    with pytest.raises(SyntaxError, match="incomplete input") as plain:
        shell.compile.ast_parse("x = (")
    ParsedSources(shell, seen.note)
    with pytest.raises(SyntaxError, match="incomplete input") as seen_error:
        shell.compile.ast_parse("x = (")
    frames = [frame.name for frame in traceback.extract_tb(seen_error.tb)]
    assert frames == [frame.name for frame in traceback.extract_tb(plain.tb)]
    assert not any(frame.filename == parsing.__file__ for frame in traceback.extract_tb(seen_error.tb))
    assert seen == []


def test_a_failure_of_ours_does_not_reach_the_shell() -> None:
    def fail(_source: str, _tree: ast.Module) -> None:
        raise RuntimeError("ours")

    shell = Shell(CachingCompiler())
    ParsedSources(shell, fail)
    assert isinstance(shell.compile.ast_parse("x = 1"), ast.Module)


def test_it_is_taken_away_without_a_trace() -> None:
    shell, seen = Shell(CachingCompiler()), Seen()
    parsed = ParsedSources(shell, seen.note)
    parsed.restore()
    parsed.restore()
    assert "ast_parse" not in vars(shell.compile)
    assert not parsed.is_watching(shell)
    shell.compile.ast_parse("x = 1")
    assert seen == []


def test_a_shadow_of_somebody_else_s_below_or_above_ours_stays() -> None:
    shell, seen = Shell(CachingCompiler()), Seen()
    theirs = shell.compile.ast_parse = partial(shell.compile.ast_parse)
    parsed = ParsedSources(shell, seen.note)
    ours = shell.compile.ast_parse
    shell.compile.ast_parse = partial(ours)
    assert not parsed.is_watching(shell)
    parsed.restore()
    assert isinstance(shell.compile.ast_parse("x = 1"), ast.Module)
    shell.compile.ast_parse = ours
    parsed.restore()
    assert shell.compile.ast_parse is theirs


def test_another_compiler_and_a_shell_without_one_are_not_watched() -> None:
    shell, seen = Shell(CachingCompiler()), Seen()
    parsed = ParsedSources(shell, seen.note)
    shell.compile = CachingCompiler()
    assert not parsed.is_watching(shell)
    bare = ParsedSources(object(), seen.note)
    assert not bare.is_watching(object())
    bare.restore()
