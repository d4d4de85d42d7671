"""Log messages of a long command, such as a retry: one line each on the error stream, above any progress bar."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ftc.cli.screen import tell


class _Lines(logging.Handler):
    """Looks the stream up for each line: a progress bar replaces the stream, and redraws itself below the line."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            tell("ftc: {message}", message=" ".join(record.getMessage().split()))
        except Exception:
            self.handleError(record)


@contextmanager
def show_log() -> Iterator[None]:
    """Inside this context the log messages of `ftc` are shown; other libraries' loggers are left alone."""
    logger = logging.getLogger("ftc")
    handler, level, propagate = _Lines(logging.INFO), logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    # Otherwise a library that configures logging, as openai does with OPENAI_LOG=debug, would show them twice.
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
