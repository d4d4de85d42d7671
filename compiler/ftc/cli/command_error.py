"""The error that ends a command early, and the exit codes."""

from ftc.diagnostics import Diagnostic

FINDINGS, USAGE, INTERNAL = 1, 2, 3
INTERRUPTED, PIPE = 130, 141
"""The codes a shell reports for SIGINT and SIGPIPE."""


class CommandError(Exception):
    """A command cannot continue; `diagnostic` says why."""

    def __init__(self, code: str, exit_code: int = USAGE, **data: object) -> None:
        super().__init__(code)
        self.diagnostic = Diagnostic(code, None, data)
        self.exit_code = exit_code


def reason(error: OSError) -> str:
    """The system's error message, without its number, in lower case for the middle of a sentence."""
    return (error.strerror or str(error)).lower()


def nearest(name: str, known: list[str]) -> str:
    """The known name most similar to this one, or an empty string."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, known, 1)), "")
