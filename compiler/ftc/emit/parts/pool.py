"""A few processes that write parts, each on a pipe of its own: one that dies costs the part it was at, and no other.

`concurrent.futures` would do but for this: there a dead process takes the others and what they are doing with it.
"""

import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from ftc.diagnostics import FtcError
from ftc.emit.parts.folder import Folder, folder_at
from ftc.emit.parts.recipe import Recipe, Remake
from ftc.emit.parts.shards import Record, write_part
from ftc.emit.write import Progress

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan

DEATHS = 3
"""A part whose process died so often is not tried again."""

PATIENCE = 0.2
"""Seconds that a process has to end by itself."""

AT_HAND = 2
"""Parts that a process is given at once, so that it does not wait for the next."""


class Dead(Exception):
    """The processes that were at a part died, again and again; the message says how the last one did."""


def run(
    parts: list[int],
    recipe: Recipe,
    remake: Remake,
    place: str,
    *,
    jobs: int,
    progress: Progress,
    ahead: int | None = None,
) -> Iterator[tuple[int, Record | None]]:
    """Write the parts into the folder, and tell of each in order: its record, or None where a conversation fails.

    With `ahead`, no more than so many are written before they are asked for. Dead where a part cannot be made.
    """
    workers: list[_Worker] = []
    waiting = deque(parts)
    deaths: Counter[int] = Counter()
    ready: dict[int, Record | None] = {}
    try:
        for at, wanted in enumerate(parts):
            last = None if ahead is None else parts[min(at + ahead, len(parts)) - 1]
            while wanted not in ready:
                _share_out(waiting, workers, last, lambda: _Worker(recipe, remake, place, progress), jobs)
                for pipe in wait([worker.pipe for worker in workers]):
                    worker = next(each for each in workers if each.pipe is pipe)
                    try:
                        ready |= worker.told()
                    except EOFError:
                        workers.remove(worker)
                        worker.leave()
                        how = worker.end()
                        if worker.parts:
                            deaths[worker.parts[0]] += 1
                            if deaths[worker.parts[0]] == DEATHS:
                                raise Dead(how) from None
                        waiting = deque(sorted([*worker.parts, *waiting]))
            yield wanted, ready.pop(wanted)
    finally:
        for worker in workers:
            worker.leave()
        for worker in workers:
            worker.end()


def _share_out(
    waiting: "deque[int]", workers: "list[_Worker]", last: int | None, start: "Callable[[], _Worker]", jobs: int
) -> None:
    """Give parts to those who have least, and start processes as long as there is something for them."""
    while waiting and (last is None or waiting[0] <= last):
        least = min(workers, key=lambda worker: len(worker.parts), default=None)
        if (least is None or least.parts) and len(workers) < jobs:
            workers.append(least := start())
        assert least is not None
        if len(least.parts) == AT_HAND:
            break
        least.give(waiting.popleft())


class _Worker:
    """A process, seen from here. `parts` are those it was given and has not told of, the one it is at first."""

    def __init__(self, recipe: Recipe, remake: Remake, place: str, progress: Progress) -> None:
        # A fresh process and not a fork: that would be unsafe beside threads, and is not to be had everywhere.
        context = get_context("spawn")
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        self.parts: deque[int] = deque()
        self._progress = progress
        self._rows = 0
        self._process = context.Process(target=_work, args=(theirs, recipe, remake, place), daemon=True)
        with _no_interrupt():
            self._process.start()
        theirs.close()

    def give(self, part: int) -> None:
        self.parts.append(part)
        # One that is dead is found out where it is listened to.
        with suppress(OSError):
            self.pipe.send(part)

    def told(self) -> dict[int, Record | None]:
        """The next thing that it says: the record of a part, if it is one. EOFError where it is dead."""
        try:
            said = self.pipe.recv()
        except OSError:
            raise EOFError from None
        if isinstance(said, int):
            self._rows += said
            self._progress(said)
            return {}
        if isinstance(said, BaseException):
            raise said
        self._rows = 0
        return {self.parts.popleft(): said}

    def leave(self) -> None:
        """Close the pipe: the process ends as soon as it would say something, and takes its file away."""
        self._progress(-self._rows)
        self.pipe.close()

    def end(self) -> str:
        """Wait for the process a little and no longer. Says how it ended."""
        self._process.join(PATIENCE)
        self._process.kill()
        self._process.join()
        code = self._process.exitcode or 0
        with suppress(ValueError):
            return f"it was ended by {signal.Signals(-code).name}"
        return f"it ended with code {code}"


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Ctrl-C at a terminal reaches all processes; only the first is to act on it. A new process keeps the mask."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    from multiprocessing import resource_tracker

    # It comes with the first process, and unblocks the signal in this one when it has started: so it starts before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, recipe: Recipe, remake: Remake, place: str) -> None:
    """The life of a process: write the parts it is told to, until nobody is at the other end of the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # When the pipe breaks, the one who asked is gone, and the file aside was taken away on the way here.
    with suppress(BrokenPipeError, ConnectionResetError, EOFError):
        try:
            plan, folder = remake(recipe), folder_at(place)
            while True:
                pipe.send(_made(folder, recipe, plan, pipe.recv(), pipe.send))
        except (BrokenPipeError, ConnectionResetError, EOFError):
            raise
        except OSError as error:
            pipe.send(error)
        except Exception as error:  # a mistake in ftc: the one who asked says so, as it does of its own
            pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))


def _made(folder: Folder, recipe: Recipe, plan: "Plan", part: int, progress: Progress) -> Record | None:
    try:
        return write_part(folder, recipe, plan, part, progress)
    except FtcError:
        return None
