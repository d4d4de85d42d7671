"""`ftc.toml`, or `[tool.ftc]` in `pyproject.toml`: target, strictness and ignored warnings of all files of a project.

It lies in the root of the project that the loader keeps a file's neighbours in, and is only read: nothing in it runs.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ftc.check.allowances import may_be_allowed
from ftc.diagnostics import Diagnostic
from ftc.disk import NotPlain, TooLarge, read_plain, size_text
from ftc.edits import instead
from ftc.loader import project_root
from ftc.source import SourceFile, Span
from ftc.targets import TARGETS
from ftc.wording import RENAMED

LIMIT = 1 << 20
TABLE = "tool.ftc"
NAMES = {"ftc.toml": "", "pyproject.toml": TABLE}
"""The files, with the table in them that is ours; in one of them that is all."""
KEYS = ("target", "strict", "ignore")


@dataclass(frozen=True)
class ProjectSettings:
    """What the file says, at `root`. `ignore` are codes, each with the patterns of the files in which it is ignored;
    `target_at` is where the target stands."""

    root: str = ""
    target: str | None = None
    target_at: Span | None = None
    strict: bool = False
    ignore: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def ignores(self, code: str, name: str) -> bool:
        """Whether findings of a code are ignored in a file, by the name that it is shown under."""
        for each, patterns in self.ignore:
            if each == code:
                path = os.path.relpath(os.path.realpath(name), self.root).replace(os.sep, "/")
                if not path.startswith("../") and any(fnmatchcase(path, pattern) for pattern in patterns):
                    return True
        return False


Result = tuple[ProjectSettings, tuple[Diagnostic, ...]]


def combined(paths: Iterable[str]) -> tuple[list[ProjectSettings], list[Diagnostic]]:
    """The settings of the projects of some files, and what is wrong with them."""
    # The parent of `.` is `.`: names that are not there yet count from here as well.
    folders = (Path.cwd() if each == "-" else (Path.cwd() / each).parent for each in paths)
    found = [_settings_at(root) for root in dict.fromkeys(project_root(str(folder)) for folder in folders)]
    return [settings for settings, _ in found], [one for _, wrong in found for one in wrong]


def _settings_at(root: str) -> Result:
    """The settings of a project, and what is wrong with them."""
    found: list[tuple[SourceFile, Any, str]] = []
    for name, table in NAMES.items():
        source = _read(Path(root, name), root)
        if isinstance(source, Diagnostic):
            return ProjectSettings(), (source,)
        if source is None or (table and "ftc" not in source.text):
            continue
        values = _parsed(source)
        if isinstance(values, Diagnostic):
            return ProjectSettings(), (values,)
        tool = values.get("tool") if table else None
        own: Any = (tool.get("ftc") if isinstance(tool, dict) else None) if table else values
        if own is not None:
            found.append((source, own, table))
    if len(found) > 1:
        data = {"first": found[0][0].name, "second": found[1][0].name}
        return ProjectSettings(), (Diagnostic("E032", _place(found[1][0], TABLE), data),)
    return _checked(root, *found[0]) if found else (ProjectSettings(), ())


def _read(path: Path, root: str) -> "SourceFile | Diagnostic | None":
    """A file of settings; None where there is none."""
    shown = _shown(path)
    try:
        if not path.resolve().is_relative_to(root):
            reason = "a link leads out of its folder"
        else:
            return SourceFile(shown, read_plain(path, LIMIT).removeprefix(b"\xef\xbb\xbf").decode())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except TooLarge:
        reason = f"it has more than {size_text(LIMIT)}"
    except NotPlain as error:
        reason = f"it is {error.kind}"
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    except (OSError, RuntimeError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "its links go in a circle"
    return Diagnostic("E030", None, {"path": shown, "reason": reason})


def _shown(path: Path) -> str:
    here = Path.cwd()
    name = path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
    return name.encode(errors="backslashreplace").decode()


def _parsed(source: SourceFile) -> "dict[str, Any] | Diagnostic":
    import tomllib

    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        # Its place is only told in words.
        place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        start = len(source.text)
        if place and place[1]:
            start = source.line_starts[int(place[1]) - 1] + int(place[2]) - 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
    except (ValueError, RecursionError) as error:
        start = 0
        reason = "it nests too deep" if isinstance(error, RecursionError) else "a number in it is too long"
    start = min(start, len(source.text))
    return Diagnostic("E031", Span(source, start, min(start + 1, len(source.text))), {"reason": reason})


def _checked(root: str, source: SourceFile, values: Any, table: str) -> Result:
    """The settings, and all that is wrong with them."""
    wrong: list[Diagnostic] = []

    def refuse(keys: Iterable[str], what: str, way: str) -> None:
        wrong.append(Diagnostic("E034", _place(source, table, *keys), {"what": what, "way": way}))

    if not isinstance(values, dict):
        refuse((), "`ftc` has to be a table.", "[tool.ftc]")
        return ProjectSettings(), tuple(wrong)
    from difflib import get_close_matches

    for key in values:
        if key not in KEYS:
            near = get_close_matches(key, KEYS, 1, 0.5)
            place = _place(source, table, key)
            edits = instead(place, near[0]) if near and place.text == key else ()
            data = {"name": key, "near": near[0] if near else "", "known": ", ".join(f"`{each}`" for each in KEYS)}
            wrong.append(Diagnostic("E033", place, data, edits=edits))
    target = values.get("target")
    if target is not None and (not isinstance(target, str) or target not in TARGETS):
        near = get_close_matches(str(target), TARGETS, 1, 0.5)
        refuse(("target",), f"`target` is one of {', '.join(TARGETS)}.", f'target = "{near[0] if near else "openai"}"')
        target = None
    strict = values.get("strict", False)
    if not isinstance(strict, bool):
        refuse(("strict",), "`strict` is true or false.", "strict = true")
    ignore = values.get("ignore", {})
    if not isinstance(ignore, dict):
        refuse(
            ("ignore",), "`ignore` is a table of codes, each with patterns of files.", 'ignore = { W201 = "demos/*" }'
        )
        ignore = {}
    read: list[tuple[str, tuple[str, ...]]] = []
    for code, patterns in ignore.items():
        if code in RENAMED:
            refuse(("ignore", code), f"`{code}` is `{RENAMED[code]}` now.", f'{RENAMED[code]} = "demos/*"')
        elif not may_be_allowed(code):
            refuse(("ignore", code), f"`{code}` is no warning and no advice.", "ftc explain")
        listed = [patterns] if isinstance(patterns, str) else patterns
        if not isinstance(listed, list) or not listed or not all(isinstance(each, str) and each for each in listed):
            refuse(("ignore", code), f"`{code}` takes a pattern of files, or a list of them.", f'{code} = "demos/*"')
            continue
        read.append((code, tuple(listed)))
    if wrong:
        return ProjectSettings(), tuple(wrong)
    at = _place(source, table, "target") if target else None
    return ProjectSettings(root, target, at, strict, tuple(read)), ()


def _place(source: SourceFile, *keys: str) -> Span:
    """Where a key stands: `tomllib` does not tell. Each is searched behind the one before it."""
    at, start, end = 0, 0, 0
    for key in filter(None, keys):
        name = r"\s*\.\s*".join(
            rf"""["']?{re.escape(part)}["']?""" for part in ([key] if key != TABLE else key.split("."))
        )
        found = re.compile(rf"^[^#\n]*?(?<![\w-])({name})\s*[=.\]]", re.MULTILINE).search(source.text, at)
        if found is not None:
            start, end = found.span(1)
            at = source.text.rfind("\n", 0, end) + 1
    return Span(source, start, end)
