"""The progress of a training job: its events as lines, its steps as a bar on a terminal."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from ftc.cli.screen import tell
from ftc.printable import inline

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ftc.loop.train import Update


class Display:
    """A context manager. Without a terminal, each change of the job's status is printed as a line."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._status = ""

    def show(self, update: "Update") -> None:
        for event in update.events:
            self._line(inline(event.message))
        state = update.state
        if self._bar is not None and self._task is not None:
            from rich.markup import escape

            self._bar.update(
                self._task, description=escape(inline(state.status)), completed=state.done, total=state.total or None
            )
        elif state.status != self._status:
            self._line(inline(f"{state.id}: {state.status}"))
        self._status = state.status

    def _line(self, text: str) -> None:
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            tell("{text}", text=text)

    def __enter__(self) -> "Display":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                SpinnerColumn,
                TextColumn,
                TimeElapsedColumn,
                TimeRemainingColumn,
            )

            columns = (
                SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                TimeElapsedColumn(), TimeRemainingColumn(),
            )  # fmt: skip
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("waiting", total=None)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
