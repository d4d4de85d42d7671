"""How a command ends before its time, and with which exit code."""

from ftc.diagnostics import Diagnostic

FINDINGS, USAGE, INTERNAL = 1, 2, 3
INTERRUPTED, PIPE = 130, 141
"""As a shell reports the signals of an interrupt and of a reader that went away."""


class CommandError(Exception):
    """A command cannot go on, and this is why."""

    def __init__(self, code: str, exit_code: int = USAGE, **data: object) -> None:
        super().__init__(code)
        self.diagnostic = Diagnostic(code, None, data)
        self.exit_code = exit_code


def reason(error: OSError) -> str:
    """What the system says, without its number and in the middle of a sentence."""
    return (error.strerror or str(error)).lower()


def nearest(name: str, known: list[str]) -> str:
    """The known name most like this one, or nothing."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, known, 1)), "")
