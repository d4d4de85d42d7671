"""A progress bar for what takes more than a moment, on a terminal only."""

import sys
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING

from ftc.cli.screen import quiet

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds before a bar appears."""


class Bar:
    """A context manager; call it with the number of items that were completed since the last call."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._since = monotonic()
        self._visible = sys.stderr.isatty() and not quiet()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, more: int) -> None:
        self._done += more
        if self._bar is None and self._visible and monotonic() - self._since > PATIENCE:
            self._start()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=self._total)
        self._bar.start()

    def __enter__(self) -> "Bar":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
