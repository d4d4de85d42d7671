"""What a process inherits from whoever starts it and a test may depend on, set to the same everywhere.

pytest passes it on to the commands that the tests start.
"""

import locale
import os
import re
import signal
import sys
from contextlib import suppress
from types import FrameType

FOREIGN = re.compile(
    r"""
    (?i: .*_API_KEY | .*_PROXY )
    | (OPENAI | AZURE | FTC | PYTHON | PYDANTIC | LC) _? .*
    | LANG | LANGUAGE
    | NO_COLOR | FORCE_COLOR | CLICOLOR(_FORCE)? | COLORTERM | TTY_(COMPATIBLE|INTERACTIVE)
    | TERM | COLUMNS | LINES | CI | GITHUB_.* | _TYPER_.* | .*_COMPLETE
    """,
    re.VERBOSE,
)
"""Variables of the environment by which somebody's own settings would change what ftc, Python or a terminal does."""

KEPT = re.compile("FTC_(FULL|OPENAPI|PRISM|TRL_PYTHON)|PYTHON(PATH|HOME|USERBASE|NOUSERSITE|PYCACHEPREFIX)")
"""Of those, the ones that say what is tested and where Python finds it."""


def settle() -> None:
    """Make this process, and so each that the tests start, one like any other."""
    for name in list(os.environ):
        if FOREIGN.fullmatch(name) and not KEPT.fullmatch(name):
            del os.environ[name]
    os.environ["LC_ALL"] = "C.UTF-8"
    with suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
    # Compiled once, not by each of the hundreds of commands that the tests start.
    sys.dont_write_bytecode = False
    os.umask(0o022)
    hear_signals()


def hear_signals() -> None:
    """A signal that pytest was started to ignore (`nohup`, or `&` in a script) or to block would be ignored by all that
    the tests start. pytest itself goes on without it: a handler, unlike that, is not inherited."""
    # Python has its own way with these two, and takes it back in what it starts.
    pythons = {getattr(signal, name) for name in ("SIGPIPE", "SIGXFSZ") if hasattr(signal, name)}
    for number in signal.valid_signals() - pythons:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, _nothing)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _nothing(number: int, frame: FrameType | None) -> None:
    pass
