"""Parts written by the tasks of a Ray cluster, or of the cluster that Ray starts on this machine.

Ray runs a task again when its worker or its node is lost; a finished part is kept in any case.
"""

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftc.diagnostics import FtcError
from ftc.emit.parts.folder import folder_at
from ftc.emit.parts.recipe import Recipe, Remake
from ftc.emit.parts.shards import PartRecord, write_part
from ftc.emit.write import Progress

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan

RETRIES = 5
"""How many times a task is run again after its worker died, or it could not read or write."""


class ClusterFailed(Exception):
    """A part cannot be made on the cluster; the message is the reason."""


def run(
    parts: list[int], recipe: Recipe, remake: Remake, place: str, *, jobs: int | None, progress: Progress
) -> Iterator[tuple[int, PartRecord | None]]:
    """Write the parts into the folder, and yield each when it is finished: its record, or None where a conversation
    failed.

    `jobs` is the number of parts written at once; None leaves it to Ray. ImportError where Ray is not installed.
    """
    if not parts:
        return
    import ray

    started = not ray.is_initialized()
    if started:
        # This joins the cluster of `RAY_ADDRESS`, or a running one, if there is any.
        try:
            ray.init(log_to_driver=False, logging_level="ERROR")
        except (OSError, RuntimeError, ValueError) as error:
            raise ClusterFailed(f"Ray says: {_first_line(error)}") from None
    try:
        task = ray.remote(max_retries=RETRIES, retry_exceptions=[OSError])(_task)
        shared = ray.put(recipe)
        waiting = deque(parts)
        at: dict[Any, int] = {}
        while waiting or at:
            while waiting and (jobs is None or len(at) < jobs):
                part = waiting.popleft()
                at[task.remote(shared, remake, place, part)] = part
            (done,), _ = ray.wait(list(at))
            record = _record(ray, done)
            if record is not None:
                progress(sum(output.lines + output.skipped for output in record.outputs))
            yield at.pop(done), record
    finally:
        if started:
            ray.shutdown()


def _record(ray: Any, done: Any) -> PartRecord | None:
    try:
        record: PartRecord | None = ray.get(done)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, OSError):
            raise error.cause from None
        raise ClusterFailed(f"{type(error.cause).__name__}: {error.cause}") from None
    except ray.exceptions.RayError as error:
        raise ClusterFailed(_first_line(error)) from None
    return record


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


def _task(recipe: Recipe, remake: Remake, place: str, part: int) -> PartRecord | None:
    try:
        return write_part(folder_at(place), recipe, _plan(recipe, remake), part, _no_progress)
    except FtcError:
        return None


def _no_progress(rows: int) -> None:
    pass


_plans: dict[str, "Plan"] = {}


def _plan(recipe: Recipe, remake: Remake) -> "Plan":
    """A worker lives for many tasks, and compiles once."""
    if recipe.fingerprint not in _plans:
        _plans.clear()
        _plans[recipe.fingerprint] = remake(recipe)
    return _plans[recipe.fingerprint]
