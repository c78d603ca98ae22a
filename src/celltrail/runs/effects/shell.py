"""What IPython adds to Python: magics, shell lines, magics that cells define, and names in texts that are looked up."""

import ast
import re

from celltrail.runs.effects import commands, files, library, sql
from celltrail.runs.effects.calls import Calls
from celltrail.runs.effects.heap import NOTHING, Value
from celltrail.runs.effects.memory import SHELL_PATH, UnknownEffectsError
from celltrail.runs.effects.own_code import Given
from celltrail.runs.effects.source import MAGIC, SHELL, names_in

_LINES = frozenset({"system", "getoutput", "system_raw", "system_piped"})
_MAGICS = frozenset({"run_line_magic", "run_cell_magic", "magic"})
_LOOKED_UP = frozenset({"query", "eval", "sql", "execute", "executemany", "evaluate", "sqldf", "from_query"})
_STATEMENTS = frozenset({"sql", "query", "statement"})
_FRAME_METHODS = frozenset({"query", "eval"})  # of pandas: names of the notebook have an @
_AT = re.compile(r"@\s*([^\W\d]\w*)")
_EXPANDED = re.compile(r"\{([^{}]*)\}|\$([^\W\d]\w*)")


class Shell(Calls):
    """Follows commands of IPython."""

    def kind_of_command(self, function: ast.expr, base: Value) -> str:
        """Which kind of command a call of IPython's shell is; empty where it is another call.

        Raises:
            UnknownEffectsError: It is a call of the shell that runs code.
        """
        if isinstance(function, ast.Name):
            return function.id if function.id in {MAGIC, SHELL} else ""
        if not isinstance(function, ast.Attribute) or not any(region.path == SHELL_PATH for region in base):
            return ""
        if function.attr not in _LINES | _MAGICS:
            raise UnknownEffectsError(f"it calls IPython's shell ({function.attr})")
        return MAGIC if function.attr in _MAGICS else SHELL

    def command(self, node: ast.Call, kind: str) -> Value:
        """A magic or a line for the shell."""
        texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if not texts:
            raise UnknownEffectsError("it calls IPython's shell")
        line = " ".join(texts[:2])
        made = frozenset({self.new(node, "output")})
        if kind == SHELL:
            self._run_shell(f"!{line}")
            self._load_known(_expanded(line))
        else:
            made |= self._magic(node, texts)
            self._load_known(names_in(line))
        return made

    def _magic(self, node: ast.Call, texts: list[str]) -> Value:
        name, line = texts[0], " ".join(texts[:2])
        if name in self.session.magics:
            return self._own_magic(node, name)
        if name in {"writefile", "file"}:
            self._write_file(texts)
        elif name in commands.SHELL:
            self._run_shell(f"%{line}")
        elif name in commands.SETTING:
            self.effects.ambient[f"%{line:.60}"] = None
        elif name not in commands.QUIET:
            raise UnknownEffectsError(f"the magic %{name} may do anything")
        return NOTHING

    def _own_magic(self, node: ast.Call, name: str) -> Value:
        """A magic that a cell defined: its function is called with texts."""
        if f"magic: {name}" not in self._sure:
            self.effects.reads.add(f"magic: {name}")
        function = self.session.magics[name]
        self.read(function)
        return self.call(node, function, Given([NOTHING, NOTHING]))

    def _write_file(self, texts: list[str]) -> None:
        words = texts[1].split() if len(texts) > 1 else []
        name = words[-1].strip("\"'") if words else ""
        is_plain = not _expanded(name)
        self.change_source_file(name if is_plain else "", keeps="-a" in words or "--append" in words)

    def _run_shell(self, line: str) -> None:
        self.effects.ambient[f"{line:.60}"] = None
        self.use_files(reads=True, writes=True)
        self.effects.writes |= {files.FOLDERS, files.MODULES}

    def queries_of(self, node: ast.Call) -> tuple[str, ...]:
        """The SQL statements that a call may be given: by its source, else by what was seen to be run."""
        named = [keyword.value for keyword in node.keywords if keyword.arg in _STATEMENTS]
        argument = next(iter([*node.args[:1], *named]), None)
        match argument:
            case ast.Call(func=ast.Name(id="text") | ast.Attribute(attr="text"), args=[inner]):
                argument = inner
        text = self.text_of(argument)
        if text or argument is None or isinstance(node.func, ast.Name):
            return (text,) if text else ()
        parts: list[str | None] = [None]
        if isinstance(argument, ast.JoinedStr):
            parts = [str(one.value) if isinstance(one, ast.Constant) else None for one in argument.values]
        return tuple(one for one in self.queries if sql.is_of(parts, one))

    def read_names_in_texts(self, node: ast.Call, function: str, base: Value, queries: tuple[str, ...]) -> Value:
        """Names that a call looks up by their text: `frame.query("price > @cheap")`, `duckdb.sql("from frame")`."""
        if function not in _LOOKED_UP or not node.args:
            return NOTHING
        if queries and function not in _FRAME_METHODS:
            return self._load_known(frozenset(name for one in queries for name in names_in(one)))
        is_of_frame = function in _FRAME_METHODS and not any(region.path for region in base)
        argument = node.args[0]
        text = self.text_of(argument)
        said = [text] if text else [*self.session.said, *_constants(argument)]
        is_marked = is_of_frame and (any("@" in one for one in said) or all(region.is_table for region in base))
        found = [self._load_known(frozenset(_AT.findall(one)) if is_marked else names_in(one)) for one in said]
        return NOTHING.union(*found)

    def _load_known(self, names: frozenset[str]) -> Value:
        known = [name for name in names if name in self.session.names or self.is_local(name)]
        return NOTHING.union(*[self.load(name) for name in known])

    def define_magics(self, path: str, given: Given) -> bool:
        """Whether a call makes functions into magics: as a decorator of IPython's."""
        if not path.startswith("IPython.") or path.rpartition(".")[2] not in library.MAGIC_DECORATORS:
            return False
        codes = [(region, code) for region in given.all() for code in region.codes]
        for region, code in codes:
            name = getattr(code.node, "name", "")
            self.session.magics[name] = self.session.magics.get(name, NOTHING) | {region}
            self.renew(f"magic: {name}")
        return bool(codes)


def _expanded(line: str) -> frozenset[str]:
    """The names in a line that IPython puts values for: `{name}` and `$name`."""
    return frozenset().union(*(names_in(" ".join(found)) for found in _EXPANDED.findall(line)))


def _constants(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
