"""The process that trains: `python -m ftc.providers.local.worker FOLDER`. It holds the folder's lock while it lives.

It reports that it started before it imports large libraries, and writes all messages into the folder.
"""

import os
import sys
import traceback
from pathlib import Path

from ftc.providers.local.job_folder import JobFolder, State
from ftc.providers.local.processes import start_time
from ftc.providers.provider import ProviderError


def main(folder: str) -> int:
    job = JobFolder(Path(folder))
    with job.lock(10) as alone:
        if not alone:
            sys.exit(f"somebody else is at work in {folder}")
        job.write_state(State(pid=os.getpid(), started=start_time(os.getpid())))
        # TRL sends telemetry; nothing may leave this machine.
        os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
        try:
            from ftc.providers.local.training import train

            train(job)
        except ProviderError as error:
            return _failed(job, _message(error))
        except MemoryError:
            return _failed(job, "this machine has too little memory for it")
        except BaseException as error:
            # A panic in a Rust library is not an Exception.
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            traceback.print_exc()
            return _failed(job, f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
    return 0


def _failed(job: JobFolder, why: str) -> int:
    job.add_event(f"failed: {why}")
    job.write_state((job.read_state() or State()).model_copy(update={"phase": "failed", "error": why}))
    return 1


def _message(error: ProviderError) -> str:
    from ftc.wording import worded

    first = error.diagnostics[0]
    return f"{first.code}: {worded(first).message}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
