"""Where every test starts from, whoever runs pytest, and from where: `surroundings` are settled before the first one.

All tests together run on every core; a file that is named runs in this process, where a debugger can stop it. In every
test, each diagnostic that the compiler makes has the data that its wording uses, and no others.
"""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import effort
import processes
import surroundings
from fork_server import ForkServer
from ftc.diagnostics import Diagnostic
from wording_fields import WORDINGS, mismatch


def pytest_configure() -> None:
    surroundings.settle()
    effort.load_profile()


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # a worker that starts workers would never end
    folders = any(Path(argument).is_dir() for argument in config.args)
    if folders and config.pluginmanager.hasplugin("xdist") and config.option.numprocesses is None:
        config.option.numprocesses = "auto"
        config.option.dist = "worksteal"


FAST = {
    *("test_syntax", "test_printer", "test_loader", "test_check", "test_conditions", "test_expressions", "test_expand"),
    *("test_lowering", "test_emit", "test_targets", "test_explain", "test_house", "test_readme"),
}
"""The files of `pytest -m fast`: the language, what it is expanded and lowered to, and the rules of the house."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in FAST:
            item.add_marker("fast")


@pytest.fixture(scope="session")
def forks() -> Iterator[ForkServer]:
    with ForkServer() as server:
        yield server


@pytest.fixture(autouse=True)
def left_as_it_was() -> Iterator[None]:
    """A command that a test runs in this process leaves the process as the next test expects it."""
    environment, terminated = dict(os.environ), signal.getsignal(signal.SIGTERM)
    yield
    processes.end_started()
    signal.signal(signal.SIGTERM, terminated)
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)


_init = Diagnostic.__init__
_mismatches: list[str] = []


def _checked_init(self: Diagnostic, *args: object, **named: object) -> None:
    _init(self, *args, **named)  # type: ignore[arg-type]
    # Those that a test makes by hand may be as they like.
    if sys._getframe(1).f_globals.get("__name__", "").startswith("ftc.") and self.code in WORDINGS:
        found = mismatch(self.code, self.data)
        if found:
            _mismatches.append(found)


Diagnostic.__init__ = _checked_init  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _diagnostics_fill_their_wordings() -> Iterator[None]:
    yield
    found, _mismatches[:] = sorted(set(_mismatches)), []
    assert not found, "\n".join(found)
