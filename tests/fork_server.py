"""Commands in processes of their own, each forked from one that has imported ftc: as many processes, and one start.

What is tested with it is what a process does and leaves behind, not how one begins: that is for `processes.py`. Run as
a script, this file is the process that they are forked from.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from types import TracebackType

PATIENCE = 600.0
"""As in `processes.py`, which imports more than the process forked from is to have."""

LEFT_OUT = ("ftc.__main__", "ftc.providers.local", "ftc.readers", "ftc.emit.parts", "ftc.emit.parquet")
"""What is not imported beforehand: it takes long, or starts threads, and few commands need it."""


class Forked:
    """A command that was started."""

    def __init__(self, server: "ForkServer", arguments: tuple[str, ...], pid: int, out: Path, err: Path) -> None:
        self.arguments, self.pid, self.returncode = arguments, pid, None
        self._server, self._out, self._err = server, out, err

    returncode: int | None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._server.ask({"ended": self.pid})
        return self.returncode

    def wait(self) -> int:
        end, pause = time.monotonic() + PATIENCE, 0.001
        while (code := self.poll()) is None:
            assert time.monotonic() < end, "waited in vain"
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
        return code

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def finish(self) -> "subprocess.CompletedProcess[bytes]":
        """Wait for its end; what it wrote."""
        code = self.wait()
        return subprocess.CompletedProcess(self.arguments, code, self._out.read_bytes(), self._err.read_bytes())


class ForkServer:
    """The process that commands are forked from. It ends when this one does, or closes it."""

    def __init__(self, *modules: str, environment: Mapping[str, str] | None = None) -> None:
        """`modules` are imported with ftc, and `environment` is set by then, beside what is set here."""
        self._folder = TemporaryDirectory()
        self._numbers = count()
        self._children: list[Forked] = []
        self._process = subprocess.Popen(
            [sys.executable, __file__, *modules],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "ForkServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None) -> None:
        for child in self._children:
            child.kill()
            child.wait()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()
        self._folder.cleanup()

    def ask(self, request: object) -> int | None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        reply = json.loads(self._process.stdout.readline())
        assert reply is None or isinstance(reply, int)
        return reply

    def start(
        self,
        *arguments: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        before: str = "",
    ) -> Forked:
        """Start a command; `before` is code that its process runs first."""
        into, out, err = (Path(self._folder.name, str(next(self._numbers))) for _ in range(3))
        into.write_bytes(stdin)
        request = {
            "arguments": arguments,
            "cwd": str(cwd or Path.cwd()),
            "env": {**os.environ, **(env or {})},
            "streams": [str(into), str(out), str(err)],
            "before": before,
        }
        pid = self.ask(request)
        assert pid is not None
        self._children = [child for child in self._children if child.returncode is None]
        self._children.append(Forked(self, arguments, pid, out, err))
        return self._children[-1]

    def run(
        self,
        *arguments: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        before: str = "",
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a command to its end; whatever its exit code."""
        return self.start(*arguments, cwd=cwd, env=env, stdin=stdin, before=before).finish()


def import_ftc(*modules: str) -> None:
    """Import ftc, and of these modules those that are installed."""

    def below(name: str) -> None:
        for found in iter_modules(import_module(name).__path__, f"{name}."):
            if not found.name.startswith(LEFT_OUT):
                below(found.name) if found.ispkg else import_module(found.name)

    below("ftc")
    for name in modules:
        with suppress(ImportError):
            import_module(name)
    gc.freeze()  # Looked at for garbage, it would be copied into each child.


def serve() -> str:
    """Answer requests; in each child what it is to run before the command, which `sys.argv` then is."""
    requests, replies = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for number in (0, 1):
        os.dup2(os.open(os.devnull, os.O_RDWR), number)
    ended: dict[int, int] = {}
    while line := requests.readline():
        request = json.loads(line)
        if "ended" in request:
            pid = request["ended"]
            if pid not in ended:
                which, status = os.waitpid(pid, os.WNOHANG)
                if which:
                    ended[pid] = os.waitstatus_to_exitcode(status)
            replies.write(json.dumps(ended.get(pid)) + "\n")
            replies.flush()
        elif pid := os.fork():
            replies.write(f"{pid}\n")
            replies.flush()
        else:
            requests.close()
            replies.close()
            for number, path in enumerate(request["streams"]):
                how = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT
                opened = os.open(path, how, 0o600)
                os.dup2(opened, number)
                os.close(opened)
            os.environ.clear()
            os.environ.update(request["env"])
            os.chdir(request["cwd"])
            sys.argv = ["ftc", *request["arguments"]]
            return str(request["before"])
    sys.exit(0)


if __name__ == "__main__":
    del sys.path[0]
    import_ftc(*sys.argv[1:])
    exec(serve(), {})
    from ftc.cli import main

    main()
