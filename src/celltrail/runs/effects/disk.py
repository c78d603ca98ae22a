"""What a call does to files that nobody recorded: by the name that the source gives, else to any file."""

import ast

from celltrail.runs.effects import files, library
from celltrail.runs.effects.heap import Region, Value
from celltrail.runs.effects.own_code import Given, OwnCode

_OF_PATHS = library.words("""
    unlink rmdir rename replace touch mkdir exists is_file is_dir stat iterdir glob rglob walk write_text write_bytes
""")
_PATH_MAKERS = frozenset({"Path", "PurePath", "PosixPath", "join", "str", "fspath"})
_UNRECORDED = (".py", ".pyi", ".pth")  # capture leaves these out
_CHANGING = frozenset("wax+")


class Disk(OwnCode):
    """Follows what calls do to files."""

    def use_file_function(self, path: str, call: library.Call, given: Given) -> None:
        """A library's function is called that may read or write files."""
        name = path.rpartition(".")[2]
        if path in {"builtins.open", "io.open"}:
            self._open(given.texts.get("0", ""), _mode(given, place=1))
        elif path == "importlib.reload":
            self.effects.reads |= files.modules(region.path for region in given.all() if region.path)
        if call.reads_files or call.writes_files:
            texts = [given.texts.get(str(place), "") for place in files.places_of(name)]
            self._use(name, texts, is_write=call.writes_files)

    def use_file_method(self, name: str, base: Value, given: Given) -> None:
        """A method is called that may read or write files."""
        if name in {"write_text", "write_bytes"}:
            self._open(given.owner, "w")
        elif name == "open":
            self._open(given.owner, _mode(given, place=0))
        is_write = library.method_writes_files(name) and not _is_of_pandas(name, base)
        is_write |= name == "replace" and len(given.positional) == 1 and bool(base) and not _is_of_pandas(name, base)
        if not is_write and not library.method_reads_files(name):
            return
        first = given.texts.get("0", given.texts.get("path", ""))
        texts = [given.owner] if name in _OF_PATHS else [first] if files.places_of(name) else []
        if name in {"rename", "replace"}:
            texts.append(first)
        self._use(name, texts, is_write=is_write)

    def _use(self, name: str, texts: list[str], *, is_write: bool) -> None:
        named = [files.parts_of_name(text, name) for text in texts]
        if not named or not all(named):
            self.use_files(reads=not is_write, writes=is_write)
            if is_write and (files.makes_folders(name) or not named):
                self.effects.writes.add(files.FOLDERS)
            return
        for place, parts in enumerate(named):
            self.effects.reads |= files.seen_by_name(parts) | files.needed_folders(parts)
            if is_write and (place or not files.copies(name)):
                self.effects.writes |= files.changed_unseen(parts)
            if is_write and files.makes_folders(name):
                self.effects.writes |= files.made_folders(parts)

    def use_files(self, *, reads: bool, writes: bool) -> None:
        """Any file may be read, or written."""
        if reads:
            self.effects.reads |= {files.DISK_CHANGED, files.DISK_READ}
        if writes:
            self.effects.writes.add(files.DISK_CHANGED)

    def _open(self, text: str, mode: str) -> None:
        """Opening is recorded, but for source files: these are told by their names."""
        if not _CHANGING & {*mode}:
            return
        if not text:
            self.effects.writes.add(files.MODULES)
        elif text.endswith(_UNRECORDED):
            self.change_source_file(text, keeps=not mode.startswith(("w", "x")))

    def change_source_file(self, text: str, *, keeps: bool) -> None:
        """A file is written that capture does not record; `keeps` says whether what was in it stays."""
        parts = files.parts_of_name(text)
        self.effects.writes |= files.changed_unseen(parts) if parts else {files.DISK_CHANGED, files.MODULES}
        self.effects.reads |= files.needed_folders(parts)
        if keeps:
            self.effects.reads |= files.seen_by_name(parts)

    def text_of(self, node: ast.expr | None) -> str:
        """The text that an expression certainly is, or the path that it is; empty where it is not known."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id=name):
                return "" if self.is_local(name) else self.session.texts.get(name, "")
            case ast.BinOp(op=ast.Div()):
                right = self.text_of(node.right)
                return f"{self.text_of(node.left)}/{right}".lstrip("/") if right else ""
            case ast.Call(args=[_, *_], keywords=[]) if _name_of(node.func) in _PATH_MAKERS:
                texts = [self.text_of(argument) for argument in node.args]
                return "/".join(texts) if all(texts) else ""
            case _:
                return ""


def _mode(given: Given, *, place: int) -> str:
    """The mode of an `open`; the worst where it is not known."""
    known = given.texts.get(str(place)) or given.texts.get("mode")
    is_given = len(given.positional) > place or "mode" in given.words or bool(given.rest)
    return known or ("w+" if is_given else "r")


def _name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_of_pandas(name: str, base: Value) -> bool:
    """Whether a method has the name of one of a path's, and is called on what cannot be a path."""
    is_shared = name in {"rename", "replace", "remove", "move"}
    return is_shared and bool(base) and all(_is_no_path(region) for region in base)


def _is_no_path(region: Region) -> bool:
    return region.is_table or region.is_display
