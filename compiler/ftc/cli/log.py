"""What a long command tells on its way, such as a second try: a line each on the error stream, above any bar."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ftc.cli.screen import tell


class _Lines(logging.Handler):
    """The stream is looked up for each line: a bar puts itself in its place, and draws itself again below the line."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            tell("ftc: {message}", message=" ".join(record.getMessage().split()))
        except Exception:
            self.handleError(record)


@contextmanager
def show_log() -> Iterator[None]:
    """While it lasts, what `ftc` logs for its user is shown; other libraries' loggers are left alone."""
    logger = logging.getLogger("ftc")
    handler, level, propagate = _Lines(logging.INFO), logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    # Else a library that has set logging up, as openai does at OPENAI_LOG=debug, would show it once more.
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
