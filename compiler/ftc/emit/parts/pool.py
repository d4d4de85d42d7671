"""A pool of processes that write parts, each with a pipe of its own: one that dies loses only the part it was writing.

That is why it is not `concurrent.futures`: there one dead process breaks the whole pool.
"""

import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from ftc.diagnostics import FtcError
from ftc.emit.parts.folder import Folder, folder_at
from ftc.emit.parts.recipe import Recipe, Remake
from ftc.emit.parts.shards import PartRecord, write_part
from ftc.emit.write import Progress

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan

DEATHS = 3
"""After so many dead processes a part is not tried again."""

PATIENCE = 0.2
"""Seconds that a process gets to end by itself."""

AT_HAND = 2
"""Parts that a process holds at once, so that it does not wait for the next."""


class WorkerDied(Exception):
    """The process that wrote a part died again and again; the message says how the last one ended."""


class NoProcess(Exception):
    """No process could be started; the message is the system's."""


def run(
    parts: list[int],
    recipe: Recipe,
    remake: Remake,
    place: str,
    *,
    jobs: int,
    progress: Progress,
    ahead: int | None = None,
) -> Iterator[tuple[int, PartRecord | None]]:
    """Write the parts into the folder, and yield each in order: its record, or None where a conversation failed.

    With `ahead`, at most so many parts are written before they are consumed. WorkerDied where a part cannot be made,
    NoProcess where nothing can make one.
    """
    workers: list[_Worker] = []
    waiting = deque(parts)
    deaths: Counter[int] = Counter()
    ready: dict[int, PartRecord | None] = {}
    try:
        for at, number in enumerate(parts):
            last = None if ahead is None else parts[min(at + ahead, len(parts)) - 1]
            while number not in ready:
                _share_out(waiting, workers, last, lambda: _Worker(recipe, remake, place, progress), jobs)
                for pipe in wait([worker.pipe for worker in workers]):
                    worker = next(each for each in workers if each.pipe is pipe)
                    try:
                        ready |= worker.receive()
                    except EOFError:
                        workers.remove(worker)
                        worker.disconnect()
                        how = worker.end()
                        if worker.parts:
                            deaths[worker.parts[0]] += 1
                            if deaths[worker.parts[0]] == DEATHS:
                                raise WorkerDied(how) from None
                        waiting = deque(sorted([*worker.parts, *waiting]))
            yield number, ready.pop(number)
    finally:
        for worker in workers:
            worker.disconnect()
        for worker in workers:
            worker.end()


def _share_out(
    waiting: "deque[int]", workers: "list[_Worker]", last: int | None, start: "Callable[[], _Worker]", jobs: int
) -> None:
    """Give parts to the workers that have fewest, and start processes as long as there is work for them. Where no more
    can be started, those that run do all of it."""
    while waiting and (last is None or waiting[0] <= last):
        least = min(workers, key=lambda worker: len(worker.parts), default=None)
        if (least is None or least.parts) and len(workers) < jobs:
            try:
                workers.append(least := start())
            except NoProcess:
                if least is None:
                    raise
        assert least is not None
        if len(least.parts) == AT_HAND:
            break
        least.give(waiting.popleft())


class _Worker:
    """A process, as seen by its parent. `parts` are those it was given and has not finished, the current one first."""

    def __init__(self, recipe: Recipe, remake: Remake, place: str, progress: Progress) -> None:
        # A fresh process and not a fork, which is unsafe beside threads and does not exist everywhere.
        context = get_context("spawn")
        self.pipe: Connection
        self.parts: deque[int] = deque()
        self._progress = progress
        self._rows = 0
        with ExitStack() as opened:
            try:
                self.pipe, theirs = context.Pipe()
                opened.callback(theirs.close)
                opened.callback(self.pipe.close)
                self._process = context.Process(target=_work, args=(theirs, recipe, remake, place), daemon=True)
                with _no_interrupt():
                    self._process.start()
            except (OSError, ImportError, NotImplementedError) as error:
                # Too many processes or open files, or a system that has no processes at all.
                raise NoProcess(str(getattr(error, "strerror", None) or error).lower().rstrip(".")) from None
            opened.pop_all()
        theirs.close()

    def give(self, part: int) -> None:
        self.parts.append(part)
        # A dead process is noticed in `receive`.
        with suppress(OSError):
            self.pipe.send(part)

    def receive(self) -> dict[int, PartRecord | None]:
        """The next message: the record of a part, if it is one. EOFError where the process is dead."""
        try:
            message = self.pipe.recv()
        except OSError:
            raise EOFError from None
        if isinstance(message, int):
            self._rows += message
            self._progress(message)
            return {}
        if isinstance(message, BaseException):
            raise message
        self._rows = 0
        return {self.parts.popleft(): message}

    def disconnect(self) -> None:
        """Close the pipe: the process ends at its next message, and removes its temporary file."""
        self._progress(-self._rows)
        self.pipe.close()

    def end(self) -> str:
        """Wait a little for the process to end, then kill it. Says how it ended."""
        self._process.join(PATIENCE)
        self._process.kill()
        self._process.join()
        code = self._process.exitcode or 0
        with suppress(ValueError):
            return f"it was ended by {signal.Signals(-code).name}"
        return f"it ended with code {code}"


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Ctrl-C at a terminal reaches all processes, and only the parent must act on it. A new process inherits the
    mask."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    from multiprocessing import resource_tracker

    # The tracker starts with the first process and unblocks the signal in this one, so it is started before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, recipe: Recipe, remake: Remake, place: str) -> None:
    """The main function of a process: write parts as they are requested, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # When the pipe breaks, the parent is gone, and the temporary file has been removed on the way here.
    with suppress(BrokenPipeError, ConnectionResetError, EOFError):
        try:
            plan, folder = remake(recipe), folder_at(place)
            while True:
                pipe.send(_write(folder, recipe, plan, pipe.recv(), pipe.send))
        except (BrokenPipeError, ConnectionResetError, EOFError):
            raise
        except OSError as error:
            pipe.send(error)
        except Exception as error:  # a bug in ftc: the parent reports it, as it does its own
            pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))


def _write(folder: Folder, recipe: Recipe, plan: "Plan", part: int, progress: Progress) -> PartRecord | None:
    try:
        return write_part(folder, recipe, plan, part, progress)
    except FtcError:
        return None
