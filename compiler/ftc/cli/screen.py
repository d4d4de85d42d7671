"""What the commands show: every line goes out through here, and all that is put into one is made visible first."""

import json
import shlex
import sys
from collections.abc import Iterable

from ftc.printable import escaped, inline, write_utf8


def say(template: str, /, **values: object) -> None:
    """A line of a result. The values are text of anyone's: a file's name, a model's, what a service says."""
    sys.stdout.write(fill(template, values) + "\n")


def tell(template: str, /, **values: object) -> None:
    """A line about what is going on, to the error stream."""
    sys.stderr.write(fill(template, values) + "\n")
    sys.stderr.flush()


def result(text: str) -> None:
    """A result that has been made visible already."""
    sys.stdout.write(text)


def verbatim(text: str) -> None:
    """A file's own text, or a document for programs: in UTF-8, to the letter."""
    write_utf8(sys.stdout, text)


def document(value: object) -> None:
    """A result for programs: a document of JSON."""
    verbatim(escaped(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")


def fill(template: str, values: "dict[str, object]") -> str:
    """A template with values in it, each on its line and visible."""
    return template.format_map({name: inline(str(value)) for name, value in values.items()})


def shell_words(files: Iterable[str]) -> str:
    """Names as they are typed behind a command."""
    return shlex.join(files)
