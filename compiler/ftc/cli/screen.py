"""Output of the commands. Every line is printed here, after control characters in its values were made visible."""

import json
import shlex
import sys
from collections.abc import Iterable

from ftc.printable import escaped, inline, write_utf8


class Loudness:
    """How much is told, as -q and -v say: a summary is left out at -1, and what is read is told at 1."""

    level = 0


def quiet() -> bool:
    """Whether only findings and results are wanted."""
    return Loudness.level < 0


def verbose() -> bool:
    """Whether what is read is to be told too."""
    return Loudness.level > 0


def summary(template: str, /, **values: object) -> None:
    """Print a line that sums up what was done, unless -q asks for findings and results alone."""
    if not quiet():
        say(template, **values)


def say(template: str, /, **values: object) -> None:
    """Print a line of a result. The values may be text from anywhere: a file name, a model name, an error message."""
    sys.stdout.write(fill(template, values) + "\n")


def tell(template: str, /, **values: object) -> None:
    """Print a line about what is going on to the error stream."""
    sys.stderr.write(fill(template, values) + "\n")
    sys.stderr.flush()


def result(text: str) -> None:
    """Print a result whose control characters were made visible already."""
    sys.stdout.write(text)


def verbatim(text: str) -> None:
    """Print the text of a file or a document for programs: in UTF-8, unchanged."""
    write_utf8(sys.stdout, text)


def document(value: object) -> None:
    """Print a result for programs: a JSON document."""
    verbatim(escaped(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")


def fill(template: str, values: "dict[str, object]") -> str:
    """A template with its values filled in, each on one line with control characters made visible."""
    return template.format_map({name: inline(str(value)) for name, value in values.items()})


def shell_words(files: Iterable[str]) -> str:
    """Names as one types them in a shell, quoted where needed."""
    return shlex.join(files)
