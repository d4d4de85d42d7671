"""The only way to `.ft` files and tables: it finds a file, keeps it inside the project, and decodes it or has it read.

It knows nothing of the language. A file named on the command line may lie anywhere; a file that a file names
must lie in the project of one of those: the nearest folder above it that holds `.git`, `pyproject.toml` or `ftc.toml`,
else its own folder. Symbolic links are followed before that is judged.
"""

import os
import posixpath
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ftc.diagnostics import Diagnostic, FtcError, Label
from ftc.disk import NotPlain, TooLarge, read_plain, size_text
from ftc.edits import instead
from ftc.readers import TABLES, TableData, extension_of, read_table
from ftc.source import SourceFile, Span

__all__ = ["Loader", "TableData", "project_root"]

SOURCE_LIMIT = 64 << 20
TABLE_LIMIT = 1 << 30
MARKERS = (".git", "pyproject.toml", "ftc.toml")
STDIN = "<stdin>"


def project_root(folder: str) -> str:
    """The root of the project that a folder is in, every link followed."""
    above = (Path(folder), *Path(folder).parents)
    return os.path.realpath(next((p for p in above if any((p / m).exists() for m in MARKERS)), folder))


class Loader:
    """Reads each file once. With `files`, it reads those (posix paths) and never the disk; what is `edited`, by its
    real path, is read in place of what is there."""

    contents: dict[str, bytes]
    """Every file read so far, by the name its `SourceFile` or `TableData` has."""
    sources: dict[str, SourceFile]
    """The sources among them, by their real path, or `STDIN`."""

    def __init__(
        self,
        root: Path | None = None,
        files: Mapping[str, bytes] | None = None,
        stdin: Callable[[], bytes] | None = None,
        edited: Mapping[str, bytes] | None = None,
    ) -> None:
        self.contents = {}
        self.sources = {}
        self._edited = edited or {}
        self._cwd = os.getcwd()  # noqa: PTH109 (a text: the names people see are made from it)
        self._root = None if root is None else os.path.realpath(root)
        self._roots: list[str] = [] if self._root is None else [self._root]
        self._files = None if files is None else {posixpath.normpath(name): data for name, data in files.items()}
        self._stdin = stdin or self.read_stdin
        self._tables: dict[str, TableData] = {}
        self._folders: dict[SourceFile, str] = {}

    @staticmethod
    def read_stdin() -> bytes:
        """The standard input, and of one that is too large no more than shows that."""
        return sys.stdin.buffer.read(SOURCE_LIMIT + 1)

    def source(self, path: str, *, at: Span | None = None) -> SourceFile | Diagnostic:
        """The `.ft` file at `path`, `-` being the standard input.

        `at` is the path's own span in the file that names it, whose folder the path starts from.
        It is None on the command line.
        """
        if at is None and path == "-":
            return self._standard_input()
        place = self._resolve(path, at)
        if isinstance(place, Diagnostic):
            return place
        if (known := self.sources.get(self._identity(place))) is not None:
            return known
        data = self._bytes(path, place, at, SOURCE_LIMIT)
        if isinstance(data, Diagnostic):
            return data
        return self._make_source(self._name(place), data, at, self._identity(place), posixpath.dirname(place))

    def table(self, path: str, at: Span) -> TableData | Diagnostic:
        """The table at `path`, relative to the file that `at`, the path's own span, is in."""
        place = self._resolve(path, at)
        if isinstance(place, Diagnostic):
            return place
        if (known := self._tables.get(self._identity(place))) is not None:
            return known
        if extension_of(path) not in TABLES:
            data = self._bytes(path, place, at, TABLE_LIMIT) if extension_of(path) in ("json", "ndjson") else b""
            if isinstance(data, Diagnostic):
                return data
            first = data.lstrip().partition(b"\n")[0].rstrip()
            if first.startswith(b"["):
                return Diagnostic("E028", at, {"path": self._name(place)})
            known_ones = ", ".join(f".{extension}" for extension in TABLES)
            # An object on the first line: most likely there is one on each.
            ending = "jsonl" if first.startswith(b"{") and first.endswith(b"}") else ""
            return Diagnostic("E011", at, {"path": path, "known": known_ones, "ending": ending})
        data = self._bytes(path, place, at, TABLE_LIMIT)
        if isinstance(data, Diagnostic):
            return data
        table = read_table(self._name(place), data, at)
        if isinstance(table, TableData):
            self.contents[table.name] = data
            self._tables[self._identity(place)] = table
        return table

    def place(self, path: str, at: Span) -> Path:
        """Where a file is, or would be, that a source names at `at`; FtcError where it may not be there."""
        found = self._resolve(path, at)
        if isinstance(found, Diagnostic):
            raise FtcError((found,))
        return Path(found)

    def _standard_input(self) -> SourceFile | Diagnostic:
        if (known := self.sources.get(STDIN)) is not None:
            return known
        self._add_root(self._cwd)
        data = self._stdin()
        if len(data) > SOURCE_LIMIT:
            return Diagnostic("E005", None, {"path": STDIN, "limit": size_text(SOURCE_LIMIT)})
        return self._make_source(STDIN, data, None, STDIN, self._cwd if self._files is None else "")

    def _make_source(
        self, name: str, data: bytes, at: Span | None, identity: str, folder: str
    ) -> SourceFile | Diagnostic:
        body = data.removeprefix(b"\xef\xbb\xbf")
        try:
            source = SourceFile(name, body.decode())
        except UnicodeDecodeError as error:
            # Shown as it reads, with a replacement character where the first wrong byte is.
            shown = SourceFile(name, body.decode(errors="replace"))
            offset = len(body[: error.start].decode())
            wide = body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in body[:64]
            return Diagnostic(
                "E006",
                Span(shown, offset, offset + 1),
                {
                    "path": name,
                    "line": shown.position(offset)[0],
                    "byte": f"0x{body[error.start]:02X}",
                    "encoding": "UTF-16" if wide else "",
                },
                () if at is None else (Label(at, "used here"),),
            )
        if (first := source.text.find("\r")) >= 0 and "\n" not in source.text and source.text[first:].strip():
            return Diagnostic("E029", Span(source, first, first + 1), {"path": name})
        self.contents[name] = data
        self.sources[identity] = source
        self._folders[source] = folder
        return source

    # ── where a file is ───────────────────────────────────────────────────────────────────────────

    def _resolve(self, path: str, at: Span | None) -> str | Diagnostic:
        """The place of a file: a full posix path, or a key of `files`; it need not exist."""
        if "\0" in path:
            return Diagnostic("E003", at, {"path": path.replace("\0", "\\0"), "reason": "a zero byte in its name"})
        if at is None:
            if self._files is not None:
                return posixpath.normpath(path)
            place = Path(os.path.abspath(path)).as_posix()  # noqa: PTH100 (links stay as they are written)
            self._add_root(posixpath.dirname(place))
            return place
        if re.match(r"[A-Za-z][\w+.-]+://", path):
            return Diagnostic("E009", at, {"path": path})
        if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
            return Diagnostic("E008", at, {"path": path, "name": posixpath.basename(path.replace("\\", "/"))})
        if "\\" in path:
            fixed = path.replace("\\", "/")
            edits = instead(at, f'"{fixed}"')
            return Diagnostic("E010", at, {"path": path, "fixed": fixed}, edits=edits, safe=True)
        folder = self._folder(at.source)
        place = posixpath.normpath(posixpath.join(folder, path))
        if self._files is not None:
            outside, root = place.startswith("../") or place == "..", "."
        else:
            if not self._roots:
                self._add_root(folder)
            real = self._identity(place)
            outside = not any(Path(real).is_relative_to(root) for root in self._roots)
            root = self._roots[0]
        if outside:
            return Diagnostic("E007", at, {"path": path, "root": self._name(root)})
        return place

    def _folder(self, source: SourceFile) -> str:
        """The folder that paths in `source` start from."""
        if (folder := self._folders.get(source)) is not None:
            return folder
        # A source of a caller's own making (an editor's unsaved text) stands where its name says.
        folder = posixpath.dirname(source.name)
        return folder if self._files is not None else posixpath.join(Path(self._cwd).as_posix(), folder)

    def _add_root(self, folder: str) -> None:
        """Allow files of the project that a file named on the command line is in."""
        if self._root is None and self._files is None and (root := project_root(folder)) not in self._roots:
            self._roots.append(root)

    def _identity(self, place: str) -> str:
        """The same text for a file, by whichever path it is reached."""
        return place if self._files is not None else os.path.realpath(place)

    def _name(self, place: str) -> str:
        """A place as messages show it."""
        if self._files is not None:
            return place
        path = Path(place)
        name = path.relative_to(self._cwd).as_posix() if path.is_relative_to(self._cwd) else path.as_posix()
        return name.encode(errors="backslashreplace").decode()

    # ── what is in it ─────────────────────────────────────────────────────────────────────────────

    def _bytes(self, path: str, place: str, at: Span | None, limit: int) -> bytes | Diagnostic:
        try:
            if (edited := self._edited.get(self._identity(place))) is not None:
                data = edited
            else:
                data = read_plain(place, limit) if self._files is None else self._from_memory(place)
        except (FileNotFoundError, NotADirectoryError):
            nearest = self._nearest(path, place)
            edits = instead(at, f'"{nearest}"') if at and nearest else ()
            return Diagnostic("E001", at, {"path": path, "nearest": nearest}, edits=edits)
        except IsADirectoryError:
            return Diagnostic("E002", at, {"path": path})
        except NotPlain as error:
            return Diagnostic("E004", at, {"path": path, "kind": error.kind})
        except TooLarge:
            return Diagnostic("E005", at, {"path": path, "limit": size_text(limit)})
        except OSError as error:
            return Diagnostic(
                "E003", at, {"path": path, "reason": os.strerror(error.errno) if error.errno else str(error)}
            )
        except ValueError as error:
            return Diagnostic("E003", at, {"path": path.replace("\0", "\\0"), "reason": str(error)})
        if len(data) > limit:
            return Diagnostic("E005", at, {"path": path, "limit": size_text(limit)})
        return data

    def _from_memory(self, place: str) -> bytes:
        assert self._files is not None
        if place in self._files:
            return self._files[place]
        if place == "." or any(name.startswith(place + "/") for name in self._files):
            raise IsADirectoryError(place)
        raise FileNotFoundError(place)

    def _nearest(self, path: str, place: str) -> str:
        """The file beside a missing one whose name is most like it, as a path that can be typed; else nothing."""
        import difflib

        wanted = posixpath.basename(place)
        beside: Iterable[str]
        if self._files is not None:
            beside = [name for name in self._files if posixpath.dirname(name) == posixpath.dirname(place)]
        else:
            try:
                beside = os.listdir(posixpath.dirname(place))  # noqa: PTH208 (names are all that is needed)
            except OSError:
                return ""
        names = sorted(posixpath.basename(name) for name in beside)
        if not (close := difflib.get_close_matches(wanted, names, 1, 0.6)):
            return ""
        return posixpath.join(posixpath.dirname(path), close[0])
